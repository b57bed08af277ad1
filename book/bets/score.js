// A line drawn before a run, held against the run. The same as nnlib/exercises/drawn_curve.py, in the same words.
(() => {
  "use strict";
  const live = (window.live ??= {});
  const words = live.data?.drawn_curve;
  if (!words) return; // no race on this page

  /** Where a line first comes down to a level; null if it never does. */
  function firstBelow(x, y, level) {
    const i = y.findIndex((v) => v <= level);
    if (i < 0) return null;
    return i === 0 ? x[0] : x[i - 1] + ((level - y[i - 1]) / (y[i] - y[i - 1])) * (x[i] - x[i - 1]);
  }

  function interpolate(x, y, at) {
    const i = x.findIndex((place) => place >= at);
    if (i <= 0) return i ? y[y.length - 1] : y[0];
    return y[i - 1] + ((at - x[i - 1]) / (x[i] - x[i - 1])) * (y[i] - y[i - 1]);
  }

  /**
   * line: drawn points [place, loss] from left to right; loss: of the run, and what each has cost,
   * in iterations or evaluations; last: the right edge of the picture.
   */
  live.scoreOf = function (line, loss, cost, last) {
    const x = line.map((p) => p[0]), y = line.map((p) => Math.log10(p[1]));
    const known = loss.map((value, k) => [cost[k], Math.max(value, words.floor)]).filter((p) => Number.isFinite(p[1]));
    const at = Array.from({ length: words.grid }, (_, i) => ((i + 1) * last) / words.grid);
    const drawn = at.map((place) => interpolate(x, y, place));
    const computed = at.map((place) => { // the last loss known by then
      const next = known.findIndex((p) => p[0] > place);
      return known[(next < 0 ? known.length : next) - 1][1];
    });
    const off = drawn.map((v, i) => v - Math.log10(computed[i]));
    const half = known[0][1] / 2;
    return {
      at, computed,
      drawn: drawn.map((v) => 10 ** v),
      factor: 10 ** (off.reduce((sum, d) => sum + Math.abs(d), 0) / off.length),
      end: 10 ** off[off.length - 1],
      lineHalves: firstBelow(x, y, Math.log10(half)),
      curveHalves: known.find((p) => p[1] <= half && p[0] <= last)?.[0] ?? null,
    };
  };

  live.isFar = (score) => score.factor > words.far;

  const whole = (x) => (x === null ? "" : Math.floor(x + 0.5).toFixed(0));
  live.factor = (x) => (x < 10 ? x.toFixed(1) : whole(x));

  /** The score in words. */
  live.scoreInWords = function (score, unit = "iterations", name = live.data.racers[1]) {
    const { near } = words, end = Math.max(score.end, 1 / score.end);
    const side = end <= near ? "right" : score.end > 1 ? "high" : "low";
    const halves = score.curveHalves === null
      ? (score.lineHalves === null ? "neither" : "curve_never")
      : (score.lineHalves === null ? "line_never" : "halves");
    const gaps = {
      name, unit, near, end: live.factor(end), factor: live.factor(score.factor),
      last: whole(score.at[score.at.length - 1]), line: whole(score.lineHalves), curve: whole(score.curveHalves),
    };
    const parts = [words.average, words[`end_${side}`], words[halves]];
    return `${live.fill(parts.join("; "), gaps)}.`;
  };
})();
