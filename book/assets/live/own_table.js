// A reader's own table in the race: read, split and standardised as nnlib.load_dataset does it, and
// how many test points of each class each network takes for which. Nothing leaves the device.
(() => {
  "use strict";
  const live = (window.live ??= {});
  const { element, word } = live;
  const MOST_ROWS = 2000, MOST_CLASSES = 12, MOST_BYTES = 1e6, TEST_SHARE = 0.25, LARGEST = 1e100;

  // --- nnlib/csv_file.py again ------------------------------------------------------------------

  const MISSING_LABELS = ["", "na", "n/a", "nan", "null"];
  const MISSING = [...MISSING_LABELS, "none", "?", "-", "."]; // the last four may well name a class
  const FAULT = String.raw`#(?:N/A|NV|[\w/]+[!?])`; // where a spreadsheet could not compute
  const MARK = String.raw`^\s*"?(?!${FAULT})(?:#|%|//)+\s*`;
  const isFault = (cell) => new RegExp(`^${FAULT}$`).test(cell);
  const isIn = (list, cell) => list.includes(cell.toLowerCase());
  const quoted = (text) => (text.includes("'") && !text.includes('"') ? `"${text}"` : `'${text.replaceAll("'", "\\'")}'`);
  const parses = (text) => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);

  function refuse(key, gaps) {
    throw Error(word(key, gaps));
  }

  /** The cells of a line. */
  function cellsOf(line, separator, where) {
    const cells = [];
    for (let i = 0; i <= line.length; i++) {
      while (line[i] === " ") i++;
      let cell = "";
      if (line[i] === '"') {
        for (i++; line[i] !== '"' || line[i + 1] === '"'; i++) {
          if (i >= line.length) refuse("own_table.quote", { where });
          cell += line[i];
          if (line[i] === '"') i++;
        }
        if (++i < line.length && line[i] !== separator) refuse("own_table.quote", { where });
      } else {
        while (i < line.length && line[i] !== separator) cell += line[i++];
      }
      cells.push(cell.trim().split(/\s+/).join(" "));
    }
    return cells;
  }

  function isHeader(cells) {
    const words = cells.filter((cell) => !isIn(MISSING, cell)); // two, so that gaps are no header
    return words.length >= 2 && !words.some((cell) => parses(cell.replaceAll(",", ".")));
  }

  /** The header, if any, and all rows with an entry: [line number, cells]. */
  function rowsOf(text, name) {
    const lines = text.replaceAll("\ufeff", "").normalize("NFC").split(/\r\n|\r|\n/), rows = [];
    const lost = lines.findIndex((line) => /[\0\ufffd]/.test(line));
    if (lost >= 0) refuse("own_table.lost", { where: `${name}, line ${lost + 1}` });
    const mark = new RegExp(MARK), sep = /^"?sep=(.)/i;
    let top = 0, named = "", comment = "";
    for (; top < lines.length && (!lines[top].trim() || mark.test(lines[top]) || sep.test(lines[top])); top++) {
      named = sep.exec(lines[top])?.[1] ?? named;
      comment = lines[top].trim() ? lines[top].replace(mark, "") : comment;
    }
    const first = (lines[top] ?? "").trim().replace(/"[^"]*"/g, "");
    // The comma comes late: beside the others it is likely to be a decimal comma.
    const separator = named || [..."\t;, "].find((each) => first.includes(each)) || ",";
    for (let i = top; i < lines.length; i++) {
      const cells = cellsOf(lines[i], separator, `${name}, line ${i + 1}`);
      if (cells.some(Boolean)) rows.push([i + 1, cells]);
    }
    if (!rows.length) refuse("own_table.empty", { name });
    for (const each of [separator, ..."\t;,"]) {
      const names = comment.includes('"') ? [] : cellsOf(comment, each, name);
      if (names.length > 2 && isHeader(names) && !isHeader(rows[0][1])) rows.unshift([top, names]);
    }
    const length = rows[0][1].length; // empty last columns are none
    const width = Math.max(3, ...rows.map(([, cells]) => cells.slice(0, length).findLastIndex(Boolean) + 1));
    return rows.map(([line, cells]) => [line, cells.slice(width).some(Boolean) ? cells : cells.slice(0, width)]);
  }

  /** Numbers of the columns: two features, the label, the split or -1. */
  function findColumns(where, first, header) {
    const names = (header ?? []).map((each) => each.toLowerCase());
    const split = names.includes("split") ? names.indexOf("split") : !header && first.length === 4 ? 3 : -1;
    const rest = [...first.keys()].filter((column) => column !== split);
    if (rest.length !== 3) refuse(rest.length < 3 ? "own_table.few" : "own_table.many", { where, n: first.length, cells: first.join(", ") });
    const labels = rest.filter((column) => ["label", "class", "target"].includes(names[column]));
    const label = labels.length === 1 ? labels[0] : rest[2];
    return [rest.filter((column) => column !== label), label, split];
  }

  function present(where, cell, missing = MISSING_LABELS) {
    if (isIn(missing, cell) || isFault(cell)) refuse(cell ? "own_table.missing" : "own_table.blank", { where, cell: quoted(cell) });
    return cell;
  }

  function numberIn(where, cell) {
    present(where, cell, MISSING);
    if (!parses(cell)) {
      const mended = cell.replaceAll(",", "."), joined = cell.replace(/[ ,.'](?=\d{3})/g, "").replaceAll(",", ".");
      const hint = parses(mended) ? word("own_table.comma", { mended }) : parses(joined) ? word("own_table.thousands", { joined }) : "";
      refuse("own_table.no_number", { where, cell: quoted(cell), hint });
    }
    if (!(Math.abs(Number(cell)) <= LARGEST)) refuse("own_table.infinite", { where, cell: quoted(cell) });
    return Number(cell);
  }

  function isTest(where, cell) {
    if (!isIn(["train", "test"], cell)) refuse("own_table.split", { where, cell: quoted(cell) });
    return cell.toLowerCase() === "test";
  }

  /** What stands in a text in CSV; else an error in words. */
  live.readTable = function (text, name) {
    let rows = rowsOf(text, name), header = null;
    const [line, first] = rows[0];
    if (isHeader(first)) [header, rows] = [first, rows.slice(1)];
    else if (/^,?0,1,[02](,3)?$/.test(first.join(","))) refuse("own_table.pandas", { where: `${name}, line ${line}` });
    if (!rows.length) refuse("own_table.only_header", { name });
    const [features, label, split] = findColumns(`${name}, line ${line}`, first, header);
    for (const [number, cells] of rows) {
      const gaps = { where: `${name}, line ${number}`, found: cells.length, expected: first.length };
      if (cells.length !== first.length) refuse(cells.length < first.length ? "own_table.fewer" : "own_table.more", gaps);
    }
    if (rows.length > MOST_ROWS) refuse("own_table.too_long", { name, most: MOST_ROWS });
    const column = (c, read) => rows.map(([number, cells]) =>
      read(`${name}, line ${number}, column ${c + 1}${header ? ` ${quoted(header[c])}` : ""}`, cells[c]));
    const [x1, x2] = features.map((c) => column(c, numberIn));
    let test = split < 0 ? null : column(split, isTest);
    let labels = column(label, present);
    const numeric = labels.every((each) => parses(each) && Number.isFinite(+each));
    if (numeric) labels = labels.map(Number); // 01 and 1.0 are 1
    const kinds = [...new Set(labels)].sort(numeric ? (a, b) => a - b : undefined);
    if (kinds.length < 2) refuse("own_table.one_class", { name, label: quoted(String(kinds[0])) });
    if (kinds.length > MOST_CLASSES) refuse("own_table.many_classes", { name, n: kinds.length, most: MOST_CLASSES });
    const y = labels.map((each) => kinds.indexOf(each));
    const rowsOfClass = kinds.map((_, k) => [...y.keys()].filter((row) => y[row] === k));
    rowsOfClass.forEach((own, k) => {
      const label = quoted(String(kinds[k]));
      const header = own[0] ? "" : word("own_table.no_words");
      if (own.length === 1) refuse("own_table.single", { where: `${name}, line ${rows[own[0]][0]}`, label, header });
      const tests = test && own.filter((row) => test[row]).length;
      if (tests === 0 || tests === own.length) refuse("own_table.one_part", { name, label, part: tests ? "'train'" : "'test'" });
    });
    test ??= stratified(rowsOfClass, y.length);
    return { x: [x1, x2], y, test, class_names: kinds.map(String), feature_names: header ? features.map((c) => header[c]) : ["x1", "x2"] };
  };

  /** Of each class the same share, drawn as numpy draws it. */
  function stratified(rowsOfClass, n) {
    const below = live.wholeNumbers(0), test = Array(n).fill(false);
    for (const own of rowsOfClass) {
      const drawn = [...own];
      for (let i = drawn.length - 1; i > 0; i--) {
        const j = below(i);
        [drawn[i], drawn[j]] = [drawn[j], drawn[i]];
      }
      const most = Math.min(Math.max(1, Math.floor(TEST_SHARE * own.length + 0.5)), own.length - 1);
      for (const row of drawn.slice(0, most)) test[row] = true;
    }
    return test;
  }

  /** The data set of a text, as live.loadDataset gives those that come along. */
  live.ownDataset = function (text, name) {
    const { x, y, test, class_names, feature_names } = live.readTable(text, name);
    const part = (values, isTest) => values.filter((_, row) => test[row] === isTest);
    const [train, scaled] = [x.map((values) => part(values, false)), []];
    x.forEach((values, i) => {
      const mean = (list) => list.reduce((a, b) => a + b, 0) / list.length;
      if (train[i].every((value) => value === train[i][0])) refuse("own_table.constant", { name, feature: quoted(feature_names[i]) });
      const middle = mean(train[i]), scale = Math.sqrt(mean(train[i].map((value) => (value - middle) ** 2)));
      scaled[i] = values.map((value) => (value - middle) / scale);
    });
    const points = (isTest) => {
      const [a, b] = scaled.map((values) => part(values, isTest));
      return Float64Array.from(a.flatMap((value, row) => [value, b[row]]));
    };
    return {
      X_train: points(false), X_test: points(true), y_train: part(y, false), y_test: part(y, true),
      class_names: class_names.map((each) => (/^\d+$/.test(each) ? `class ${each}` : each)),
      feature_names, n_classes: class_names.length,
    };
  };

  // --- its place in the race --------------------------------------------------------------------

  live.OwnTable = class {
    constructor(figure) {
      Object.assign(this, { figure, data: null });
      const id = `${figure.id}-own`;
      this.text = element("textarea", { id, rows: 6, spellcheck: false, placeholder: word("own_table.example") });
      this.text.setAttribute("aria-describedby", `${id}-hint ${id}-said`);
      this.file = element("input", { id: `${id}-file`, type: "file", accept: ".csv,.tsv,.txt,text/csv,text/plain" });
      this.file.addEventListener("change", () => this.open(this.file.files[0]));
      this.said = element("p", { id: `${id}-said`, className: "live-own-said", role: "status" });
      this.back = live.button(word("own_table.back"), "", () => { this.leave(); figure.change(null); this.text.focus(); });
      this.back.hidden = true;
      const use = live.button(word("own_table.use"), "", () => this.take(word("own_table.name"), `mine.csv`));
      this.node = element("details", { className: "live-more live-own" },
        element("summary", {}, word("own_table.title")),
        element("p", { id: `${id}-hint`, className: "live-hint" }, word("own_table.hint", { most: MOST_ROWS })),
        element("label", { htmlFor: id }, word("own_table.paste")), this.text,
        element("label", { htmlFor: this.file.id }, word("own_table.file")), this.file,
        element("div", { className: "live-row" }, use, this.back), this.said);
      this.tables = element("div", { className: "live-tables" });
      this.matrix = element("details", { className: "live-more" }, element("summary", {}, word("own_table.matrix")), this.tables);
    }

    async open(file) {
      if (!file) return;
      if (file.size > MOST_BYTES) return this.say(word("own_table.too_long", { name: file.name, most: MOST_ROWS }), true);
      const bytes = new Uint8Array(await file.arrayBuffer()), [a, b] = bytes;
      const coding = a === 0xff && b === 0xfe ? "utf-16le" : a === 0xfe && b === 0xff ? "utf-16be" : "utf-8";
      this.text.value = new TextDecoder(coding).decode(bytes);
      this.take(file.name, file.name);
      this.file.value = ""; // the same file, mended, can be chosen again
    }

    say(words, isFault = false) {
      this.said.textContent = words;
      this.text.setAttribute("aria-invalid", isFault);
    }

    /** What stands in the box, under a name; in the lines for Python the path stands for it. */
    take(name, path) {
      const { figure } = this, { bet } = figure;
      try {
        this.data = { ...live.ownDataset(this.text.value, name), path };
      } catch (error) {
        return this.say(error.message, true);
      }
      const { y_train, y_test, n_classes } = this.data;
      this.say(word("own_table.taken", { name, train: y_train.length, test: y_test.length, classes: n_classes }));
      this.lay();
      if (bet?.open) bet.look(); // no bet on it
      else bet?.clear();
      bet?.lay();
      figure.goal = figure.settings.n_iterations;
      figure.quiet = live.wantsCalm();
      figure.start();
      figure.goTo(figure.goal);
    }

    /** Back to the data sets that come along. */
    leave() {
      if (!this.data) return;
      this.data = null;
      this.say("");
      this.lay();
    }

    lay() {
      const isOwn = this.data !== null, { bet, controls, settings } = this.figure;
      controls.data_set.set(isOwn ? "" : settings.data_set); // none of the menu
      this.back.hidden = !isOwn;
      for (const input of controls.noise.row.querySelectorAll("input")) input.disabled = isOwn;
      if (bet) bet.again.hidden = isOwn;
    }

    /** Counts of the test points, by true and predicted class, of both networks. */
    count() {
      const { figure } = this, { class_names } = figure.data;
      const head = (scope, text) => element("th", { scope }, text);
      this.tables.replaceChildren(...figure.panels.map((panel, i) => {
        const { confusion } = figure.scores(figure.runs[i]).test, K = class_names.length;
        const rows = class_names.map((name, k) => element("tr", {}, head("row", name),
          ...confusion.slice(k * K, (k + 1) * K).map((n, j) => element("td", { className: j === k ? "live-right" : "" }, String(n)))));
        return element("div", {}, element("table", { className: "live-matrix" },
          element("caption", {}, word("own_table.caption", { name: panel.title.textContent })),
          element("thead", {}, element("tr", {}, head("col", word("own_table.corner")), ...class_names.map((name) => head("col", name)))),
          element("tbody", {}, ...rows)));
      }));
    }
  };
})();
