// A formula that a reader typed, parsed to a function of named values. Nothing is ever evaluated as code.
(() => {
  "use strict";
  const live = (window.live ??= {});
  const { word } = live;
  const LONGEST = 300; // characters: enough for any formula, and too few to nest deeply
  const FUNCTIONS = { floor: Math.floor, ceil: Math.ceil, sqrt: Math.sqrt, exp: Math.exp, log: Math.log, ln: Math.log, abs: Math.abs, max: Math.max, min: Math.min, tanh: Math.tanh };
  const TOKEN = /\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|([\p{L}_][\p{L}\p{N}_]*)|(\*\*|\/\/|[-+*/^(),;]))/uy;
  const SAME = { "−": "-", "–": "-", "·": "*", "×": "*", "²": "**2", "³": "**3", "[": "(", "]": ")", "⋅": "*", "∗": "*", "÷": "/" };
  const OPERATORS = {
    "+": (a, b) => a + b, "-": (a, b) => a - b, "*": (a, b) => a * b, "/": (a, b) => a / b,
    "//": (a, b) => Math.floor(a / b),
  };

  function tokens(text) {
    const plain = text.replace(/\u200b/g, "").replace(/^[^=]*=/, "").replace(/[−–·×²³[\]⋅∗÷]/g, (sign) => SAME[sign]).trimEnd(), found = [];
    if (!plain) throw new Error(word("formula.empty"));
    if (plain.length > LONGEST) throw new Error(word("formula.too_long"));
    for (TOKEN.lastIndex = 0; TOKEN.lastIndex < plain.length;) {
      const at = TOKEN.lastIndex, match = TOKEN.exec(plain);
      if (!match) throw new Error(word("formula.sign", { sign: plain.slice(at).trim()[0] }));
      found.push({ number: match[1], word: match[2], sign: match[3] });
    }
    return found;
  }

  /** A function of an object of named values; throws an Error that says what is not understood. */
  live.parseFormula = function (text, names) {
    const list = tokens(text);
    let i = 0;
    const is = (sign) => list[i]?.sign === sign, take = (sign) => is(sign) && ++i;
    const close = () => { if (!take(")")) throw new Error(word("formula.open")); };

    /** Operands joined by some of the signs, from left to right. */
    const chain = (operand, signs) => () => {
      let left = operand();
      for (let sign; (sign = signs.find(take));) {
        const a = left, b = sign[0] === "/" ? divisor() : operand(), join = OPERATORS[sign];
        left = (v) => join(a(v), b(v));
      }
      return left;
    };
    function signed() {
      if (take("-")) { const f = signed(); return (v) => -f(v); }
      return take("+") ? signed() : beside();
    }
    function beside() { // 2 (p + q), 2 n: a product without a sign
      let left = power();
      while (list[i] && (!list[i].sign || is("("))) {
        const a = left, b = power();
        left = (v) => a(v) * b(v);
      }
      return left;
    }
    function divisor() { // 1/2 x: a half of x, or one over 2x?
      if (take("-")) { const f = divisor(); return (v) => -f(v); }
      const f = power();
      if (list[i] && (!list[i].sign || is("("))) throw new Error(word("formula.two_ways"));
      return f;
    }
    function power() {
      const base = atom();
      if (!take("**") && !take("^")) return base;
      const exponent = is("-") || is("+") ? signed() : power();
      return (v) => base(v) ** exponent(v);
    }
    function atom() {
      const token = list[i++];
      if (!token) throw new Error(word("formula.ends"));
      if (token.number) return () => Number(token.number);
      if (take2(token, "(")) { const f = sum(); close(); return f; }
      if (token.word && names.includes(token.word)) return (v) => v[token.word];
      if (token.word && Object.hasOwn(FUNCTIONS, token.word) && take("(")) {
        const parts = [sum()];
        while (take(",")) parts.push(sum());
        close();
        if (parts.length > 1 && !["max", "min"].includes(token.word)) throw new Error(word("formula.point"));
        return (v) => FUNCTIONS[token.word](...parts.map((part) => part(v)));
      }
      throw new Error(token.word ? word("formula.unknown", { word: token.word, names: names.join(", "), functions: Object.keys(FUNCTIONS).join(", ") })
        : word(token.sign === "," ? "formula.comma" : "formula.misplaced", token));
    }
    const take2 = (token, sign) => token.sign === sign;
    const product = chain(signed, ["//", "*", "/"]), sum = chain(product, ["+", "-"]);
    const whole = sum();
    if (i < list.length) {
      throw new Error(word(is(")") ? "formula.closed" : is(",") ? "formula.point" : "formula.misplaced", list[i]));
    }
    return whole;
  };
})();
