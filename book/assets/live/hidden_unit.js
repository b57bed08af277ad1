// One hidden unit: a soft half-plane of the inputs, and what its votes make of it.
(() => {
  "use strict";
  const live = (window.live ??= {});
  const { element, word } = live;
  const VOTES = ["vote_0", "vote_1", "vote_2"];
  const ARROW = 0.5; // its length, in units of the inputs

  live.figures.hidden_unit = class extends live.Figure {
    static title = word("hidden_unit.title");
    static controls = ["direction", "sharpness", "place", ...VOTES];
    static extras = {};

    build(form) {
      this.data = live.loadDataset("spirals", 0);
      this.frame = live.frameAround(this.data.X_train);
      const panel = (title, label) => {
        const place = element("div", {});
        const node = element("div", { className: "live-panel" }, element("p", { className: "live-panel-title" }, title), place);
        return { node, regions: new live.Regions(place, label) };
      };
      this.unit = panel(word("hidden_unit.activation"), word("hidden_unit.activation_label"));
      this.votes = panel(word("hidden_unit.votes"), word("hidden_unit.votes_label"));
      this.mount.append(form,
        element("div", { className: "live-panels" }, this.unit.node, this.votes.node),
        element("div", { className: "live-keys live-class-key" }, ...live.classKey(this.data)),
        this.words, this.footer(), this.code.block);
    }

    restart() {}

    /** The row of W0, the bias, the column of W1, and output biases of 0: a network of one unit. */
    theta() {
      const { sharpness, place } = this.settings, [x, y] = this.normal();
      return [sharpness * x, sharpness * y, -sharpness * place, ...this.column(), 0, 0, 0];
    }

    column() { return VOTES.map((name) => this.settings[name]); }

    normal() {
      const angle = (this.settings.direction * Math.PI) / 180;
      return [Math.cos(angle), Math.sin(angle)];
    }

    work() {
      this.paint();
      this.say();
      return false;
    }

    paint() {
      const { data, frame, colours } = this, theta = Float64Array.from(this.theta());
      this.painted = performance.now();
      this.unit.regions.drawUnit(theta, frame, colours);
      this.drawLine(this.unit.regions.canvas);
      this.votes.regions.draw(theta, data, frame, colours);
    }

    /** Where the activation is a half, and an arrow to where it is more. */
    drawLine({ context: ctx, width, height }) {
      const { frame } = this, [x, y] = this.normal(), { place } = this.settings;
      const at = (along, across) => [
        ((along * x - across * y - frame.left) / (frame.right - frame.left)) * width,
        (1 - (along * y + across * x - frame.bottom) / (frame.top - frame.bottom)) * height];
      const path = (...points) => {
        ctx.beginPath();
        for (const point of points) ctx.lineTo(...point);
      };
      ctx.strokeStyle = ctx.fillStyle = this.colours.text;
      ctx.lineWidth = 1.5;
      ctx.setLineDash([6, 4]);
      path(at(place, -9), at(place, 9));
      ctx.stroke();
      ctx.setLineDash([]);
      ctx.lineWidth = 2.5;
      path(at(place, 0), at(place + ARROW - 0.1, 0));
      ctx.stroke();
      path(at(place + ARROW, 0), at(place + ARROW - 0.15, 0.07), at(place + ARROW - 0.15, -0.07));
      ctx.fill();
    }

    sentence() {
      const { sharpness, place } = this.settings, column = this.column();
      const [w1, w2, bias] = this.theta();
      const powers = column.map((vote) => Math.exp(vote - Math.max(...column)));
      const inside = powers.map((power) => power / powers.reduce((a, b) => a + b));
      const numbers = [w1, w2, bias, place, (2 * Math.log(9)) / sharpness, ...column, ...inside];
      return live.say("unit", numbers.map((number) => number.toFixed(2).replace(/^-(0\.00)$/, "$1")));
    }

    python() {
      const py = (name) => live.python(name, this.settings[name]);
      return [
        "import numpy as np",
        "",
        "import nnlib",
        "",
        `angle, sharpness, place = np.radians(${py("direction")}), ${py("sharpness")}, ${py("place")}`,
        "row = sharpness * np.array([np.cos(angle), np.sin(angle)])",
        `column = [${VOTES.map(py).join(", ")}]`,
        "theta = np.array([*row, -sharpness * place, *column, 0.0, 0.0, 0.0])",
        "print(nnlib.unpack(theta))",
        "print(nnlib.predict_proba(theta, nnlib.load_dataset(\"spirals\").X_train[:3]))",
        "",
        "# With sliders, in a notebook: from nnlib import sliders",
        "# sliders.hidden_unit(",
        `#     ${["direction", "sharpness", "place"].map((name) => `${name}=${py(name)}`).join(", ")},`,
        `#     ${VOTES.map((name) => `${name}=${py(name)}`).join(", ")},`,
        "# )",
        "",
      ].join("\n");
    }
  };
})();
