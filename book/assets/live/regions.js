// What a network predicts over the plane: colours by confidence, boundaries, and the points.
(() => {
  "use strict";
  const live = (window.live ??= {});
  const SIDE = 64; // points of the mesh along each side; the picture is smoothed

  /** A square frame around the points, with some room. */
  live.frameAround = function (points, margin = 0.08) {
    const low = [Infinity, Infinity], high = [-Infinity, -Infinity];
    points.forEach((value, i) => {
      low[i % 2] = Math.min(low[i % 2], value);
      high[i % 2] = Math.max(high[i % 2], value);
    });
    const half = (0.5 + margin) * (Math.max(high[0] - low[0], high[1] - low[1]) || 1);
    const [x, y] = [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2];
    return { left: x - half, right: x + half, bottom: y - half, top: y + half };
  };

  const LARGEST = 300; // exp(2 * 300) is still finite
  const exp = (x) => Math.exp(Math.min(Math.max(x, -LARGEST), LARGEST));

  /** Logits on the mesh, row by row from the bottom. exp(-z) of a unit is a product of one factor
      for the column and one for the row, so that only 2 SIDE exponentials a unit are needed. */
  function meshLogits(theta, nClasses, frame) {
    const H = (theta.length - nClasses) / (3 + nClasses), K = nClasses;
    const logits = new Float64Array(SIDE * SIDE * K);
    for (let i = 0; i < logits.length; i++) logits[i] = theta[(3 + K) * H + (i % K)];
    const column = new Float64Array(SIDE);
    for (let h = 0; h < H; h++) {
      for (let c = 0; c < SIDE; c++) {
        column[c] = exp(-theta[2 * h] * (frame.left + ((frame.right - frame.left) * c) / (SIDE - 1)));
      }
      for (let r = 0, i = 0; r < SIDE; r++) {
        const x2 = frame.bottom + ((frame.top - frame.bottom) * r) / (SIDE - 1);
        const row = exp(-theta[2 * h + 1] * x2 - theta[2 * H + h]);
        for (let c = 0; c < SIDE; c++) {
          const a = 1 / (1 + column[c] * row);
          for (let k = 0; k < K; k++, i++) logits[i] += theta[3 * H + k * H + h] * a;
        }
      }
    }
    return logits;
  }

  const rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));

  /** Paint the most probable class, pale (the page's colour) where the network is unsure. */
  function paint(image, logits, K, classes, page, strongest) {
    const blend = classes.map(rgb), ground = rgb(page);
    for (let p = 0; p < SIDE * SIDE; p++) {
      let best = 0, sum = 0;
      for (let k = 1; k < K; k++) if (logits[p * K + k] > logits[p * K + best]) best = k;
      for (let k = 0; k < K; k++) sum += Math.exp(logits[p * K + k] - logits[p * K + best]);
      const strength = (strongest * (1 / sum - 1 / K)) / (1 - 1 / K);
      const row = SIDE - 1 - Math.floor(p / SIDE), at = 4 * (row * SIDE + (p % SIDE));
      for (let j = 0; j < 3; j++) image.data[at + j] = ground[j] + strength * (blend[best][j] - ground[j]);
      image.data[at + 3] = 255;
    }
  }

  /** Lines where the lead of class k over the best other class is zero: marching squares. */
  function contour(ctx, lead, toX, toY) {
    const cross = (a, b) => a / (a - b);
    for (let r = 0; r < SIDE - 1; r++) {
      for (let c = 0; c < SIDE - 1; c++) {
        const i = r * SIDE + c;
        const [a, b, d, e] = [lead[i], lead[i + 1], lead[i + SIDE + 1], lead[i + SIDE]];
        const signs = (a > 0) + (b > 0) + (d > 0) + (e > 0);
        if (signs === 0 || signs === 4) continue;
        const ends = [];
        if (a > 0 !== b > 0) ends.push([c + cross(a, b), r]);
        if (b > 0 !== d > 0) ends.push([c + 1, r + cross(b, d)]);
        if (d > 0 !== e > 0) ends.push([c + 1 - cross(d, e), r + 1]);
        if (e > 0 !== a > 0) ends.push([c, r + 1 - cross(e, a)]);
        for (let j = 0; j + 1 < ends.length; j += 2) {
          ctx.moveTo(toX(ends[j][0]), toY(ends[j][1]));
          ctx.lineTo(toX(ends[j + 1][0]), toY(ends[j + 1][1]));
        }
      }
    }
  }

  function drawBoundaries(ctx, logits, K, toX, toY) {
    const lead = new Float64Array(SIDE * SIDE);
    ctx.beginPath();
    for (let k = 0; k < K - 1; k++) { // every boundary has two sides: the last needs no own lines
      for (let p = 0; p < lead.length; p++) {
        let other = -Infinity;
        for (let j = 0; j < K; j++) if (j !== k) other = Math.max(other, logits[p * K + j]);
        lead[p] = logits[p * K + k] - other;
      }
      contour(ctx, lead, toX, toY);
    }
    ctx.stroke();
  }

  // Outlines of the class markers in a square from -1 to 1, in the order of nnlib.plots.style.
  const MARKERS = [
    null, // a disc
    [[0, -1.1], [1.05, 0.85], [-1.05, 0.85]],
    [[-0.85, -0.85], [0.85, -0.85], [0.85, 0.85], [-0.85, 0.85]],
    [[0, -1.2], [1, 0], [0, 1.2], [-1, 0]],
    [[0, 1.1], [1.05, -0.85], [-1.05, -0.85]],
    [[-0.35, -1], [0.35, -1], [0.35, -0.35], [1, -0.35], [1, 0.35], [0.35, 0.35], [0.35, 1], [-0.35, 1], [-0.35, 0.35], [-1, 0.35], [-1, -0.35], [-0.35, -0.35]],
  ];

  function marker(path, k, x, y, size) {
    const outline = MARKERS[k % MARKERS.length];
    if (!outline) {
      path.moveTo(x + size, y);
      path.arc(x, y, size, 0, 2 * Math.PI);
      return;
    }
    outline.forEach(([u, v], i) => path[i ? "lineTo" : "moveTo"](x + u * size, y + v * size));
    path.closePath();
  }

  /** Marker and name of each class, for the key. */
  live.classKey = function (data) {
    return data.class_names.map((name, k) => {
      const d = MARKERS[k % MARKERS.length]
        ? `M${MARKERS[k % MARKERS.length].map(([u, v]) => `${8 + 5 * u} ${8 + 5 * v}`).join("L")}Z`
        : "M3 8a5 5 0 1 0 10 0a5 5 0 1 0 -10 0Z";
      const fill = live.data.class_colours[k % live.data.class_colours.length];
      return live.element("span", { className: "live-key" },
        live.svg("svg", { viewBox: "0 0 16 16", class: "live-marker", "aria-hidden": "true" }, live.svg("path", { d, fill })),
        name);
    });
  };

  // The points, drawn once for a data set, a size and a theme, and shared by the two panels.
  const pointsLayer = { node: live.element("canvas"), key: [] };

  /** A square picture of one network's predictions. */
  live.Regions = class {
    constructor(parent, label) {
      this.canvas = new live.Canvas(parent, label, (width) => width);
      this.small = live.element("canvas", { width: SIDE, height: SIDE });
      this.image = this.small.getContext("2d").createImageData(SIDE, SIDE);
    }

    points(data, frame, colours) {
      const { width, height, ratio } = this.canvas, { node } = pointsLayer;
      const key = [data, width, ratio, colours];
      if (key.every((part, i) => part === pointsLayer.key[i])) return node;
      pointsLayer.key = key;
      [node.width, node.height] = [this.canvas.node.width, this.canvas.node.height];
      const ctx = node.getContext("2d");
      ctx.scale(ratio, ratio);
      const size = width < 200 ? 2 : 2.8;
      data.class_names.forEach((_, k) => {
        const path = new Path2D();
        for (let s = 0; s < data.y_train.length; s++) {
          if (data.y_train[s] !== k) continue;
          const u = (data.X_train[2 * s] - frame.left) / (frame.right - frame.left);
          const v = (data.X_train[2 * s + 1] - frame.bottom) / (frame.top - frame.bottom);
          marker(path, k, u * width, (1 - v) * height, size);
        }
        ctx.fillStyle = colours.classes[k % colours.classes.length];
        ctx.strokeStyle = colours.edge;
        ctx.lineWidth = 1.2;
        ctx.stroke(path);
        ctx.fill(path);
      });
      return node;
    }

    /** The painted mesh over the whole canvas. */
    show(ctx) {
      this.small.getContext("2d").putImageData(this.image, 0, 0);
      // The outer half of a mesh point's pixel lies outside of the frame.
      const half = 0.5;
      ctx.drawImage(this.small, half, half, SIDE - 1, SIDE - 1, 0, 0, this.canvas.width, this.canvas.height);
    }

    /** How far one unit is on: its activation as shades from the page's colour to that of text. */
    drawUnit([w1, w2, bias], frame, colours) {
      const ctx = this.canvas.begin(), ground = rgb(colours.page), ink = rgb(colours.text);
      for (let p = 0; p < SIDE * SIDE; p++) {
        const c = p % SIDE, row = Math.floor(p / SIDE); // from the top
        const x1 = frame.left + ((frame.right - frame.left) * c) / (SIDE - 1);
        const x2 = frame.top - ((frame.top - frame.bottom) * row) / (SIDE - 1);
        const on = 0.6 / (1 + exp(-(w1 * x1 + w2 * x2 + bias)));
        for (let j = 0; j < 3; j++) this.image.data[4 * p + j] = ground[j] + on * (ink[j] - ground[j]);
        this.image.data[4 * p + 3] = 255;
      }
      this.show(ctx);
    }

    draw(theta, data, frame, colours) {
      const ctx = this.canvas.begin(), { width, height } = this.canvas;
      const logits = meshLogits(theta, data.n_classes, frame);
      const classes = data.class_names.map((_, k) => colours.classes[k % colours.classes.length]);
      paint(this.image, logits, data.n_classes, classes, colours.page, 0.6);
      this.show(ctx);
      ctx.strokeStyle = colours.text;
      ctx.lineWidth = 1.3;
      ctx.lineJoin = "round";
      drawBoundaries(ctx, logits, data.n_classes,
        (c) => (c / (SIDE - 1)) * width, (r) => (1 - r / (SIDE - 1)) * height);
      ctx.drawImage(this.points(data, frame, colours), 0, 0, width, height);
    }
  };
})();
