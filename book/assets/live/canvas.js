// Drawing: a canvas that is sharp on every screen, the colours of the theme, and two axes.
(() => {
  "use strict";
  const live = (window.live ??= {});

  /** The colours that live.css gives to a figure in the present theme. */
  live.colours = function (mount) {
    const style = getComputedStyle(mount);
    const get = (name) => style.getPropertyValue(`--live-${name}`).trim();
    return {
      text: get("text"), muted: get("muted"), grid: get("grid"), page: get("page"),
      runs: [get("run-0"), get("run-1")], good: get("good"), edge: get("edge"),
      border: get("border"),
      font: style.fontFamily,
      classes: live.data.class_colours,
    };
  };

  live.canvases = []; // all on this page

  live.Canvas = class {
    /** height(width) says how tall it is. */
    constructor(parent, label, height) {
      this.node = live.element("canvas", { className: "live-canvas", role: "img" });
      this.node.setAttribute("aria-label", label);
      this.context = this.node.getContext("2d");
      this.heightFor = height;
      parent.append(this.node);
      live.canvases.push(this);
    }

    room() { return Math.max(1, Math.floor(this.node.parentElement.clientWidth)); }

    /** Fit the bitmap to the place on the page. */
    fit(width) {
      const height = Math.round(this.heightFor(width));
      const ratio = live.onPaper ? 3 : Math.min(window.devicePixelRatio || 1, 3); // paper is sharp
      const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
      if (this.node.width !== w || this.node.height !== h) {
        [this.node.width, this.node.height] = [w, h];
        this.node.style.height = `${height}px`;
      }
      Object.assign(this, { width, height, ratio });
    }

    /** The context, cleared. */
    begin() {
      this.fit(this.room());
      const { width, height, ratio } = this;
      this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
      this.context.clearRect(0, 0, width, height);
      return this.context;
    }
  };

  const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  function decade(power) {
    if (power >= -3 && power <= 4) return String(Number(`1e${power}`));
    const digits = String(Math.abs(power)).replace(/\d/g, (d) => SUPERSCRIPTS[d]);
    return `10${power < 0 ? "⁻" : ""}${digits}`;
  }

  function logTicks(low, high, most) {
    const first = Math.ceil(Math.log10(low) - 1e-9), last = Math.floor(Math.log10(high) + 1e-9);
    const every = Math.max(1, Math.ceil((last - first + 1) / most));
    const ticks = [];
    if (last - first < 2) { // few decades: name what lies between them
      for (let power = first - 1; power <= last; power++) {
        for (const m of [2, 5]) {
          const at = m * 10 ** power;
          if (at >= low && at <= high) ticks.push({ at, text: String(Number(at.toPrecision(1))) });
        }
      }
    }
    for (let power = first; power <= last; power++) {
      ticks.push({ at: 10 ** power, text: (power - first) % every ? "" : decade(power) });
    }
    return ticks;
  }

  function linearTicks(low, high, most) {
    const rough = (high - low) / most, size = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((m) => m * size).find((s) => s >= rough * 0.999);
    const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    const ticks = [];
    for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) {
      ticks.push({ at: i * step, text: (i * step).toFixed(digits) });
    }
    return ticks;
  }

  function scale(axis, from, to) {
    const f = axis.log ? Math.log10 : Number;
    const low = f(axis.min), high = f(axis.max);
    return (value) => from + ((f(value) - low) / (high - low)) * (to - from);
  }

  /** Frame, grid, ticks and labels; returns the two maps from values to pixels, and the box. */
  live.axes = function (canvas, colours, x, y) {
    const { context: ctx, width, height } = canvas;
    const box = { right: width - 10, top: 10, bottom: height - 42 };
    ctx.font = `13px ${colours.font}`;
    const up = Math.max(3, Math.floor((box.bottom - box.top) / 38));
    const rows = (y.log ? logTicks : linearTicks)(y.min, y.max, up);
    box.left = 28 + Math.max(...rows.map((tick) => ctx.measureText(tick.text).width));
    const X = scale(x, box.left, box.right), Y = scale(y, box.bottom, box.top);
    ctx.fillStyle = colours.text;
    ctx.strokeStyle = colours.grid;
    ctx.lineWidth = 1;
    const across = Math.max(2, Math.floor((box.right - box.left) / 75));
    ctx.textAlign = "center";
    ctx.textBaseline = "top";
    for (const tick of (x.log ? logTicks : linearTicks)(x.min, x.max, across)) {
      line(ctx, X(tick.at), box.top, X(tick.at), box.bottom);
      const room = ctx.measureText(tick.text).width / 2;
      ctx.fillText(tick.text, Math.min(X(tick.at), width - room - 1), box.bottom + 6);
    }
    ctx.textAlign = "right";
    ctx.textBaseline = "middle";
    for (const tick of rows) {
      line(ctx, box.left, Y(tick.at), box.right, Y(tick.at));
      ctx.fillText(tick.text, box.left - 6, Y(tick.at));
    }
    ctx.strokeStyle = colours.muted;
    line(ctx, box.left, box.top, box.left, box.bottom);
    line(ctx, box.left, box.bottom, box.right, box.bottom);
    ctx.textAlign = "center";
    ctx.textBaseline = "bottom";
    ctx.fillText(x.label, (box.left + box.right) / 2, height - 2);
    ctx.save();
    ctx.translate(9, (box.top + box.bottom) / 2);
    ctx.rotate(-Math.PI / 2);
    ctx.textBaseline = "middle";
    ctx.fillText(y.label, 0, 0);
    ctx.restore();
    return { X, Y, box };
  };

  function line(ctx, x1, y1, x2, y2) {
    ctx.beginPath();
    ctx.moveTo(Math.round(x1) + 0.5, Math.round(y1) + 0.5);
    ctx.lineTo(Math.round(x2) + 0.5, Math.round(y2) + 0.5);
    ctx.stroke();
  }
  live.line = line;

  /** Draw only inside the axes; a mark on their right edge is seen whole. */
  live.inside = function (ctx, box, draw) {
    ctx.save();
    ctx.beginPath();
    ctx.rect(box.left, box.top, box.right - box.left + 6, box.bottom - box.top);
    ctx.clip();
    draw();
    ctx.restore();
  };
})();
