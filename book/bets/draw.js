// Draw the curve: before a race the reader draws the loss they expect of Armijo; only then it trains.
(() => {
  "use strict";
  const live = (window.live ??= {});
  const { element, bets, word } = live;
  if (!live.figures?.step_size_race) return;
  const PARTS = 96; // the line is known at so many places, evenly spaced, beside its start
  const HANDLES = [12, 24, 48, 72, 96]; // those that the keyboard moves
  const NEARLY = 88; // a line that comes so far goes on as it ends
  const [LOWEST, HIGHEST] = [-3, 1]; // decades of the axis

  const isFrontPage = (document.documentElement.dataset.content_root ?? "./") === "./";
  const day = (at) => new Date(at).toLocaleDateString(word("draw.locale"), { day: "numeric", month: "long" });
  const fresh = ({ seed, n_hidden, alpha }) => `${seed} ${n_hidden} ${alpha}`;

  function hash(text) { // FNV-1a
    let h = 0x811c9dc5;
    for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193) >>> 0;
    return h;
  }

  /** The settings under which a bet comes back: from the bet alone, another start, size and step. */
  live.comingBack = function ({ entry, round }, defaults) {
    const draw = live.uniform(hash(`${bets.key(entry)} ${round}`));
    const asked = new Set(bets.all().filter((e) => e.kind === entry.kind).map((e) => fresh(e.settings)));
    const settings = { ...defaults };
    for (const name of Object.keys(defaults)) {
      settings[name] = live.accept(name, entry.settings[name]) ?? defaults[name]; // a file may hold anything
    }
    do {
      settings.seed = Math.floor(100 * draw());
      settings.n_hidden = 4 + Math.floor(29 * draw());
      settings.alpha = Number((10 ** (2 * draw() - 1)).toPrecision(2));
    } while (asked.has(fresh(settings)));
    return settings;
  };

  class DrawnBet {
    constructor(figure) {
      Object.assign(this, { figure, id: `${bets.page}#${figure.id}`, node: figure.canvas.node, line: null });
      this.buttons = figure.play.parentNode;
      this.ask = element("p", { className: "bet-ask", tabIndex: -1 });
      this.offer = element("div", { className: "live-row bet-offer" });
      this.hint = element("span", { className: "live-said", role: "status" });
      const lock = live.button(word("draw.lock"), "", () => this.lock());
      lock.classList.add("live-primary");
      this.row = element("div", { className: "live-row" }, lock,
        live.button(word("draw.look"), word("draw.look_title"), () => this.look()), this.hint);
      this.handles = this.makeHandles();
      this.told = element("p", { className: "bet-told", role: "status" });
      this.body = element("tbody", {});
      this.unit = element("th", { scope: "col" });
      const heads = [word("draw.line"), word("draw.armijo"), word("draw.factor")].map((text) => element("th", { scope: "col" }, text));
      this.numbers = element("details", { className: "live-more" },
        element("summary", {}, word("draw.numbers")),
        element("table", { className: "bet-numbers" },
          element("thead", {}, element("tr", {}, this.unit, ...heads)), this.body));
      this.again = live.button(word("draw.again"), word("draw.again_title"), () => this.begin());
      this.key = element("span", { className: "live-key" }, live.sample("dots", "good"), word("draw.line"));

      this.buttons.before(this.ask, this.offer);
      this.buttons.append(this.again);
      this.buttons.nextSibling.append(this.key);
      this.node.parentNode.after(this.handles, this.row, this.told, this.numbers);
      this.listen();
      addEventListener("live-bets", () => this.offerReturn());
      this.open = !bets.looked(this.id);
      this.clear();
      this.lay();
      this.offerReturn();
    }

    // --- states: open until it is locked or passed over; afterwards the race is free ------------

    get byIteration() { return this.figure.settings.against === "iterations"; }
    get unitName() { return word(this.byIteration ? "draw.iterations" : "draw.evaluations"); }
    get last() { return this.figure.settings.n_iterations; }

    /** Is there a locked line, and for what the figure shows now? */
    get shown() { return !this.open && this.line !== null && this.of === JSON.stringify(this.figure.settings); }

    /** The right edge of the picture, while it has a line; undefined if it follows the runs. */
    get axis() { return this.open || this.shown ? this.last : undefined; }

    lay() {
      const { open, shown, figure } = this;
      figure.mount.classList.toggle("bet-open", open);
      for (const node of [this.ask, this.row, this.handles]) node.hidden = !open;
      this.buttons.hidden = open;
      this.key.hidden = !open && !shown;
      this.numbers.hidden = !(shown && this.told.textContent);
      this.told.classList.toggle("bet-past", !shown);
      if (!open) return;
      const { n_hidden, data_set } = figure.settings;
      this.question = word(n_hidden === 1 ? "draw.question_1" : "draw.question",
        { last: this.last, unit: this.unitName, n_hidden, data_set: live.data.datasets[data_set].label });
      this.ask.replaceChildren(element("strong", {}, word("draw.first"), " "), word("draw.ask", this));
    }

    clear() {
      this.parts = Array(PARTS + 1);
      this.line = this.of = this.returns = null;
      this.told.textContent = this.hint.textContent = "";
      this.syncHandles();
    }

    /** A new bet; with another one that comes back, under its settings. */
    begin(due = null) {
      const { figure } = this;
      this.open = true;
      figure.start();
      figure.goTo(0); // nothing is left to train, whatever the settings become
      if (due) figure.adopt(live.comingBack(due, figure.defaults));
      this.changed();
      this.returns = due && bets.key(due.entry);
      clearTimeout(figure.wordTimer);
      figure.words.textContent = "";
      figure.goTo(0);
      this.offerReturn();
      this.ask.focus({ preventScroll: true });
    }

    look() {
      bets.look(this.id);
      this.open = false;
      this.clear();
      this.lay();
      this.train();
    }

    lock() {
      if (!this.parts.slice(NEARLY).some((v) => v !== undefined)) {
        this.hint.textContent = word("draw.not_yet");
        return;
      }
      this.line = this.points();
      this.of = JSON.stringify(this.figure.settings);
      this.open = this.judged = false;
      bets.look(this.id);
      this.lay();
      this.train();
    }

    train() {
      const { figure } = this;
      figure.play.focus({ preventScroll: true });
      figure.asked = true;
      figure.quiet = live.wantsCalm();
      figure.start();
      figure.goTo(this.last);
    }

    /** A setting changed: an open bet begins anew, a locked line waits for its settings. */
    changed() {
      if (this.open) this.clear();
      this.lay();
      this.offerReturn();
    }

    /** The race stands still: if that is its end, tell. */
    ran() {
      if (!this.figure.ended || !this.shown || this.judged) return;
      this.judged = true;
      const { figure, line, last } = this, run = figure.runs[1];
      const score = live.scoreOf(line, run.loss, this.byIteration ? run.loss.map((_, k) => k) : run.n_values, last);
      this.unit.textContent = this.unitName;
      this.body.replaceChildren(...score.at.map((place, i) => {
        const [mine, its] = [score.drawn[i], score.computed[i]];
        const cells = [live.short(mine, 2), live.short(its, 2), live.factor(Math.max(mine / its, its / mine))];
        return element("tr", {}, element("th", { scope: "row" }, String(Math.round(place))), ...cells.map((text) => element("td", {}, text)));
      }));
      this.told.textContent = live.scoreInWords(score, this.unitName);
      this.lay();
      const round = (values) => values.map((v) => Number(v.toPrecision(6)));
      bets.record({
        id: this.id, kind: "race", question: this.question, settings: { ...figure.settings },
        bet: round(score.drawn), truth: round(score.computed), off: score.factor, far: live.isFar(score),
        ...(this.returns && { of: this.returns }),
      });
    }

    /** On the front page a bet that was far off comes back after some days, with other settings. */
    offerReturn() {
      const [due] = isFrontPage ? bets.due("race") : [];
      this.offer.hidden = !due || (this.open && this.returns !== null);
      if (this.offer.hidden) return;
      const { at, off } = due.entry;
      this.offer.replaceChildren(
        element("span", {}, word("draw.returns", { day: day(at), factor: live.factor(off) }), " "),
        live.button(word("draw.another"), word("draw.another_title"), () => this.begin(due)));
    }

    // --- the line ---------------------------------------------------------------------------------

    get start() { return this.figure.runs[0].loss[0]; }

    points() {
      const found = [[0, this.start]];
      this.parts.forEach((v, j) => { found.push([(j * this.last) / PARTS, 10 ** v]); });
      return found;
    }

    /** Join two places, [part, decade] each: what was drawn there before is gone. */
    join([j0, v0], [j1, v1]) {
      const [from, to] = j0 < j1 ? [j0, j1] : [j1, j0];
      for (let j = Math.max(1, Math.ceil(from)); j <= to; j++) {
        this.parts[j] = j1 === j0 ? v1 : v0 + ((j - j0) / (j1 - j0)) * (v1 - v0);
      }
    }

    listen() {
      const { node, figure } = this;
      let pen = null;
      const place = (event) => {
        const { box } = this.frame, [low, high] = [this.frame.low, this.frame.high].map(Math.log10);
        const at = node.getBoundingClientRect();
        const share = (x, from, to) => Math.min(Math.max((x - from) / (to - from), 0), 1);
        return [
          PARTS * share(event.clientX - at.left, box.left, box.right),
          low + (high - low) * share(event.clientY - at.top, box.bottom, box.top),
        ];
      };
      const to = (event) => {
        for (const e of event.getCoalescedEvents?.().concat(event) ?? [event]) {
          const here = place(e);
          this.join(pen ?? [Math.round(here[0]), here[1]], pen ? here : [Math.round(here[0]), here[1]]);
          pen = here;
        }
        this.hint.textContent = "";
        figure.drawLoss();
      };
      node.addEventListener("pointerdown", (event) => {
        if (!this.open || !this.frame || !event.isPrimary || event.button) return;
        node.setPointerCapture(event.pointerId);
        event.preventDefault(); // no text is marked
        pen = null;
        to(event);
      });
      node.addEventListener("pointermove", (event) => { if (pen && event.isPrimary && this.open) to(event); });
      for (const end of ["pointerup", "pointercancel"]) {
        node.addEventListener(end, () => { if (pen) this.syncHandles(); pen = null; });
      }
    }

    makeHandles() {
      this.ranges = HANDLES.map((j, i) => {
        const range = element("input", { type: "range", id: `${this.figure.id}-bet-${i}`, min: LOWEST, max: HIGHEST, step: 0.05 });
        range.addEventListener("input", () => this.moveHandle(i));
        return range;
      });
      const rows = this.ranges.map((range) => element("div", { className: "bet-handle" }, element("label", { htmlFor: range.id }), range));
      return element("details", { className: "live-more bet-handles" },
        element("summary", {}, word("draw.handles")), element("div", { className: "live-controls" }, ...rows));
    }

    moveHandle(i) {
      const corner = (k) => (k < 0 ? [0, Math.log10(this.start)] : [HANDLES[k], Number(this.ranges[k].value)]);
      const drawn = this.parts.some((v) => v !== undefined);
      for (let k = 0; k < HANDLES.length; k++) { // at first the whole line, then what is beside the handle
        if (!drawn || k === i || k === i + 1) this.join(corner(k - 1), corner(k));
      }
      this.hint.textContent = "";
      this.nameHandles();
      this.figure.drawLoss();
    }

    syncHandles() {
      const given = this.parts.map((v) => v); // holes stay
      HANDLES.forEach((j, i) => {
        const before = given.slice(1, j + 1).filter((v) => v !== undefined);
        this.ranges[i].value = before.length ? before[before.length - 1] : Math.log10(this.start);
      });
      this.nameHandles();
    }

    nameHandles() {
      HANDLES.forEach((j, i) => {
        const range = this.ranges[i];
        range.labels[0].textContent = word("draw.handle", { place: Math.round((j * this.last) / PARTS), unit: this.unitName });
        range.setAttribute("aria-valuetext", word("draw.nats", { loss: live.short(10 ** Number(range.value), 2) }));
      });
    }

    /** The line into the picture of the race, which tells where it is. */
    draw(ctx, frame) {
      this.frame = frame;
      if (!this.open && !this.shown) return;
      const { X, Y, box } = frame, line = this.open ? this.points() : this.line;
      const { colours } = this.figure;
      if (line.length === 1) {
        ctx.fillStyle = colours.muted;
        ctx.textAlign = "center";
        ctx.fillText(word("draw.here"), (box.left + box.right) / 2, Y(0.1));
        return;
      }
      ctx.save();
      Object.assign(ctx, { strokeStyle: colours.good, lineWidth: 5, lineCap: "round", lineJoin: "round" });
      ctx.setLineDash([0.1, 8]); // dots, wider than the curves
      ctx.beginPath();
      for (const [place, loss] of line) ctx.lineTo(X(place), Y(loss));
      ctx.stroke();
      ctx.restore();
    }
  }

  live.drawnBet = (figure) => (bets.off ? undefined : new DrawnBet(figure));
})();
