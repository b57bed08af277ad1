// Exercises whose answer is a formula, answered in the page. What has to come out is computed here,
// for several cases; words and mistakes are nnlib.exercises' own.
(() => {
  "use strict";
  const live = (window.live ??= {});
  const { word } = live;
  if (!live.exerciseData) return; // no exercise on this page can be answered in it
  const { formulas, sentences, claims, verdicts } = live.exerciseData;
  const CASES = 12;

  /** Numbers in [0, 1), the same on every visit. */
  function draws(seed) {
    return () => {
      let t = (seed += 0x6d2b79f5);
      t = Math.imul(t ^ (t >>> 15), t | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
    };
  }

  const say = (name, values) => live.fill(sentences[name], values);
  const short = (x) => (Number.isInteger(x) ? String(x) : String(Number(x.toPrecision(6))));
  const list = (a) => (a.length === 1 ? short(a[0]) : `(${a.map(short).join(", ")})`);

  /** The border between where something holds and where it does not, both sides given. */
  function border(holds, low, high) {
    for (let i = 0; i < 60; i++) {
      const middle = Math.sqrt(low * high);
      if (holds(middle)) low = middle; else high = middle;
    }
    return low;
  }

  /** Numbers of a network with fully connected layers of these sizes, array by array. */
  function count(...sizes) {
    return sizes.slice(1).reduce((sum, m, l) => sum + new Float64Array(m * sizes[l]).length + new Float64Array(m).length, 0);
  }

  /** Where a function of one number is lowest. */
  function lowest(f, a, b) {
    for (let i = 0; i < 200; i++) {
      const c = a + (b - a) / 3, d = b - (b - a) / 3;
      if (f(c) < f(d)) b = d; else a = c;
    }
    return (a + b) / 2;
  }

  /** Do two weights, which the data pull alike, come nearer to each other? */
  function bounded(alpha, decay) {
    let v = 1, w = 2;
    for (let k = 0; k < 20; k++) [v, w] = [v, w].map((x) => x - alpha * (Math.sin(k) + decay * x));
    return Math.abs(w - v) < 1;
  }

  // Of each exercise: a case drawn from a die and the number of the case, and what has to come out.
  const whole = (die, low, high) => low + Math.floor(die() * (high - low + 1));
  const real = (die, low, high) => low + die() * (high - low);
  const EXERCISES = {
    "counting_parameters.1": {
      draw: (die, k) => ({ budget: [75, 2, 8, 9, 10, 14, 15][k] ?? whole(die, 16, 2000) }),
      expect({ budget }) {
        let n = 0;
        while (count(2, n + 1, 3) <= budget) n++;
        return [n];
      },
    },
    "counting_parameters.2": {
      draw(die, k) {
        const n_hidden = [12, 1, 64][k] ?? whole(die, 2, 50);
        return { n_hidden, i: whole(die, 0, n_hidden - 1), j: whole(die, 0, 1), k: whole(die, 0, 2) };
      },
      expect({ n_hidden, i, j, k }) {
        const places = [];
        for (let r = 0; r < n_hidden; r++) for (let c = 0; c < 2; c++) places.push(`W0 ${r} ${c}`);
        for (let r = 0; r < n_hidden; r++) places.push("b0");
        for (let r = 0; r < 3; r++) for (let c = 0; c < n_hidden; c++) places.push("W1");
        for (let r = 0; r < 3; r++) places.push(`b1 ${r}`);
        return [places.indexOf(`W0 ${i} ${j}`), places.indexOf(`b1 ${k}`)];
      },
    },
    "counting_parameters.3": {
      draw: (die, k) => (k ? { d: whole(die, 1, 30), N: whole(die, 1, 30), M: whole(die, 1, 30), N_O: whole(die, 1, 30) } : { d: 2, N: 12, M: 12, N_O: 3 }),
      expect: ({ d, N, M, N_O }) => [count(d, N, M, N_O)],
    },
    "deriving_the_gradient.1": {
      draw: (die) => ({ da1: real(die, -3, 3), a1: real(die, -0.95, 0.95) }),
      expect({ da1, a1 }) {
        const z = Math.atanh(a1), h = 1e-5, loss = (z1) => da1 * Math.tanh(z1);
        return [(loss(z + h) - loss(z - h)) / (2 * h)];
      },
      digits: 6,
    },
    "constant_step_against_armijo.1": {
      draw(die) {
        const smallest = real(die, 0.3, 2);
        return { largest: smallest * real(die, 1.3, 9), smallest };
      },
      expect({ largest, smallest }) {
        const converges = (alpha) => [largest, smallest].every((L) => {
          let theta = 1;
          for (let k = 0; k < 200; k++) theta -= alpha * L * theta;
          return Math.abs(theta) < 1;
        });
        return [border(converges, 1e-3, 1e3)];
      },
      digits: 6,
    },
    "constant_step_against_armijo.2": {
      draw: (die, k) => (k ? { alpha0: 10 ** real(die, -1, 3), sigma: real(die, 0.01, 0.8), beta: real(die, 0.1, 0.9), L: 10 ** real(die, -1, 1.5) } : { alpha0: 10, sigma: 1e-4, beta: 0.5, L: 1.7 }),
      expect({ alpha0, sigma, beta, L }) { // from theta = 1, where the gradient is L
        const phi = (alpha) => (L / 2) * (1 - alpha * L) ** 2;
        let trials = 1;
        for (let alpha = alpha0; phi(alpha) > phi(0) - sigma * alpha * L * L; alpha *= beta) trials++;
        return [trials];
      },
    },
    "constant_step_against_armijo.3": {
      draw(die) {
        const minimum = 10 ** real(die, -1, 1), bend = 10 ** real(die, -1, 1), floor = real(die, -5, 5);
        const phi = (alpha) => bend * (alpha - minimum) ** 2 + floor;
        return { phi0: phi(0), slope: -2 * bend * minimum, at_1: phi(1) };
      },
      expect({ phi0, slope, at_1 }) {
        return [lowest((a) => slope * a + (at_1 - phi0 - slope) * a * a, 0, 100)];
      },
      digits: 5,
    },
    "why_the_step_ten_survived.2": {
      draw: (die, k) => ({ alpha: k ? real(die, 0.5, 50) : 5 }),
      expect: ({ alpha }) => [border((decay) => bounded(alpha, decay), 1e-4, 1e3)],
      digits: 6,
    },
    "testing.1": {
      draw: (die, k) => [{ p: 0.311, q: 0.3 }, { p: 0.75, q: 0.25 }, { p: 0.95, q: 0.968 }][k] ?? { p: real(die, 0.05, 0.45), q: real(die, 0.5, 0.95) },
      expect({ p, q }) {
        const enough = (n) => Math.abs(p - q) >= 2 * Math.sqrt((p * (1 - p) + q * (1 - q)) / n);
        let low = 0, high = 1e9;
        while (high - low > 1) {
          const n = Math.floor((low + high) / 2);
          if (enough(n)) high = n; else low = n;
        }
        return [high];
      },
    },
    "decision_boundaries.1": {
      draw: (die) => ({ w1: real(die, -2, 2), w2: real(die, -2, 2), b: real(die, -1, 1), x1: real(die, -2, 2), x2: real(die, -2, 2) }),
      expect({ w1, w2, b, x1, x2 }) { // the nearest point of the line, found by looking
        const [p1, p2] = Math.abs(w1) > Math.abs(w2) ? [-b / w1, 0] : [0, -b / w2];
        const far = (t) => Math.hypot(p1 - t * w2 - x1, p2 + t * w1 - x2);
        return [Math.sign(w1 * x1 + w2 * x2 + b) * far(lowest(far, -1e3, 1e3))];
      },
      digits: 5,
    },
    "what_does_training_cost.1": {
      draw: (die, k) => [{ n: 300, n_hidden: 12 }, { n: 10, n_hidden: 1 }][k] ?? { n: whole(die, 1, 40), n_hidden: whole(die, 1, 20) },
      expect({ n, n_hidden }) {
        let operations = 0;
        for (let s = 0; s < n; s++) { // a product and a sum each
          for (let j = 0; j < n_hidden; j++) for (let i = 0; i < 2; i++) operations += 2;
          for (let k = 0; k < 3; k++) for (let j = 0; j < n_hidden; j++) operations += 2;
        }
        return [2 * count(2, n_hidden, 3) * operations];
      },
    },
  };

  const near = (a, b, rtol) => a === b || Math.abs(a - b) <= rtol * Math.abs(b) + 1e-12;
  const same = (a, b, rtol = 1e-6) => a.every((row, i) => row.every((value, j) => near(value, b[i][j], rtol)));

  /** What all cases say together, as nnlib.exercises.mismatch.pattern does. */
  function pattern(expected, got) {
    const e = expected.flat(), g = got.flat();
    if (!g.every(Number.isFinite) || e.every((value) => value === e[0])) return "";
    const large = e.map((value, i) => i).filter((i) => Math.abs(e[i]) > 1e-12);
    const ratio = large.map((i) => g[i] / e[i]), gap = e.map((value, i) => g[i] - value);
    const most = Math.max(...e.map(Math.abs));
    if (ratio.every((r) => near(r, ratio[0], 1e-4)) && Math.abs(ratio[0] - 1) > 1e-3) {
      return near(ratio[0], -1, 1e-5) ? sentences.sign : say("factor", { factor: Number(ratio[0].toPrecision(4)) });
    }
    if (gap.every((d) => near(d, gap[0], 1e-6)) && Math.abs(gap[0]) > 1e-6 * most) {
      return say("gap", { gap: `${gap[0] > 0 ? "+" : ""}${Number(gap[0].toPrecision(4))}` });
    }
    return e.every(Number.isInteger) && !g.every(Number.isInteger) && gap.every((d) => Math.abs(d) < 1) ? sentences.round : "";
  }

  const known = {};

  /** The cases of an exercise and what has to come out, computed once. */
  function casesOf(name) {
    const { draw, expect } = EXERCISES[name], die = draws(1);
    const cases = Array.from({ length: CASES }, (_, k) => draw(die, k));
    return (known[name] ??= { cases, expected: cases.map(expect) });
  }

  /** {passed, message} of what was typed into the boxes of an exercise. Never throws. */
  live.judgeFormula = function (name, texts) {
    const entry = formulas[name], { digits } = EXERCISES[name];
    const names = Object.keys(entry.names);
    let typed;
    try {
      typed = texts.map((text) => live.parseFormula(text, names));
    } catch (error) {
      return { passed: false, message: error.message };
    }
    const { cases, expected } = casesOf(name);
    const values = (functions) => cases.map((one) => functions.map((f) => f(one)));
    const got = values(typed);
    // Rounding may leave a whole number a little off: 3.0000000000000004 is 3.
    const rtol = expected.flat().every(Number.isInteger) ? 1e-12 : 10 ** -(digits ?? 6);
    const first = cases.findIndex((_, i) => !same([got[i]], [expected[i]], rtol));
    if (first < 0) return { passed: true, message: say("right", { why: entry.why }) };
    const call = names.map((key) => `${key} = ${short(cases[first][key])}`).join(", ");
    const fact = say("should_be", { call: word("exercises.case", { values: call }), expected: list(expected[first]), got: list(got[first]) });
    const mistake = entry.mistakes.find(([wrong]) => same(got, values(wrong.split(";").map((part) => live.parseFormula(part, names)))));
    return { passed: false, message: `${fact} ${mistake ? mistake[1] : pattern(expected, got)}`.trim() };
  };

  // --- in the page ------------------------------------------------------------------------------

  function element(tag, properties = {}, ...children) {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  }

  const textBox = (id) => element("input", { id, type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: false });
  const menu = (id) => element("select", { id }, ...["", ...verdicts].map((value) => element("option", { value }, value || "…")));

  /** {passed, message} of an audit: a verdict for each claim of the second report. */
  live.judgeAudit = function (said) {
    const names = Object.keys(claims), open = names.filter((_, i) => !said[i]);
    if (open.length) return { passed: false, message: say("unsaid", { open: open.join(", ") }) };
    const told = names.map((name, i) => (said[i] === claims[name].verdict ? "" : word("exercises.verdict", { claim: name, said: said[i], why: claims[name].why }))).filter(Boolean);
    if (!told.length) return { passed: true, message: say("right", { why: sentences.audited }) };
    return { passed: false, message: say("hold", { right: names.length - told.length, all: names.length, told: told.join("\n") }) };
  };

  function mount(place) {
    const name = place.dataset.exercise, entry = formulas[name];
    const labels = entry?.answers ?? Object.entries(claims).map(([key, { claim }]) => `${key}. ${claim}`);
    const judge = entry ? (texts) => live.judgeFormula(name, texts) : live.judgeAudit;
    const boxes = labels.map((label, i) => {
      const id = `${name.replace(".", "-")}-${i}`, box = (entry ? textBox : menu)(id);
      return { box, row: element("p", {}, element("label", { htmlFor: id }, label), " ", box) };
    });
    const said = element("p", { className: "check-said" });
    said.setAttribute("role", "status");
    const uses = element("ul", {}, ...Object.entries(entry?.names ?? {}).map(([key, words]) => element("li", {}, element("code", {}, key), `: ${words}`)));
    const form = element("form", { className: "exercise-form" },
      element("p", {}, entry ? sentences.ask : sentences.ask_audit), uses, ...boxes.map(({ row }) => row),
      element("button", { type: "submit" }, word("exercises.check")), said);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const { passed, message } = judge(boxes.map(({ box }) => box.value));
      said.textContent = message;
      place.className = `check-verdict check-${passed ? "right" : "wrong"}`;
      live.bets?.record?.({
        id: name, kind: "exercise", page: location.pathname, question: labels.join("; "),
        bet: boxes.map(({ box }) => box.value).join("; "), truth: passed ? "right" : "wrong", far: !passed,
      });
    });
    form.addEventListener("input", () => { place.className = "check-verdict check-open"; said.textContent = ""; });
    place.replaceChildren(form);
  }

  document.querySelectorAll("[data-exercise]").forEach(mount);
})();
