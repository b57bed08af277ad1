// Native controls: a slider with a number box, a menu, buttons. Text only ever enters as text.
(() => {
  "use strict";
  const live = (window.live ??= {});

  /** An element with properties and children; strings become text. */
  live.element = function (tag, properties = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (name in element) element[name] = value;
      else element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  };
  const { element, word } = live;

  const SVG = "http://www.w3.org/2000/svg";
  live.svg = function (tag, attributes = {}, ...children) {
    const node = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  };

  function nearest(list, value) {
    let best = 0;
    for (let i = 1; i < list.length; i++) {
      if (Math.abs(list[i] - value) < Math.abs(list[best] - value)) best = i;
    }
    return best;
  }

  // Where a value stands on its slider, and what a place on the slider means.
  const places = {
    whole: (spec) => ({ min: spec.min, max: spec.max, step: spec.step, to: Number, from: Number }),
    linear: (spec) => ({
      min: spec.min, max: spec.max, step: spec.step, to: Number,
      from: (place) => Number(place.toFixed(6)),
    }),
    log: (spec) => ({
      min: Math.log10(spec.min), max: Math.log10(spec.max), step: "any", keys: spec.step,
      to: Math.log10,
      from: (place) => {
        const value = Number((10 ** place).toPrecision(3));
        return Math.min(Math.max(value, spec.min), spec.max);
      },
    }),
    listed: (spec) => ({
      min: 0, max: spec.list.length - 1, step: 1,
      to: (value) => nearest(spec.list, value), from: (place) => spec.list[place],
    }),
  };

  function labelled(spec, id) {
    const label = element("label", { htmlFor: id }, spec.label);
    if (spec.symbol) {
      const [letter, index] = spec.symbol.split("_");
      const symbol = element("i", {}, letter);
      if (index) symbol.append(element("sub", {}, index));
      label.append(" ", symbol);
    }
    return label;
  }

  /** A number for its box, where 0.00000123 has no room. */
  const written = (x) => (x !== 0 && Math.abs(x) < 1e-4 ? x.toExponential() : x);

  /** A row of the form for one setting: {row, set(value)}; calls changed(value). */
  live.control = function (name, id, value, changed) {
    const spec = live.specs[name];
    return spec.kind === "choice" ? menu(spec, id, value, changed) : slider(name, spec, id, value, changed);
  };

  function menu(spec, id, value, changed) {
    const options = spec.options.map(([key, text]) => element("option", { value: key }, text));
    const select = element("select", { id }, ...options);
    select.value = value;
    select.addEventListener("change", () => changed(select.value));
    return {
      row: element("div", { className: "live-control live-menu" }, labelled(spec, id), select),
      set: (next) => { select.value = next; },
    };
  }

  function slider(name, spec, id, value, changed) {
    const place = places[spec.kind](spec);
    const range = element("input", { type: "range", id, min: place.min, max: place.max, step: place.step });
    const box = element("input", {
      type: "number", id: `${id}-number`, min: spec.min, max: spec.max,
      step: spec.kind === "log" || spec.kind === "listed" ? "any" : spec.kind === "whole" ? 1 : spec.step,
      inputMode: spec.kind === "whole" ? "numeric" : "decimal",
      "aria-label": word("controls.as_number", { label: spec.label, symbol: (spec.symbol ?? "").replace("_", "") }),
    });
    let present = value;
    const set = (next, keepText = false) => {
      present = next;
      range.value = place.to(next);
      range.setAttribute("aria-valuetext", live.short(next));
      if (!keepText) box.value = written(next);
    };
    range.addEventListener("input", () => {
      const next = place.from(Number(range.value));
      present = next;
      range.setAttribute("aria-valuetext", live.short(next));
      box.value = written(next);
      changed(next);
    });
    if (place.keys) range.addEventListener("keydown", (event) => stepLog(event, range, place));
    box.addEventListener("input", () => { // a number on its way may not fit yet: wait for the rest
      const next = live.accept(name, box.value);
      box.setAttribute("aria-invalid", next === undefined);
      if (next === undefined || next === present) return;
      set(next, true);
      changed(next);
    });
    box.addEventListener("change", () => { // done typing: the nearest value that fits
      if (live.accept(name, box.value) !== undefined) return;
      const typed = Number(box.value);
      let next = present;
      if (box.value !== "" && Number.isFinite(typed)) {
        next = Math.min(Math.max(typed, spec.min), spec.max);
        if (spec.kind === "whole") next = Math.round(next);
      }
      box.setAttribute("aria-invalid", false);
      const moved = next !== present;
      set(next);
      if (moved) changed(next);
    });
    set(value);
    return {
      row: element("div", { className: "live-control" }, labelled(spec, id), range, box),
      set,
    };
  }

  // A slider without a step (so that any number fits on it) would crawl under the keyboard.
  function stepLog(event, range, place) {
    const steps = {
      ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10,
    }[event.key];
    if (!steps || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const grid = Math.round(Number(range.value) / place.keys) + steps;
    range.value = Math.min(Math.max(grid * place.keys, place.min), place.max);
    range.dispatchEvent(new Event("input", { bubbles: true }));
  }

  live.button = function (text, title, press) {
    const button = element("button", { type: "button", className: "live-button", title }, text);
    button.addEventListener("click", press);
    return button;
  };

  /** A line sample for a key: solid, dashed, a cross or a disc. */
  live.sample = function (kind, className) {
    const shapes = {
      solid: ["path", { d: "M1 7H29", "stroke-width": 2.2 }],
      dashed: ["path", { d: "M1 7H29", "stroke-width": 2.2, "stroke-dasharray": "7 3" }],
      dotted: ["path", { d: "M1 7H29", "stroke-width": 1.2, "stroke-dasharray": "2 3" }],
      dots: ["path", { d: "M3 7H28", "stroke-width": 4.5, "stroke-linecap": "round", "stroke-dasharray": "0.1 6.2" }],
      cross: ["path", { d: "M10 2l10 10M20 2l-10 10", "stroke-width": 2.4 }],
      triangle: ["path", { d: "M15 1l6 11h-12Z", class: "filled", "stroke-width": 0 }],
      disc: ["circle", { cx: 15, cy: 7, r: 5, class: "filled" }],
      bar: ["path", { d: "M1 7H29", "stroke-width": 6 }],
    };
    const [tag, attributes] = shapes[kind];
    return live.svg("svg", { class: `live-sample ${className}`, viewBox: "0 0 30 14", "aria-hidden": "true" },
      live.svg(tag, attributes));
  };

  /** "Copy as Python": the lines appear, and go to the clipboard where that is allowed. */
  live.pythonButton = function (lines) {
    const code = element("code", {});
    const block = element("pre", { className: "live-code", hidden: true }, code);
    const said = element("span", { className: "live-said", role: "status" });
    const button = live.button(word("controls.copy"), word("controls.copy_title"), async () => {
      code.textContent = lines();
      block.hidden = false;
      try {
        await navigator.clipboard.writeText(code.textContent);
        said.textContent = word("controls.copied");
      } catch { // not allowed here: mark the lines, so that one key press copies them
        getSelection().selectAllChildren(code);
        said.textContent = word("controls.marked");
      }
    });
    const stale = () => { // the lines are those of a moment ago
      if (!block.hidden) { block.hidden = true; said.textContent = ""; }
    };
    return { button, said, block, stale };
  };
})();
