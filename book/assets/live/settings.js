// The settings of a figure: their ranges, their place in the address, their form in Python.
(() => {
  "use strict";
  const live = (window.live ??= {});
  const { word } = live;
  const { settings, weight_decays, datasets } = live.data;

  const labels = (entries) => Object.entries(entries).map(([name, entry]) => [name, entry.label]);

  // Those of nnlib/sliders/shared.toml, and two that the page alone has.
  live.specs = {
    ...settings,
    data_set: { ...settings.data_set, options: labels(datasets) },
    weight_decay: { ...settings.weight_decay, list: weight_decays }, // free numbers between them
    against: {
      label: word("settings.against"), kind: "choice",
      options: [["iterations", word("settings.iterations")], ["evaluations", word("settings.evaluations")]],
    },
    scale: {
      label: word("settings.scale"), kind: "choice",
      options: [["logarithmic", word("settings.logarithmic")], ["linear", word("settings.linear")]],
    },
  };

  /** A sentence of nnlib/sliders/shared.toml for so many, with its gaps filled. */
  live.say = (name, values, count = 0) => live.fill(live.data.words[count === 1 ? `${name}_1` : name], values);

  /** The value that a text stands for, or undefined if the setting cannot have it. */
  live.accept = function (name, text) {
    const spec = live.specs[name];
    if (spec.kind === "choice") {
      return spec.options.some(([value]) => value === text) ? text : undefined;
    }
    if (typeof text === "string" && text.trim() === "") return undefined;
    const value = Number(text);
    const whole = spec.kind !== "whole" || Number.isInteger(value);
    return whole && value >= spec.min && value <= spec.max ? value : undefined;
  };

  /** A fragment in which some program on the way has written ? or = as %3F or %3D, or & as &amp;. */
  function plain(text) {
    for (let i = 0; i < 3 && !/\?[^=]*=/.test(text) && /%(25)*3[DF]/i.test(text); i++) {
      try {
        text = decodeURIComponent(text);
      } catch {
        break; // no such code: what can be read stays readable
      }
    }
    return text.replace(/&(amp;)+/gi, "&");
  }

  // The address: #figure?name=value&name=value;other-figure?name=value
  const parts = (hash = location.hash) => plain(hash.slice(1)).split(";").filter(Boolean);
  const ownPart = (id, hash) => parts(hash).find((part) => part.split("?", 1)[0] === id);

  /** The settings that the address gives for a figure; what is unfit is left out. */
  live.readAddress = function (id, settings, hash) {
    const found = {};
    const query = new URLSearchParams((ownPart(id, hash) ?? "").slice(id.length + 1));
    for (const name of Object.keys(settings)) {
      if (!query.has(name)) continue;
      const value = live.accept(name, query.get(name));
      if (value !== undefined) found[name] = value;
    }
    return found;
  };

  live.isInAddress = (id, hash) => ownPart(id, hash) !== undefined;

  /** Put what differs from the defaults into the address, beside that of the other figures. */
  live.writeAddress = function (id, settings, defaults, allIds) {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(settings)) {
      if (value !== defaults[name]) query.set(name, value);
    }
    const others = parts().filter((part) => {
      const other = part.split("?", 1)[0];
      return other !== id && allIds.includes(other);
    });
    const own = query.size ? [`${id}?${query}`] : [];
    const hash = [...own, ...others].join(";");
    try {
      history.replaceState(history.state, "", hash ? `#${hash}` : location.pathname + location.search);
    } catch { /* a browser that allows no change of address, or not so many: no harm done */ }
  };

  /** A number as Python writes it; a float keeps its point. */
  live.python = function (name, value) {
    const spec = live.specs[name];
    if (spec.kind === "choice") return JSON.stringify(value);
    const text = String(value);
    return spec.kind === "whole" || /[.e]/.test(text) ? text : `${text}.0`;
  };

  /** Three significant digits, without a trailing zero; an exponent only where it is shorter. */
  live.short = function (x, digits = 3) {
    if (!Number.isFinite(x)) return word("settings.nan");
    if (x === 0) return "0";
    const size = Math.abs(x);
    if (size >= 1e5 || size < 1e-4) return x.toExponential(1).replace("e+", "e").replace(".0e", "e");
    return String(Number(x.toPrecision(digits)));
  };

  const datasetCache = new Map();

  /** A data set with its noise, as nnlib.sliders.add_noise(load_dataset(name), noise) gives it. */
  live.loadDataset = function (name, noise) {
    const key = `${name} ${noise}`;
    if (datasetCache.has(key)) return datasetCache.get(key);
    const raw = datasets[name], shift = live.data.noise;
    const points = (features, from) =>
      Float64Array.from(features, (x, i) => (x - raw.mean[i % 2]) / raw.scale[i % 2] + noise * shift[from + i]);
    const data = {
      X_train: points(raw.train, 0),
      X_test: points(raw.test, raw.train.length),
      y_train: Uint8Array.from(raw.train_labels),
      y_test: Uint8Array.from(raw.test_labels),
      class_names: raw.class_names,
      feature_names: raw.feature_names,
      n_classes: raw.class_names.length,
    };
    if (datasetCache.size > 20) datasetCache.clear();
    datasetCache.set(key, data);
    return data;
  };
})();
