// Chapter 2: a mistake sits in the gradient, anonymous; instruments that cost points find it.
// As nnlib/exercises/who_planted_it.py plays it, with its words; a test holds the two equal.
(() => {
  "use strict";
  const live = (window.live ??= {});
  const game = (live.planted = {}), words = live.planted_words;
  if (!words) return; // every mount point keeps its sentence
  const { element, fill } = live;
  const { decay, n_steps, start, wrong, much } = words.rules;
  const H = 12, K = 3, BLOCKS = { W0: [0, 2 * H], b0: [2 * H, 3 * H], W1: [3 * H, 6 * H], b1: [6 * H, 6 * H + K] };
  const NO_BIAS = "hidden biases forgotten", NO_DECAY = "weight decay forgotten";
  const sigmoid = (z) => 1 / (1 + Math.exp(-z));

  // n times the output error of a class, from its probability y, 1 or 0 for the truth t, its logit z.
  const right = (y, t) => y - t, minus = (y, t) => t - y;
  const printed = (y, t, z) => (t / y) * sigmoid(z) * sigmoid(-z);
  const outputErrors = {
    "wrong sign": minus,
    "sum instead of mean": (y, t, z, n) => n * (y - t),
    "off-diagonal terms forgotten": (y, t) => -t * (1 - y),
    R5: minus,
    R6: printed,
    "R5 R6": (y, t, z) => -printed(y, t, z),
  };
  // What the sigmoid's slope is held to be, where the activation is a.
  const slopes = {
    "slope of the sigmoid forgotten": () => 1,
    "slope of the sigmoid taken at a": (a) => sigmoid(a) * (1 - sigmoid(a)),
    "slope of tanh for the sigmoid's": (a) => 1 - a * a,
    R10: (a) => a,
  };

  /** The right loss, and a gradient with these mistakes. */
  const Anonymous = class extends live.Objective {
    #error; #slope; #bias; #decays;

    constructor(names) {
      const data = live.loadDataset("spirals", 0);
      super(data.X_train, data.y_train, K, H, decay);
      const both = names.includes("R5") && names.includes("R6") ? "R5 R6" : "";
      this.#error = outputErrors[both || names.find((name) => name in outputErrors)] ?? right;
      this.#slope = slopes[names.find((name) => name in slopes)] ?? ((a) => a * (1 - a));
      this.#bias = !names.includes(NO_BIAS);
      this.#decays = !names.includes(NO_DECAY);
    }

    gradient(pass, g = new Float64Array(this.size)) {
      const { points, labels, n } = this, { theta, a1, y_hat } = pass, W1 = 3 * H, b1 = 6 * H;
      g.fill(0);
      for (let s = 0; s < n; s++) {
        const a = a1.subarray(s * H, s * H + H), da = new Float64Array(H);
        for (let k = 0; k < K; k++) {
          let z = theta[b1 + k];
          for (let h = 0; h < H; h++) z += theta[W1 + k * H + h] * a[h];
          const dz = this.#error(y_hat[s * K + k], labels[s] === k ? 1 : 0, z, n) / n;
          g[b1 + k] += dz;
          for (let h = 0, w = W1 + k * H; h < H; h++, w++) {
            g[w] += dz * a[h];
            da[h] += dz * theta[w];
          }
        }
        for (let h = 0; h < H; h++) {
          const dz = da[h] * this.#slope(a[h]);
          g[2 * h] += dz * points[2 * s];
          g[2 * h + 1] += dz * points[2 * s + 1];
          g[2 * H + h] += dz;
        }
      }
      for (let i = 0; i < g.length; i++) {
        if (this.#decays && this.isWeight(i)) g[i] += decay * theta[i];
      }
      if (!this.#bias) g.fill(0, ...BLOCKS.b0);
      return g;
    }

    at(theta) {
      const pass = this.newPass();
      pass.theta.set(theta);
      return { value: this.forward(pass), gradient: () => this.gradient(pass) };
    }
  };

  const theta0 = live.initParameters(H, K, 0);
  const sum = (list) => list.reduce((a, b) => a + b, 0);
  const middle = (list) => {
    const sorted = [...list].sort((a, b) => a - b), half = sorted.length >> 1;
    return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  };

  const instruments = {
    zero_sums(f) {
      const g = f.at(theta0).gradient(), [W1] = BLOCKS.W1;
      const columns = Array.from({ length: H }, (_, h) => g[W1 + h] + g[W1 + H + h] + g[W1 + 2 * H + h]);
      const most = columns.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
      return ["zero_sums", { b1: sum([...g.subarray(...BLOCKS.b1)]), W1: most }];
    },
    loss_falls(f) {
      const run = new live.Run(f, theta0, live.constantStep(1));
      for (let k = 0; k < n_steps; k++) run.iterate();
      const [first] = run.loss, last = run.lastLoss();
      return [last < first ? "falls" : "rises", { first, last }];
    },
    taylor_order(f) {
      const d = words.direction, { value, gradient } = f.at(theta0);
      const slope = sum([...gradient()].map((x, i) => x * d[i]));
      const points = Array.from({ length: 9 }, (_, i) => 10 ** (-3 - i / 4)).map((h) => {
        const ahead = f.at(theta0.map((x, i) => x + h * d[i])).value;
        return [Math.log(h), Math.log(Math.abs(ahead - value - h * slope))];
      });
      const [x, y] = [0, 1].map((i) => sum(points.map((p) => p[i])) / 9);
      const order = sum(points.map((p) => (p[0] - x) * (p[1] - y))) / sum(points.map((p) => (p[0] - x) ** 2));
      return [order > 1.99 ? "order_right" : "order_wrong", { order }];
    },
  };
  for (const [name, [from, to]] of Object.entries(BLOCKS)) instruments[name] = (f) => compare(f, from, to);

  /** Some entries of the gradient beside central differences: right, zero, a multiple, or neither. */
  function compare(f, from, to) {
    const { value, gradient } = f.at(theta0), g = gradient().slice(from, to);
    const numeric = [...g].map((_, i) => {
      const h = Math.cbrt(Number.EPSILON) * Math.max(1, Math.abs(theta0[from + i]));
      const [ahead, back] = [h, -h].map((step) => theta0.map((x, j) => (j === from + i ? x + step : x)));
      return (f.at(ahead).value - f.at(back).value) / (ahead[from + i] - back[from + i]);
    });
    const allowed = (x) => (1e-6 * Math.abs(x) + 1e-10) * Math.max(1, value);
    if (g.every((x, i) => Math.abs(x - numeric[i]) <= allowed(x))) return ["block_right", {}];
    if (!g.some((x) => x)) return ["block_zero", {}];
    const least = 1e-3 * Math.max(...numeric.map(Math.abs));
    const ratios = [...g].map((x, i) => x / numeric[i]).filter((_, i) => Math.abs(numeric[i]) > least);
    const factor = middle(ratios), spread = Math.max(...ratios) - Math.min(...ratios);
    return [spread < 1e-3 * Math.abs(factor) ? "block_factor" : "block_mixed", { factor }];
  }

  function short(gap, x) {
    if (gap === "last" && x > much) return words.much;
    const text = gap === "order" ? x.toFixed(2)
      : String(Math.abs(x) < 1e-9 ? 0 : Number(x.toPrecision(gap === "first" || gap === "last" ? 4 : 3)));
    return text.replace("-", "−");
  }

  function sentence(name, f) {
    const [key, numbers] = instruments[name](f), said = { block: name };
    for (const gap in numbers) said[gap] = short(gap, numbers[gap]);
    return fill(words.readings[key], said);
  }

  function same(f, g) {
    const a = f.at(theta0).gradient(), b = g.at(theta0).gradient();
    return a.every((x, i) => Math.abs(x - b[i]) <= 1e-12 + 1e-9 * Math.abs(b[i]));
  }

  const linesOf = (level) => words.lines.filter((line) => line.levels.includes(level));
  const named = (level, numbers) =>
    linesOf(level).map((line, i) => line.options[numbers[i]].plants).filter(Boolean);
  const left = (points) => fill(words.points, { points, start });
  Object.assign(game, { Anonymous, instruments, sentence, theta0 });

  let games = 0;

  class Game {
    #f;

    constructor(mount) {
      this.id = `planted-${games++}`;
      this.solved = this.sum = 0;
      this.mount = mount;
      const levels = words.levels.map((text, i) => element("option", { value: i + 1 }, text));
      this.level = element("select", { id: `${this.id}-level` }, ...levels);
      this.level.value = mount.dataset.level;
      this.level.addEventListener("change", () => this.play());
      this.points = element("p", { className: "planted-points" });
      this.bar = element("meter", { max: start, "aria-hidden": "true" });
      this.tools = element("div", { className: "planted-tools" });
      this.claims = element("div", { className: "planted-claims" });
      this.verdict = element("div", { className: "planted-verdict" });
      this.live = element("p", { className: "visually-hidden", role: "status" });
      this.tally = element("p", { className: "planted-tally" });
      const button = (name, press) => {
        const made = element("button", { type: "button", className: `planted-${name}` }, words[name]);
        made.addEventListener("click", press);
        return made;
      };
      const end = element("p", { className: "planted-row" },
        button("accuse", () => this.accuse()), button("give_up", () => this.giveUp()),
        button("new_case", () => this.play()));
      mount.replaceChildren(
        element("p", {}, fill(words.intro, { wrong })),
        element("p", { className: "planted-row" },
          element("label", { htmlFor: this.level.id }, words.level), this.level),
        element("div", { className: "planted-row" }, this.points, this.bar),
        element("fieldset", {}, element("legend", {}, words.instruments_title), this.tools),
        element("fieldset", {}, element("legend", {}, words.accusation_title), this.claims, end),
        this.verdict, this.tally, this.live);
      mount.setAttribute("role", "group");
      mount.setAttribute("aria-label", words.title);
      this.play(undefined, false);
    }

    /** A new case: drawn here, and written nowhere. */
    play(seed = crypto.getRandomValues(new Uint32Array(1))[0], tell = true) {
      const level = Number(this.level.value), pool = words.cases[level];
      this.#f = new Anonymous(named(level, pool[Math.floor(live.uniform(seed)() * pool.length)]));
      this.left = start;
      this.said = {};
      this.closed = false;
      this.verdict.replaceChildren();
      this.lay(level);
      this.show(tell ? fill(words.new, { points: left(start) }) : "");
    }

    lay(level) {
      this.rows = {};
      this.tools.replaceChildren(...Object.entries(words.instruments).map(([name, { label, price, asks }]) => {
        const tag = element("span", { className: "planted-price" });
        const button = element("button", { type: "button" }, label, " ", tag);
        const said = element("p", {}, asks);
        button.addEventListener("click", () => this.use(name));
        this.rows[name] = { button, tag, said, price };
        return element("div", { className: "planted-tool" }, button, said);
      }));
      this.claims.replaceChildren(...linesOf(level).map(({ name, options }, row) =>
        element("fieldset", {}, element("legend", {}, name), ...options.map(({ code }, i) => {
          const input = element("input", { type: "radio", name: `${this.id}-${row}`, value: i, checked: i === 0 });
          return element("label", {}, input, element("code", {}, code));
        }))));
    }

    /** Show what is left, and say this once. */
    show(text) {
      this.points.textContent = left(this.left);
      this.bar.value = this.left;
      for (const [name, { button, tag, said, price }] of Object.entries(this.rows)) {
        const used = name in this.said;
        tag.textContent = used ? words.used : price === 1 ? words.price_1 : fill(words.price, { price });
        button.setAttribute("aria-disabled", used || (!this.closed && price > this.left));
        if (used) said.textContent = this.said[name];
        said.classList.toggle("planted-said", used);
      }
      this.tally.textContent = this.solved ? fill(words.tally, this) : "";
      this.live.textContent = text;
    }

    use(name) {
      const { price } = this.rows[name];
      if (name in this.said) return;
      if (!this.closed && price > this.left) {
        this.show(fill(words.too_dear, { price, points: this.left }));
        return;
      }
      if (!this.closed) this.left -= price;
      this.said[name] = sentence(name, this.#f);
      this.show(`${this.said[name]} ${left(this.left)}.`);
    }

    accuse() {
      if (this.closed) return;
      const level = Number(this.level.value);
      const chosen = [...this.claims.querySelectorAll("input:checked")].map((input) => Number(input.value));
      const claim = new Anonymous(named(level, chosen));
      if (same(claim, this.#f)) {
        this.solved++;
        this.sum += this.left;
        const { rank } = words.ranks.find(({ points }) => this.left >= points);
        this.close(fill(words.solved, { points: left(this.left), rank }));
        return;
      }
      this.left = Math.max(0, this.left - wrong);
      if (!this.left) {
        this.close(words.lost);
        return;
      }
      const name = Object.keys(words.instruments).find((i) => sentence(i, claim) !== sentence(i, this.#f));
      const said = { claim: sentence(name, claim), here: sentence(name, this.#f), cost: wrong };
      this.verdict.replaceChildren(element("p", {}, fill(words.wrong, said)));
      this.show(this.verdict.textContent);
    }

    giveUp() {
      if (this.closed) return;
      this.left = 0;
      this.close(words.given_up);
    }

    /** End it with the lines whose gradient is this one: found by trying, as anybody could. */
    close(how) {
      this.closed = true;
      const level = Number(this.level.value);
      const truth = words.cases[level].find((numbers) => same(new Anonymous(named(level, numbers)), this.#f));
      const planted = linesOf(level).flatMap(({ name, options }, i) => truth[i] === 0 ? [] : [
        code(words.planted, { name, wrong: options[truth[i]].code, right: options[0].code })]);
      this.verdict.replaceChildren(element("p", {}, element("strong", {}, how)),
        ...(planted.length ? planted : [element("p", {}, words.nobody)]));
      this.show([...this.verdict.children].map((p) => p.textContent).join(" "));
    }
  }

  /** A paragraph whose gaps are filled with code, but for the name of the line. */
  function code(text, values) {
    const [wrong, right] = [values.wrong, values.right].map((line) => element("code", {}, line));
    return element("p", {}, ...live.pieces(text, { name: values.name, wrong, right }));
  }

  game.games = [...document.querySelectorAll(".planted-game")].map((mount) => new Game(mount));
})();
