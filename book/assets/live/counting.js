// Counting: the network with N_H hidden units, its four parts, and theta as one row of numbers.
(() => {
  "use strict";
  const live = (window.live ??= {});
  const { element, svg, word } = live;
  const PARTS = [["W", "0"], ["b", "0"], ["W", "1"], ["b", "1"]];
  const NAMES = ["W0", "b0", "W1", "b1"];

  const shapes = (H) => [[H, 2], [H], [3, H], [3]];
  const size = (shape) => shape.reduce((a, b) => a * b, 1);
  const symbol = ([letter, layer]) => element("i", {}, letter, element("sup", {}, `(${layer})`));

  live.figures.network_counter = class extends live.Figure {
    static title = word("counting.title");
    static controls = ["n_hidden"];
    static extras = {};

    build(form) {
      this.network = svg("svg", { class: "live-network", role: "img" });
      this.strip = svg("svg", { class: "live-strip", role: "img" });
      this.cards = NAMES.map((name, i) => this.card(name, PARTS[i]));
      this.sum = element("p", { className: "live-sum" });
      const hint = element("p", { className: "live-hint" }, ...live.pieces(live.text("counting.hint"), { theta: element("i", {}, "θ") }));
      this.mount.append(form, this.network,
        element("div", { className: "live-cards" }, ...this.cards.map((card) => card.button)),
        this.sum, this.strip, hint, this.footer(), this.code.block, this.words);
      this.work(); // so that the drawings have their names before they are seen
    }

    card(name, part) {
      const shape = element("span", { className: "live-shape" });
      const count = element("span", { className: "live-count" });
      const button = element("button", { type: "button", className: `live-card live-${name}` },
        element("span", { className: "live-name" }, symbol(part)), shape, count);
      button.setAttribute("aria-pressed", "false");
      button.addEventListener("click", () => this.single(this.mount.dataset.part === name ? "" : name));
      return { button, shape, count, name };
    }

    /** Let one part stand out, or none. */
    single(name) {
      if (name) this.mount.dataset.part = name;
      else delete this.mount.dataset.part;
      for (const card of this.cards) card.button.setAttribute("aria-pressed", card.name === name);
    }

    restart() {}

    work() {
      const H = this.settings.n_hidden;
      this.painted = performance.now();
      this.drawNetwork(H);
      this.drawStrip(H);
      shapes(H).forEach((shape, i) => {
        this.cards[i].shape.textContent = shape.join(" × ");
        this.cards[i].count.textContent = shape.length > 1 ? word("counting.numbers", { n: size(shape) }) : word("counting.only_numbers");
      });
      this.sum.replaceChildren(...live.pieces(live.text("counting.sum"), {
        lengths: shapes(H).map(size).join(" + "), n_hidden: H,
        n_parameters: element("strong", {}, String(6 * H + 3)),
      }));
      this.say();
      return false;
    }

    drawNetwork(H) {
      const width = Math.max(260, this.mount.clientWidth), height = width < 480 ? 300 : 330;
      const at = (layer, i, n, most) => {
        const gap = Math.min(most, (height - 24) / n);
        return [width * [0.14, 0.5, 0.86][layer], height / 2 + gap * (i - (n - 1) / 2)];
      };
      const place = {
        x: [0, 1].map((i) => at(0, i, 2, 90)),
        a: Array.from({ length: H }, (_, i) => at(1, i, H, 46)),
        y: [0, 1, 2].map((i) => at(2, i, 3, 80)),
      };
      const radius = Math.min(15, Math.max(1.8, ((height - 24) / H) * 0.42));
      const wires = (from, to) => from.flatMap((p) => to.map((q) => `M${p.map(round)}L${q.map(round)}`)).join("");
      const discs = (places, r) => places.map(([x, y]) => `M${round(x - r)} ${round(y)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`).join("");
      const bias = (places, r) => places.map(([x, y]) => `M${round(x)} ${round(y - r)}v${2 * r}`).join("");
      const weight = H > 24 ? "live-thin" : "";
      this.network.setAttribute("viewBox", `0 0 ${width} ${height + 26}`);
      this.network.setAttribute("aria-label", word("counting.network", { n_hidden: H }));
      const small = Math.min(radius, 9) * 0.62;
      this.network.replaceChildren(
        svg("path", { class: `wire part-W0 ${weight}`, d: wires(place.x, place.a) }),
        svg("path", { class: `wire part-W1 ${weight}`, d: wires(place.a, place.y) }),
        svg("path", { class: "unit", d: discs(place.x, 16) }),
        svg("path", { class: "unit part-b0", d: discs(place.a, radius) }),
        svg("path", { class: "plus part-b0", d: radius > 4 && radius < 13 ? bias(place.a, small) + place.a.map(([x, y]) => `M${round(x - small)} ${round(y)}h${2 * small}`).join("") : "" }),
        ...place.y.map((p, k) => svg("path", { class: "unit part-b1", d: discs([p], 16), fill: live.data.class_colours[k] })),
        ...place.x.map((p, i) => label(p, "x", i + 1)),
        ...(radius >= 13 ? place.a.map((p, i) => label(p, "a", i + 1)) : []),
        ...place.y.map((p, i) => label(p, "ỹ", i + 1, "on-class")),
        ...[word("counting.inputs"), word(H > 1 ? "counting.hidden" : "counting.hidden_1", { n_hidden: H }), word("counting.classes")].map((text, layer) =>
          svg("text", { x: width * [0.14, 0.5, 0.86][layer], y: height + 18, class: "caption" }, text)),
      );
    }

    /** theta to scale, a cell for each number while there is room for cells. */
    drawStrip(H) {
      const width = Math.max(260, this.mount.clientWidth), n = 6 * H + 3, left = 4;
      const unit = (width - 2 * left) / n, top = 4, height = 34;
      const nodes = [];
      let from = 0;
      const ticks = [0];
      shapes(H).forEach((shape, i) => {
        const x = left + from * unit, w = size(shape) * unit;
        nodes.push(svg("rect", { x, y: top, width: w, height, class: `block part-${NAMES[i]} fill-${NAMES[i]}` }));
        if (unit > 3.2) {
          const cells = Array.from({ length: size(shape) - 1 }, (_, c) => `M${round(x + (c + 1) * unit)} ${top}v${height}`).join("");
          nodes.push(svg("path", { d: cells, class: `cells part-${NAMES[i]}` }));
        }
        if (w > 40) {
          const [letter, layer] = PARTS[i];
          const text = svg("text", { x: x + w / 2, y: top + height / 2 + 5, class: "in-block" }, letter);
          text.append(svg("tspan", { "baseline-shift": "super", "font-size": "70%" }, `(${layer})`));
          nodes.push(text);
        }
        from += size(shape);
        ticks.push(from);
      });
      let last = Infinity;
      for (const tick of ticks.reverse()) { // from the right: the length of theta always has its number
        const x = left + tick * unit;
        if (last - x < 26) continue;
        last = x;
        nodes.push(svg("path", { d: `M${round(x)} ${top + height}v5`, class: "tick" }));
        nodes.push(svg("text", { x, y: top + height + 19, class: "tick-text", "text-anchor": tick === n ? "end" : tick ? "middle" : "start" }, String(tick)));
      }
      nodes.push(svg("text", { x: width / 2, y: top + height + 38, class: "caption" }, word("counting.position")));
      this.strip.setAttribute("viewBox", `0 0 ${width} ${top + height + 44}`);
      this.strip.setAttribute("aria-label", word("counting.strip", { lengths: shapes(H).map(size).join(", ") }));
      this.strip.replaceChildren(...nodes);
    }

    sentence() {
      const H = this.settings.n_hidden;
      const parts = shapes(H).map((shape, i) => `${NAMES[i]} ${shape.join(" × ")}`).join(", ");
      const lengths = shapes(H).map(size).join(" + ");
      return live.say("count", { n_hidden: H, shapes: parts, lengths, n_parameters: 6 * H + 3 }, H);
    }

    python() {
      return [
        "import nnlib",
        "",
        `theta = nnlib.init_parameters(n_hidden=${this.settings.n_hidden})`,
        "for name, part in nnlib.unpack(theta)._asdict().items():",
        "    print(name, part.shape, part.size)",
        'print(theta.size, "parameters")',
        "",
      ].join("\n");
    }
  };

  const round = (x) => Math.round(x * 10) / 10;

  function label([x, y], letter, index, className = "") {
    const text = svg("text", { x, y: y + 5, class: `unit-text ${className}` }, letter);
    text.append(svg("tspan", { dy: 3, "font-size": "70%" }, String(index)));
    return text;
  }
})();
