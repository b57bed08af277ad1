// The race: constant step against Armijo from the same start, trained while you look.
(() => {
  "use strict";
  const live = (window.live ??= {});
  const { element, word } = live;
  const NAMES = live.data.racers;
  const SLOW = 2; // iterations a frame at slow speed
  const TOP = 1e6; // of the loss axis: there a run that diverges leaves the picture

  /** The last loss that a run knows after so many evaluations. */
  function lossAt(run, evaluations) {
    let k = 0;
    while (k + 1 < run.loss.length && run.n_values[k + 1] <= evaluations && Number.isFinite(run.loss[k + 1])) k++;
    return run.loss[k];
  }

  live.figures.step_size_race = class extends live.Figure {
    static title = word("race.title");
    static controls = ["n_hidden", "alpha", "data_set", "noise"];
    static more = ["weight_decay", "seed", "n_iterations", "against"];
    static moreTitle = word("race.more");
    static extras = { against: "iterations" };

    build(form) {
      this.play = live.button("", "", () => this.toggle());
      this.play.classList.add("live-primary");
      const step = live.button(word("race.step"), word("race.step_title"), () => this.goTo(this.k + 1));
      const end = live.button(word("race.end"), word("race.end_title"), () => this.finish());
      const reset = live.button(word("race.reset"), word("race.reset_title"), () => { this.start(); this.goTo(0); });
      this.slow = element("input", { type: "checkbox", id: `${this.id}-slow` });
      this.counter = element("span", { className: "live-counter" }); // no <output>: that would be spoken
      const buttons = element("div", { className: "live-row" }, this.play, step, end, reset,
        element("label", { className: "live-check" }, this.slow, " ", word("race.slowly")), this.counter);
      const key = element("div", { className: "live-keys" },
        element("span", { className: "live-key" }, live.sample("solid", "run-0"), word("race.constant_key")),
        element("span", { className: "live-key" }, live.sample("dashed", "run-1"), word("race.armijo_key")),
        element("span", { className: "live-key" }, live.sample("dotted", "muted"), word("race.guess_key")));
      const plot = element("div", { className: "live-plot" });
      this.panels = NAMES.map((name, i) => this.panel(name, i));
      this.classKey = element("div", { className: "live-keys live-class-key" });
      this.own = new live.OwnTable(this);
      this.mount.append(form, this.own.node, buttons, key, plot,
        element("div", { className: "live-panels" }, ...this.panels.map((panel) => panel.node)),
        this.classKey, this.own.matrix, this.words, this.footer(), this.code.block);
      this.canvas = new live.Canvas(plot, word("race.picture"), (width) => (width >= 480 || this.bet?.axis ? 260 : 190));
      this.first = true;
      this.goal = 0;
      this.start();
      this.bet = live.drawnBet?.(this); // a line to be drawn before there is anything to see
    }

    panel(name, i) {
      const title = element("p", { className: "live-panel-title" }, live.sample(i ? "dashed" : "solid", `run-${i}`), element("span", {}, name));
      const place = element("div", {});
      const values = [word("race.loss"), word("race.train"), word("race.test"), word("race.evaluations")].map((label) => {
        const value = element("dd", {});
        return { value, nodes: [element("div", {}, element("dt", {}, label), value)] };
      });
      const verdict = element("p", { className: "live-verdict" });
      const list = element("dl", {}, ...values.flatMap((v) => v.nodes));
      const regions = new live.Regions(place, word("race.regions", { name }));
      return { node: element("div", { className: "live-panel" }, title, place, list, verdict), title: title.lastChild, values: values.map((v) => v.value), verdict, regions };
    }

    // --- training -----------------------------------------------------------------------------

    /** Both runs from the beginning, with the present settings. */
    start() {
      const { n_hidden, alpha, data_set, noise, weight_decay, seed } = this.settings;
      this.data = this.own.data ?? live.loadDataset(data_set, noise);
      this.frame = live.frameAround(this.data.X_train);
      const { X_train, y_train, n_classes } = this.data;
      const theta0 = live.initParameters(n_hidden, n_classes, seed);
      const objective = new live.Objective(X_train, y_train, n_classes, n_hidden, weight_decay);
      this.runs = [live.constantStep(alpha), live.armijo(live.data.armijo)].map(
        (step) => new live.Run(objective, theta0, step));
      this.k = 0;
    }

    get done() { return this.k >= this.goal; }
    get atEnd() { return this.k >= this.settings.n_iterations; }

    /** A slider moved: to the same place in the new run, or on to its end if it was running. */
    restart(name) {
      if (name === null || name === "data_set") this.own.leave();
      this.bet?.changed(name);
      if (name === "against") return;
      const wasAt = this.k, ran = !this.done || (this.ended && wasAt > 0);
      const last = this.settings.n_iterations;
      if (name !== "n_iterations" || last < wasAt) this.start();
      this.goal = ran ? last : Math.min(wasAt, last);
      this.quiet = live.wantsCalm() && !this.asked;
    }

    /** Came into view for the first time: without a bet start by itself, unless the reader wants no motion. */
    seen() {
      if (!this.first || this.bet) return;
      this.first = false;
      if (!live.wantsCalm()) this.goal = this.settings.n_iterations;
    }

    toggle() {
      this.asked = true; // the reader asked for motion
      if (!this.done) return this.goTo(this.k);
      if (this.atEnd) this.start();
      this.quiet = false;
      this.goTo(this.settings.n_iterations);
    }

    finish() {
      this.quiet = true;
      this.goTo(Math.max(this.k, this.settings.n_iterations));
    }

    goTo(k) {
      this.first = false;
      this.goal = k;
      this.answer();
    }

    /** Train for some milliseconds and paint. Returns whether there is more to do. */
    work(ms) {
      const begin = performance.now();
      const most = this.slow.checked && !this.quiet ? this.k + SLOW : Infinity;
      while (!this.done && this.k < most && performance.now() - begin < ms) {
        const moved = this.runs.map((run) => run.iterate());
        this.k++;
        if (!moved.some(Boolean)) this.goal = this.k = Math.max(...this.runs.map((run) => run.iterations));
      }
      this.ended = this.atEnd || this.runs.every((run) => run.end);
      if (this.done || !this.quiet || this.k === 0) this.draw();
      else this.showState();
      if (this.done && !this.bet?.open) this.say();
      if (this.done) this.own.count();
      if (this.done) this.bet?.ran();
      return !this.done;
    }

    /** On paper as it stands, or at its end if it has not begun: nobody can press a button there. */
    complete() {
      const { runs, k, goal, quiet, ended, bet } = this;
      if (k) this.draw();
      else {
        this.bet = null;
        this.start();
        Object.assign(this, { goal: this.settings.n_iterations, quiet: true });
        this.work(Infinity);
      }
      return () => Object.assign(this, { runs, k, goal, quiet, ended, bet });
    }

    paint() { this.draw(); }

    // --- pictures and words ---------------------------------------------------------------------

    draw() {
      this.painted = performance.now();
      this.drawLoss();
      this.panels.forEach((panel, i) => this.drawPanel(panel, this.runs[i], i));
      if (this.keyOf !== this.data.class_names) {
        this.keyOf = this.data.class_names;
        this.classKey.replaceChildren(...live.classKey(this.data));
      }
      this.showState();
    }

    showState() {
      const running = !this.done;
      const text = word(running ? "race.pause" : this.ended && this.k ? "race.play_again" : "race.play");
      if (this.play.textContent !== text) {
        this.play.textContent = text;
        this.play.title = word(running ? "race.pause_title" : "race.play_title");
      }
      this.counter.textContent = word("race.counter", { k: this.k });
    }

    drawLoss() {
      const ctx = this.canvas.begin(), colours = this.colours;
      const byIteration = this.settings.against === "iterations";
      const finite = this.runs.flatMap((run) => [run.loss[0], Math.min(...run.loss.slice(-400)), ...run.loss]).filter((v) => Number.isFinite(v) && v > 0);
      const kept = this.bet?.axis; // where a line is drawn nothing may move
      let low = 1e-3, high = 10;
      for (const v of finite) {
        while (v < low && low > 1e-300) low /= 10;
        while (v > high && high < TOP) high *= 10;
      }
      const costs = this.runs.map((run) => (byIteration ? run.iterations : run.n_values[run.n_values.length - 1]));
      const last = kept ?? Math.max(this.settings.n_iterations, ...costs);
      const { X, Y, box } = live.axes(this.canvas, colours,
        { min: 0, max: last, label: word(byIteration ? "race.iteration_axis" : "race.evaluations_axis") },
        { min: low, max: high, log: true, label: word("race.loss_axis") });
      live.inside(ctx, box, () => {
        this.drawGuess(ctx, Y(Math.log(this.data.n_classes)), box);
        this.bet?.draw(ctx, { X, Y, box, low, high });
        this.runs.forEach((run, i) => this.drawRun(ctx, run, i, (k) => X(byIteration ? k : run.n_values[k]), Y, (box.right - box.left) / last));
      });
    }

    drawGuess(ctx, y, box) {
      ctx.strokeStyle = this.colours.muted;
      ctx.lineWidth = 1.2;
      ctx.setLineDash([2, 3]);
      live.line(ctx, box.left, y, box.right, y);
      ctx.setLineDash([]);
    }

    drawRun(ctx, run, i, X, Y) {
      ctx.strokeStyle = ctx.fillStyle = this.colours.runs[i];
      ctx.lineWidth = 2;
      ctx.lineJoin = "round";
      ctx.setLineDash(i ? [8, 3] : []);
      ctx.beginPath();
      let end = null;
      run.loss.forEach((value, k) => {
        if (!Number.isFinite(value)) return;
        end = [X(k), Y(Math.max(value, 1e-300))];
        ctx.lineTo(...end);
      });
      ctx.stroke();
      ctx.setLineDash([]);
      if (!end) return;
      ctx.beginPath();
      ctx.arc(...end, 4, 0, 2 * Math.PI);
      ctx.fill();
    }

    drawPanel(panel, run, i) {
      const title = i ? NAMES[i] : word("race.constant", { alpha: live.short(this.settings.alpha) });
      if (panel.title.textContent !== title) panel.title.textContent = title;
      panel.regions.draw(run.theta, this.data, this.frame, this.colours);
      const { train, test } = this.scores(run);
      const values = [live.short(run.lastLoss()), train.accuracy.toFixed(2), test.accuracy.toFixed(2), run.n_values[run.n_values.length - 1]];
      panel.values.forEach((node, j) => { node.textContent = values[j]; });
      const verdict = run.verdict();
      if (panel.verdict.textContent !== verdict) panel.verdict.textContent = verdict;
    }

    scores(run) {
      const { X_train, y_train, X_test, y_test, n_classes } = this.data;
      return {
        train: live.evaluate(run.theta, X_train, y_train, n_classes),
        test: live.evaluate(run.theta, X_test, y_test, n_classes),
      };
    }

    sentence() {
      const parts = this.runs.map((run, i) => {
        const { train, test } = this.scores(run);
        const name = i ? NAMES[i] : `${NAMES[i]} ${live.short(this.settings.alpha)}`;
        const verdict = run.verdict() && `; ${run.verdict()}`, n_values = run.n_values[run.n_values.length - 1];
        const shares = { train: train.accuracy.toFixed(2), test: test.accuracy.toFixed(2) };
        return live.say("run", { name, loss: live.short(run.lastLoss()), ...shares, n_values, verdict }, n_values);
      });
      const spent = Math.min(...this.runs.map((run) => run.n_values[run.n_values.length - 1]));
      const even = this.settings.against === "evaluations";
      const [constant, armijo] = this.runs.map((run) => (even ? lossAt(run, spent) : run.lastLoss()));
      const factor = constant > armijo ? constant / armijo : armijo / constant;
      const comparison = word(factor < 1.05 ? "race.equal" : constant > armijo ? "race.armijo_lower" : "race.constant_lower", { factor: live.short(factor, 2) });
      const lower = even ? word("race.at", { spent, comparison }) : comparison;
      if (this.k) parts.push(lower[0].toUpperCase() + lower.slice(1));
      return word(this.k === 1 ? "race.after_1" : "race.after", { k: this.k, runs: parts.join(" ") });
    }

    python() {
      const s = this.own.data ? { ...this.settings, data_set: this.own.data.path, noise: 0 } : this.settings;
      const py = (name) => live.python(name, s[name]);
      const call = ["n_hidden", "alpha", "data_set", "n_iterations", "seed", "noise", "weight_decay"]
        .map((name) => `${name}=${py(name)}`);
      if (s.against !== "iterations") call.push(`against=${py("against")}`);
      return [
        "import nnlib",
        ...(s.noise ? ["from nnlib.sliders import add_noise"] : []),
        "",
        `data = nnlib.load_dataset(${py("data_set")})`,
        ...(s.noise ? [`data = add_noise(data, ${py("noise")})`] : []),
        "objective = nnlib.Objective(",
        `    data.X_train, data.y_train, weight_decay=${py("weight_decay")}, n_classes=data.n_classes`,
        ")",
        `theta0 = nnlib.init_parameters(${py("n_hidden")}, n_classes=data.n_classes, seed=${py("seed")})`,
        `for step in (nnlib.ConstantStep(${py("alpha")}), nnlib.Armijo()):`,
        `    run = nnlib.gradient_descent(objective, theta0, step, n_iterations=${this.k})`,
        "    test = nnlib.evaluate(run.theta, data.X_test, data.y_test, data.n_classes)",
        '    print(step, "training loss", run.loss[-1], "test accuracy", test.accuracy)',
        "",
        "# With sliders, in a notebook: from nnlib import sliders",
        "# sliders.step_size_race(",
        `#     ${call.slice(0, 4).join(", ")},`,
        `#     ${call.slice(4).join(", ")},`,
        "# )",
        "",
      ].join("\n");
    }
  };
})();
