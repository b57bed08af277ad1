// What every live figure shares: its form, its words, its place in the address, its frames.
(() => {
  "use strict";
  const live = (window.live ??= {});
  const { element, word } = live;
  const BUDGET = 8; // milliseconds of computing in a frame, so that the page keeps answering
  const FIRST = 2; // and in the answer to a slider, which comes in the same frame
  const PAPER = "672px"; // what a page of A4 leaves between the margins of print.css
  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  live.figures = {}; // the name in Python -> a subclass of Figure
  live.mounted = []; // all that stand on this page
  live.wantsCalm = () => calm.matches;

  const busy = new Set();

  function frame() {
    const share = BUDGET / busy.size;
    for (const figure of live.onPaper ? [] : busy) {
      if (figure.justPainted) figure.justPainted = false; // let the answer to a slider be seen first
      else if (!figure.visible || !figure.work(share)) busy.delete(figure);
    }
    if (busy.size) requestAnimationFrame(frame);
  }

  /** Ask for frames until the figure's work is done; none while it is out of view. */
  live.wake = function (figure) {
    if (!figure.visible) return;
    if (!busy.size) requestAnimationFrame(frame);
    busy.add(figure);
  };

  live.Figure = class {
    // Subclasses: static controls (names), build(), restart(name), work(ms) -> is there more?,
    // sentence(), python().
    constructor(mount, id, given) {
      Object.assign(this, { mount, id, visible: false, painted: 0 });
      this.defaults = { ...this.constructor.extras, ...given };
      this.settings = { ...this.defaults, ...live.readAddress(id, this.defaults) };
      this.words = element("p", { className: "live-words" });
      this.words.setAttribute("aria-live", "polite");
      this.code = live.pythonButton(() => this.python());
      this.build(this.form());
    }

    form() {
      this.controls = {};
      const { controls, more = [], moreTitle } = this.constructor;
      const form = this.rows(controls);
      if (!more.length) return form;
      const fold = element("details", { className: "live-more" },
        element("summary", {}, moreTitle), this.rows(more));
      fold.open = more.some((name) => this.settings[name] !== this.defaults[name]);
      const both = document.createDocumentFragment();
      both.append(form, fold);
      return both;
    }

    rows(names) {
      const rows = names.map((name) => {
        const id = `${this.id}-${name}`, changed = (value) => this.change(name, value);
        this.controls[name] = live.control(name, id, this.settings[name], changed);
        return this.controls[name].row;
      });
      return element("div", { className: "live-controls" }, ...rows);
    }

    /** The last row: back to the beginning, and the lines for Python. */
    footer() {
      const back = live.button(word("figure.defaults"), word("figure.defaults_title"), () => {
        this.adopt(this.defaults);
      });
      return element("div", { className: "live-row" }, back, this.code.button, this.code.said);
    }

    /** Take over settings from elsewhere, such as the address. */
    adopt(settings) {
      this.settings = { ...settings };
      for (const [name, control] of Object.entries(this.controls)) control.set(settings[name]);
      this.change(null);
    }

    change(name, value) {
      if (name !== null) this.settings[name] = value;
      clearTimeout(this.addressTimer); // browsers allow few changes of the address in a second
      this.addressTimer = setTimeout(() => {
        live.writeAddress(this.id, this.settings, this.defaults, live.mounted.map((f) => f.id));
      }, 250);
      this.restart(name);
      this.answer();
    }

    /** Show something new at once; if it has just been painted, with the next frame. */
    answer() {
      this.code.stale();
      if (performance.now() - this.painted > BUDGET) {
        this.work(FIRST);
        this.justPainted = true;
      }
      live.wake(this);
    }

    /** Say the result, once it has settled. */
    say() {
      clearTimeout(this.wordTimer);
      this.wordTimer = setTimeout(() => {
        this.wordTimer = 0;
        const words = this.sentence();
        if (words !== this.words.textContent) this.words.textContent = words;
      }, 250);
    }

    get colours() {
      return (this.cachedColours ??= live.colours(this.mount));
    }

    repaint() {
      if (live.onPaper) return; // what is on paper stays, until all comes back
      this.cachedColours = null;
      if (this.visible) this.work(0);
    }

    /** Do what a still picture needs, also out of view; returns how to take it back. */
    complete() {
      this.work(Infinity);
      return () => {};
    }

    /** Paint for a page of paper, in its colours, with the result in words; returns the way back. */
    toPaper() {
      const { mount, words, wordTimer } = this, said = words.textContent;
      words.setAttribute("aria-live", "off"); // nobody asked for these words
      mount.style.width = PAPER;
      this.cachedColours = null;
      const takeBack = this.complete();
      words.textContent = this.sentence();
      mount.style.width = "";
      return () => {
        takeBack();
        this.cachedColours = null;
        this.paint();
        clearTimeout(this.wordTimer);
        words.textContent = said;
        words.setAttribute("aria-live", "polite");
        if (wordTimer) this.say(); // it was about to
      };
    }

    paint() { this.work(0); }
  };
})();
