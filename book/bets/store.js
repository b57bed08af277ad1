// What the reader has bet, kept in this browser alone, and the panel "Your bets" at the end of the page.
// Bets are only ever added, so that two tabs, or a file from another device, can be merged.
(() => {
  "use strict";
  const live = (window.live ??= {});
  const { word } = live;
  const KEY = "one-hidden-layer-bets", FORMAT = "bets of One Hidden Layer";
  const DAY = 86_400_000, RETURNS = [1, 7, 30]; // days until a bet that was far off comes back
  const LONGEST = 1_000_000; // characters of a file: some thousand bets
  const bets = (live.bets = { off: /[?&]bets(=|%3D)off\b/i.test(location.search) });

  const up = (document.documentElement.dataset.content_root ?? "./").split("../").length;
  bets.page = location.pathname.split("/").slice(-up).join("/").replace(/^$|\/$/, "$&index.html");

  // --- what a bet is -----------------------------------------------------------------------------

  const isText = (x, most) => typeof x === "string" && x.length <= most;
  const isShort = (x) => (JSON.stringify(x)?.length ?? Infinity) < 5000;
  const isTable = (x) => typeof x === "object" && x !== null && !Array.isArray(x);

  /** A bet with its known fields alone; null if it is none. */
  function fit(e) {
    if (!isTable(e)) return null;
    const { id, kind, page, question, settings = {}, bet, truth, off = null, far, at, of } = e;
    const fits = isText(id, 200) && id && isText(kind, 40) && kind && isText(page, 300) && isText(question, 2000)
      && isTable(settings) && [settings, bet, truth].every(isShort) && (off === null || Number.isFinite(off))
      && typeof far === "boolean" && Number.isFinite(at) && at > 0 && at < 8e15 && (of === undefined || isText(of, 300));
    return fits ? { id, kind, page, question, settings, bet, truth, off, far, at, ...(of && { of }) } : null;
  }

  bets.key = ({ id, at }) => `${id} ${at}`;

  /** Bets, and the ids of what the reader would rather look at; `unfit` counts what is neither. */
  function understood(value) {
    const list = isTable(value) && Array.isArray(value.bets) ? value.bets : null;
    const fitting = (list ?? []).map(fit).filter(Boolean);
    const looked = Array.isArray(value?.looked) ? value.looked.filter((id) => isText(id, 200)) : [];
    return { bets: fitting, looked, unfit: list ? list.length - fitting.length : 1 };
  }

  function union(...parts) {
    const found = new Map();
    for (const bet of parts.flatMap((part) => part.bets)) {
      if (!found.has(bets.key(bet))) found.set(bets.key(bet), bet);
    }
    const inOrder = [...found.values()].sort((a, b) => a.at - b.at);
    return { bets: inOrder, looked: [...new Set(parts.flatMap((part) => part.looked))] };
  }

  // --- where they are ------------------------------------------------------------------------------

  const nothing = () => ({ bets: [], looked: [], unfit: 0 });
  let here = nothing(); // what came to this page: not kept, perhaps, or lost to another tab that wrote at once
  let keeps = true;

  function stored() {
    let text;
    try {
      text = localStorage.getItem(KEY);
    } catch { // forbidden, as in some private windows
      keeps = false;
    }
    if (!text) return nothing();
    try {
      return { ...understood(JSON.parse(text)), text };
    } catch {
      return { ...nothing(), unfit: 1, text };
    }
  }

  const known = () => union(stored(), here);

  /** Add to what is there now: another tab may have been at it. */
  function add(part) {
    const before = stored(), all = union(before, here, part);
    here = union(here, part);
    try {
      if (before.unfit) localStorage.setItem(`${KEY}-unread`, before.text); // of a later version, perhaps
      localStorage.setItem(KEY, JSON.stringify(all));
      keeps = true;
    } catch { // forbidden, or full
      keeps = false;
    }
    show();
    return all;
  }

  bets.all = () => known().bets;

  /** Keep a bet; returns it with its time, `at`. `of` is the key of the bet that came back with it. */
  bets.record = function (given) {
    const taken = new Set(bets.all().map(bets.key));
    const off = Number.isFinite(given.off) ? given.off : null;
    const entry = fit({ ...given, off, page: bets.page, at: Date.now() });
    if (!entry) throw new TypeError(`not a bet: ${JSON.stringify(given)}`);
    while (taken.has(bets.key(entry))) entry.at++;
    add({ bets: [entry], looked: [entry.id] });
    return entry;
  };

  /** Whether the reader has bet here, or would rather look; `look` says so. */
  bets.looked = (id) => known().looked.includes(id);
  bets.look = (id) => bets.looked(id) || add({ bets: [], looked: [id] });

  /** The bets of a kind that were far off and are due again, the oldest first: {entry, round}. */
  bets.due = function (kind, now = Date.now()) {
    const all = bets.all();
    return all.filter((e) => e.kind === kind && e.far && e.of === undefined).flatMap((entry) => {
      const again = all.filter((e) => e.of === bets.key(entry));
      let good = 0, since = entry.at;
      for (const { far, at } of again) [good, since] = [far ? 0 : good + 1, at]; // a bad one begins anew
      return good < RETURNS.length && since + RETURNS[good] * DAY <= now ? [{ entry, round: again.length + 1 }] : [];
    });
  };

  // --- a file of them ------------------------------------------------------------------------------

  bets.file = () => JSON.stringify({ format: FORMAT, version: 1, ...known() }, null, 1);

  /** Take bets from the text of a file; returns what to say about it. */
  bets.take = function (text) {
    let value = null;
    try {
      value = text.length <= LONGEST ? JSON.parse(text) : null;
    } catch { /* no JSON */ }
    if (value?.format !== FORMAT) return word("store.no_file");
    const found = understood(value), before = bets.all().length;
    const more = add(found).bets.length - before, there = found.bets.length - more;
    const parts = [word("store.new", { n: more }), there && word("store.there", { n: there }), found.unfit && word("store.unfit", { n: found.unfit })];
    return word("store.taken", { parts: parts.filter(Boolean).join(", ") });
  };

  function erase() {
    here = nothing();
    try {
      localStorage.removeItem(KEY);
      localStorage.removeItem(`${KEY}-unread`);
    } catch { /* nothing was kept */ }
    show();
  }

  // --- the panel -----------------------------------------------------------------------------------

  function make(tag, properties = {}, ...children) {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  }
  const button = (text, press) => make("button", { type: "button", textContent: text, onclick: press });

  const title = make("summary"), state = make("p"), trend = make("p"), said = make("p");
  said.setAttribute("role", "status");
  const tell = (text) => { said.textContent = text; };
  const input = make("input", { type: "file", accept: ".json,application/json", hidden: true });
  const save = button(word("store.export"), () => {
    const address = URL.createObjectURL(new Blob([bets.file()], { type: "application/json" }));
    make("a", { href: address, download: "my-bets.json" }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  });
  const load = button(word("store.import"), () => input.click());
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (file) tell(bets.take(file.size <= 4 * LONGEST ? await file.text() : ""));
    input.value = "";
  });
  const wipe = button(word("store.erase"), () => ask(true));
  const sure = button(word("store.erase_all"), () => { erase(); ask(false); tell(word("store.erased")); });
  const keep = button(word("store.keep"), () => ask(false));
  function ask(open) {
    sure.hidden = keep.hidden = !open;
    wipe.hidden = open;
    (open ? keep : wipe).focus();
    tell(open ? word("store.sure") : "");
  }
  sure.hidden = keep.hidden = true;

  function show() {
    const all = bets.all(), far = all.filter((bet) => bet.far).length;
    title.textContent = all.length ? word("store.title", { n: all.length, far }) : word("store.none");
    state.textContent = word(keeps ? "store.kept" : "store.not_kept");
    const lines = all.filter(({ kind, off }) => kind === "race" && off).slice(-6).map(({ off }) => off.toFixed(off < 10 ? 1 : 0));
    trend.textContent = lines.length > 1 ? word("store.trend", { factors: lines.join(", ") }) : "";
    save.disabled = wipe.disabled = !all.length;
    dispatchEvent(new Event("live-bets"));
  }

  if (bets.off) return;
  const panel = make("details", { className: "bets-panel" }, title, trend, state,
    make("p", {}, save, load, input, wipe, sure, keep), said);
  (document.querySelector("article") ?? document.body).append(panel);
  addEventListener("storage", ({ key, newValue }) => { // another tab; a null key: all was cleared
    if (key !== KEY && key !== null) return;
    if (newValue === null) here = nothing();
    if (bets.all().length > stored().bets.length) add(nothing());
    show();
  });
  show();
})();
