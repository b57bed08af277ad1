// The microscope: one search of Armijo's rule on the way of a training run.
(() => {
  "use strict";
  const live = (window.live ??= {});
  const { element, word } = live;
  const N_HIDDEN = 12, SEED = 0, MOST_BACKTRACKS = 200, POINTS = 120;

  live.figures.armijo_microscope = class extends live.Figure {
    static title = word("microscope.title");
    static controls = ["iteration", "alpha0", "sigma", "beta", "scale"];
    static extras = { scale: "logarithmic" };

    build(form) {
      const move = (by) => () => {
        const { min, max } = live.data.settings.iteration;
        const next = Math.min(Math.max(this.settings.iteration + by, min), max);
        this.controls.iteration.set(next);
        this.change("iteration", next);
      };
      const buttons = element("div", { className: "live-row" },
        live.button(word("microscope.back"), word("microscope.back_title"), move(-1)),
        live.button(word("microscope.forward"), word("microscope.forward_title"), move(1)));
      const key = element("div", { className: "live-keys" },
        ...[["solid", "run-0", word("microscope.loss")], ["dashed", "run-1", word("microscope.decrease")],
          ["dotted", "muted", word("microscope.level")], ["cross", "run-1", word("microscope.rejected")],
          ["triangle", "run-1", word("microscope.above")],
          ["disc", "run-0", word("microscope.accepted")], ["bar", "good", word("microscope.allowed")]].map(
          ([kind, look, text]) => element("span", { className: "live-key" }, live.sample(kind, look), text)));
      const plot = element("div", { className: "live-plot" });
      this.list = element("ol", { className: "live-trials" });
      this.list.setAttribute("aria-label", word("microscope.trials"));
      this.mount.append(form, buttons, key, plot, this.list, this.words, this.footer(), this.code.block);
      this.canvas = new live.Canvas(plot, word("microscope.picture"), (width) => (width < 480 ? 260 : 340));
      const data = live.loadDataset("spirals", 0);
      this.objective = new live.Objective(data.X_train, data.y_train, data.n_classes, N_HIDDEN);
      this.way = new live.Run(this.objective, live.initParameters(N_HIDDEN, data.n_classes, SEED), live.armijo(live.data.armijo));
      this.thetas = [this.way.theta.slice()];
      this.pass = this.objective.newPass();
    }

    restart() {}

    /** Walk on until the iteration is reached; the picture shows the last one that was. */
    work(ms) {
      const begin = performance.now(), wanted = this.settings.iteration;
      while (this.thetas.length <= wanted && performance.now() - begin < ms) {
        if (!this.way.iterate()) break;
        this.thetas.push(this.way.theta.slice());
      }
      this.paint();
      this.say();
      return this.at < wanted && !this.way.end;
    }

    paint() {
      this.search(Math.min(this.settings.iteration, this.thetas.length - 1));
      this.draw();
    }

    /** phi, its slope, and all trials at one iteration. */
    search(k) {
      const { alpha0, sigma, beta } = this.settings, { pass, objective } = this;
      if (this.at !== k) {
        this.at = k;
        pass.theta.set(this.thetas[k]);
        this.phi0 = objective.forward(pass);
        this.gradient = objective.gradient(pass);
        this.slope = -this.gradient.reduce((sum, g) => sum + g * g, 0);
        this.curve = null;
      }
      const theta = this.thetas[k];
      this.phi = (alpha) => {
        for (let i = 0; i < theta.length; i++) pass.theta[i] = theta[i] - alpha * this.gradient[i];
        return objective.forward(pass);
      };
      this.result = live.armijo({ alpha0, sigma, beta, maxBacktracks: MOST_BACKTRACKS })(this.phi, this.phi0, this.slope);
      const { trials } = this.result, log = this.settings.scale === "logarithmic";
      const low = log ? trials[trials.length - 1].alpha / 4 : 0, high = alpha0 * (log ? 1.2 : 1.05);
      if (!this.curve || this.curve.low !== low || this.curve.high !== high || this.curve.log !== log) {
        this.curve = { low, high, log, alphas: [], values: [] };
        for (let i = 0; i < POINTS; i++) {
          const t = i / (POINTS - 1);
          const alpha = log ? low * (high / low) ** t : low + (high - low) * t;
          this.curve.alphas.push(alpha);
          this.curve.values.push(this.phi(alpha));
        }
      }
    }

    draw() {
      this.painted = performance.now();
      const ctx = this.canvas.begin(), colours = this.colours, { curve, phi0, slope, result } = this;
      const { sigma } = this.settings, values = [...curve.values, ...result.trials.map((t) => t.value)].filter(Number.isFinite);
      const lowest = Math.min(...values), room = 2.5 * (phi0 - lowest) || 1e-3;
      const required = (alpha) => phi0 + sigma * alpha * slope;
      const top = phi0 + room, bottom = Math.max(Math.min(lowest, required(curve.high)), lowest - room) - 0.12 * room;
      const { X, Y, box } = live.axes(this.canvas, colours,
        { min: curve.low, max: curve.high, log: curve.log, label: word("microscope.step_axis") },
        { min: bottom, max: top, label: word("microscope.loss_axis") });
      live.inside(ctx, box, () => {
        ctx.strokeStyle = colours.muted;
        ctx.lineWidth = 1.2;
        ctx.setLineDash([2, 3]);
        live.line(ctx, box.left, Y(phi0), box.right, Y(phi0));
        this.trace(ctx, curve.alphas.map((a) => [X(a), Y(required(a))]), colours.runs[1], [8, 3]);
        this.trace(ctx, curve.alphas.map((a, i) => [X(a), Y(curve.values[i])]), colours.runs[0], []);
        this.drawAllowed(ctx, X, box, required);
      });
      this.drawTrials(ctx, X, Y, top, box);
      this.listTrials();
    }

    trace(ctx, points, colour, dash) {
      ctx.strokeStyle = colour;
      ctx.lineWidth = 2;
      ctx.setLineDash(dash);
      ctx.beginPath();
      for (const [x, y] of points) if (Number.isFinite(y)) ctx.lineTo(x, Math.max(-1e4, Math.min(1e4, y)));
      ctx.stroke();
      ctx.setLineDash([]);
    }

    /** A bar on the axis below the steps that the rule would accept. */
    drawAllowed(ctx, X, box, required) {
      ctx.strokeStyle = this.colours.good;
      ctx.lineWidth = 7;
      const { alphas, values } = this.curve;
      for (let i = 1; i < alphas.length; i++) {
        if (!(values[i] <= required(alphas[i]) && values[i - 1] <= required(alphas[i - 1]))) continue;
        ctx.beginPath();
        ctx.moveTo(X(alphas[i - 1]) - 0.5, box.bottom - 4);
        ctx.lineTo(X(alphas[i]) + 0.5, box.bottom - 4);
        ctx.stroke();
      }
    }

    drawTrials(ctx, X, Y, top, box) {
      const { result, colours } = this, last = result.trials.length - 1;
      ctx.font = `600 13px ${colours.font}`;
      ctx.textAlign = "center";
      let written = Infinity;
      for (let i = last; i >= 0; i--) { // from the accepted one backwards: it always has its number
        const { alpha, value } = result.trials[i], taken = result.accepted && i === last;
        const above = !(value <= top), x = X(alpha), y = above ? box.top + 10 : Y(value);
        ctx.strokeStyle = ctx.fillStyle = colours.runs[taken ? 0 : 1];
        ctx.lineWidth = 2.6;
        ctx.beginPath();
        if (taken) ctx.arc(x, y, 6, 0, 2 * Math.PI);
        else if (above) { ctx.moveTo(x, y - 7); ctx.lineTo(x + 6, y + 4); ctx.lineTo(x - 6, y + 4); ctx.closePath(); }
        else { ctx.moveTo(x - 5, y - 5); ctx.lineTo(x + 5, y + 5); ctx.moveTo(x + 5, y - 5); ctx.lineTo(x - 5, y + 5); }
        if (taken || above) ctx.fill();
        else ctx.stroke();
        if (Math.abs(written - x) < 24) continue;
        written = x;
        ctx.fillStyle = colours.text;
        const below = above || taken; // the rejected ones come in from above
        ctx.textBaseline = below ? "top" : "bottom";
        ctx.fillText(String(i + 1), x, below ? y + 9 : y - 9);
      }
    }

    listTrials() {
      const { result, phi0, slope } = this, { sigma } = this.settings, last = result.trials.length - 1;
      const items = result.trials.map(({ alpha, value }, i) => {
        const taken = result.accepted && i === last;
        const item = element("li", { value: i + 1, className: taken ? "taken" : "" });
        item.append(`α = ${live.short(alpha)}: φ = ${live.short(value, 4)} ${taken ? "≤" : ">"} ${live.short(phi0 + sigma * alpha * slope, 4)}`,
          element("span", {}, " ", word(taken ? "microscope.accepted" : "microscope.rejected")));
        return item;
      });
      if (items.length > 7) items.splice(3, items.length - 6, element("li", { className: "gap" }, word("microscope.more", { n: items.length - 6 })));
      this.list.replaceChildren(...items);
    }

    sentence() {
      const { trials, accepted, alpha, value } = this.result;
      const rejected = trials.length - (accepted ? 1 : 0);
      const end = accepted
        ? word("microscope.found", { alpha: live.short(alpha), phi0: live.short(this.phi0, 4), phi: live.short(value, 4) })
        : word("microscope.gave_up");
      const search = rejected
        ? word(rejected > 1 ? "microscope.before" : "microscope.before_1", { n: rejected, alpha: live.short(trials[0].alpha), end })
        : end;
      return word(trials.length > 1 ? "microscope.said" : "microscope.said_1", { k: this.at, search, n: trials.length });
    }

    python() {
      const py = (name) => live.python(name, this.settings[name]);
      return [
        "import nnlib",
        "from nnlib.descent import Ray",
        "",
        'data = nnlib.load_dataset("spirals")',
        "objective = nnlib.Objective(data.X_train, data.y_train)",
        `theta0 = nnlib.init_parameters(${N_HIDDEN}, seed=${SEED})`,
        `theta = nnlib.gradient_descent(objective, theta0, nnlib.Armijo(), ${this.at}).theta`,
        "value, gradient = objective.value_and_gradient(theta)",
        "phi, slope = Ray(objective, theta, -gradient), -gradient @ gradient",
        "rule = nnlib.Armijo(",
        `    alpha0=${py("alpha0")}, sigma=${py("sigma")}, beta=${py("beta")}, max_backtracks=${MOST_BACKTRACKS}`,
        ")",
        "result = rule(phi, value, slope)",
        "for trial in result.trials:",
        "    print(trial)",
        'print("accepted" if result.accepted else result.reason, result.alpha, result.value)',
        "",
      ].join("\n");
    }
  };
})();
