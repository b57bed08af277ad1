// The bets of a page: controls in the place of their settings, and the answers folded until a bet is made.
(() => {
  "use strict";
  const live = (window.live ??= {});
  const words = live.betWords?.prompts;
  if (!words) return;
  const say = (key, gaps = {}) => live.fill(words[key], gaps);

  function make(tag, properties = {}, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  }

  /** A number as Python says it: a whole one exactly, any other with three digits. */
  function inWords(number) {
    const shown = Number.isInteger(number) ? number : Number(number.toPrecision(3));
    return Number.isInteger(shown) ? shown.toLocaleString(live.word("prompts.locale")) : String(shown);
  }

  /** Each kind: its controls, what they say (or which sentence asks for it), how far off that is. */
  const kinds = {
    choose: {
      controls(id, { options }) {
        return options.map((option, k) => make("label", { className: "bet-option" },
          make("input", { type: "radio", name: id, value: k }), make("span", { textContent: option })));
      },
      read(form, { options }) {
        const chosen = form.querySelector("input:checked");
        return chosen ? { bet: options[chosen.value] } : { ask: "choose_first" };
      },
      judge: (bet, truth) => ({ off: Number(bet !== truth), far: bet !== truth }),
    },
    number: {
      controls(id, { unit }) {
        const box = make("input", { type: "number", step: "any", autocomplete: "off" });
        return [make("label", { className: "bet-number" },
          make("span", { textContent: words.number, className: unit ? "visually-hidden" : "" }),
          box, make("span", { textContent: unit }))];
      },
      read(form) {
        const { value } = form.querySelector("input");
        return value.trim() && Number.isFinite(Number(value)) ? { bet: Number(value) } : { ask: "number_first" };
      },
      judge(bet, truth, { within, margin }) {
        if (margin !== null) return { off: Math.abs(bet - truth), far: Math.abs(bet - truth) > margin };
        const off = bet > 0 ? Math.max(bet / truth, truth / bet) : null; // no factor leads there
        return { off, far: off === null || off > within };
      },
    },
    order: {
      controls(id, { options }, tell) {
        const list = make("ol", { className: "bet-order" });
        const move = (item, up) => {
          const other = up ? item.previousElementSibling : item.nextElementSibling;
          if (other) up ? other.before(item) : other.after(item);
          const place = [...list.children].indexOf(item) + 1;
          tell(say("moved", { thing: item.firstChild.textContent, place, count: options.length }));
        };
        for (const thing of options) {
          const item = make("li", {}, make("span", { textContent: thing }));
          for (const [key, sign] of [["move_up", "↑"], ["move_down", "↓"]]) {
            const button = make("button", { type: "button", textContent: sign });
            button.setAttribute("aria-label", say(key, { thing }));
            button.addEventListener("click", () => { move(item, key === "move_up"); button.focus(); });
            item.append(button);
          }
          list.append(item);
        }
        return [make("p", { textContent: words.order_hint }), list];
      },
      read: (form) => ({ bet: [...form.querySelectorAll("li > span")].map((e) => e.textContent) }),
      judge(bet, truth) { // pairs in the wrong order
        let off = 0;
        for (let i = 0; i < truth.length; i++) {
          for (let j = i + 1; j < truth.length; j++) off += bet.indexOf(truth[i]) > bet.indexOf(truth[j]);
        }
        return { off, far: off > 0 };
      },
    },
  };

  function sentence({ within, margin }, said, truthSaid, { far }) {
    const gaps = { bet: said, truth: truthSaid };
    if (said === truthSaid) return say("right", gaps);
    if (far) return say("wrong", gaps);
    gaps.within = margin === null ? say("within_factor", { within }) : say("within_margin", { within: margin });
    return say("near", gaps);
  }

  function mount(place) {
    const answer = place.closest(".cell").nextElementSibling;
    const settings = JSON.parse(place.dataset.bet), kind = kinds[settings.kind];
    const told = make("p", { className: "bet-told" });
    told.setAttribute("role", "status");
    const tell = (text) => { told.textContent = text; };
    const lock = make("button", { textContent: words.lock, className: "bet-lock" });
    const fields = make("fieldset", {}, make("legend", { textContent: words.legend }),
      ...kind.controls(answer.id, settings, tell), lock);
    const question = place.closest(".cell").previousElementSibling;
    question.id ||= `${answer.id}-question`;
    fields.setAttribute("aria-describedby", question.id);
    const form = make("form", { noValidate: true }, fields);
    place.replaceChildren(form, told);
    place.classList.add("bet-mounted");

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const { bet, ask } = kind.read(form, settings);
      if (ask) {
        tell(words[ask]);
        form.querySelector("input").focus();
        return;
      }
      const [truth, truthSaid] = JSON.parse(answer.querySelector(".bet-truth").dataset.truth);
      const said = settings.kind === "number" ? `${inWords(bet)} ${settings.unit}`.trim() : [].concat(bet).join(", ");
      const found = kind.judge(bet, truth, settings);
      answer.open = fields.disabled = true;
      answer.querySelector("summary").focus();
      tell(sentence(settings, said, truthSaid, found));
      live.bets?.record?.({
        id: answer.id, kind: settings.kind, page: location.pathname,
        question: answer.dataset.question, bet, truth, ...found,
      });
    });
    answer.addEventListener("toggle", () => { // who has seen the answer does not bet any more
      if (answer.open && !live.onPaper) fields.disabled = true;
    });
  }

  const folds = [...document.querySelectorAll(".bet-answer")];
  const places = [...document.querySelectorAll(".bet")];

  function start() {
    if (!live.bets.off) {
      places.forEach(mount);
    } else {
      for (const place of places) place.hidden = true;
      for (const fold of folds) {
        fold.open = true;
        fold.querySelector("summary").hidden = true;
      }
    }
    reveal();
  }
  document.addEventListener("DOMContentLoaded", start); // behind all scripts, also that of a store

  // What a link leads to has to show, also of several figures: #fig-unit?place=0.5;fig-counter
  function reveal() {
    const parts = location.hash.slice(1).split(/;|%3B/i); // encoded, too: see settings.js
    const targets = parts.map((part) => document.getElementById(part.split(/\?|%(?:25)*3F/i)[0]));
    const hidden = targets.filter((target) => target?.parentElement.closest(".bet-answer:not([open])"));
    for (const target of hidden) target.parentElement.closest(".bet-answer").open = true;
    hidden[0]?.scrollIntoView();
  }
  addEventListener("hashchange", reveal);

  let closed = []; // open on paper, where nothing can be opened
  addEventListener("to-paper", () => {
    closed = folds.filter((fold) => !fold.open);
    for (const fold of closed) fold.open = true;
  });
  addEventListener("from-paper", () => { for (const fold of closed) fold.open = false; });
})();
