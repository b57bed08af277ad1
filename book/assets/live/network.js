// The network, its loss and gradient descent: nnlib's formulas again, for this page.
// theta is one flat vector in the order W0 (N_H x 2), b0, W1 (n_classes x N_H), b1.
(() => {
  "use strict";
  const live = (window.live ??= {});

  /** Mean cross-entropy of labelled points in the plane, plus weight decay on W0 and W1. */
  live.Objective = class {
    constructor(points, labels, nClasses, nHidden, weightDecay = 0) {
      Object.assign(this, { points, labels, nClasses, nHidden, weightDecay });
      this.n = labels.length;
      this.size = (3 + nClasses) * nHidden + nClasses;
    }

    /** Room for what a forward pass leaves behind for the backward pass. */
    newPass() {
      return {
        theta: new Float64Array(this.size),
        a1: new Float64Array(this.n * this.nHidden),
        y_hat: new Float64Array(this.n * this.nClasses),
        value: NaN,
      };
    }

    /** The value at pass.theta; fills the rest of the pass. */
    forward(pass) {
      const { points, labels, nClasses: K, nHidden: H, n } = this;
      const { theta, a1, y_hat } = pass;
      const b0 = 2 * H, W1 = 3 * H, b1 = (3 + K) * H;
      let sum = 0;
      for (let s = 0; s < n; s++) {
        const x1 = points[2 * s], x2 = points[2 * s + 1], unit = s * H, out = s * K;
        for (let h = 0; h < H; h++) {
          const z1 = theta[2 * h] * x1 + theta[2 * h + 1] * x2 + theta[b0 + h];
          a1[unit + h] = 1 / (1 + Math.exp(-Math.max(z1, -700)));
        }
        let largest = -Infinity;
        for (let k = 0; k < K; k++) {
          let z2 = 0;
          for (let h = 0, w = W1 + k * H; h < H; h++) z2 += theta[w + h] * a1[unit + h];
          y_hat[out + k] = z2 += theta[b1 + k];
          if (z2 > largest) largest = z2;
        }
        const own = y_hat[out + labels[s]] - largest; // shifted, so that no exponential overflows
        let total = 0;
        for (let k = 0; k < K; k++) total += y_hat[out + k] = Math.exp(y_hat[out + k] - largest);
        for (let k = 0; k < K; k++) y_hat[out + k] /= total;
        sum += Math.log(total) - own;
      }
      pass.value = sum / n + this.penalty(theta);
      return pass.value;
    }

    /** Is parameter i a weight, of W0 or W1? Biases do not decay. */
    isWeight(i) {
      const H = this.nHidden;
      return i < 2 * H || (i >= 3 * H && i < (3 + this.nClasses) * H);
    }

    penalty(theta) {
      if (this.weightDecay === 0) return 0;
      let sum = 0;
      for (let i = 0; i < theta.length; i++) if (this.isWeight(i)) sum += theta[i] * theta[i];
      return (this.weightDecay / 2) * sum;
    }

    /** The gradient at the point of a pass that forward has filled: the backward pass. */
    gradient(pass, gradient = new Float64Array(this.size)) {
      const { points, labels, nClasses: K, nHidden: H, n } = this;
      const { theta, a1, y_hat } = pass;
      const b0 = 2 * H, W1 = 3 * H, b1 = (3 + K) * H;
      gradient.fill(0);
      for (let s = 0; s < n; s++) {
        const x1 = points[2 * s], x2 = points[2 * s + 1], unit = s * H;
        for (let k = 0; k < K; k++) {
          const dz2 = (y_hat[s * K + k] - (labels[s] === k ? 1 : 0)) / n;
          gradient[b1 + k] += dz2;
          for (let h = 0, w = W1 + k * H; h < H; h++) gradient[w + h] += dz2 * a1[unit + h];
        }
        for (let h = 0; h < H; h++) {
          const a = a1[unit + h];
          let da1 = 0;
          for (let k = 0; k < K; k++) {
            da1 += theta[W1 + k * H + h] * ((y_hat[s * K + k] - (labels[s] === k ? 1 : 0)) / n);
          }
          const dz1 = da1 * a * (1 - a);
          gradient[2 * h] += dz1 * x1;
          gradient[2 * h + 1] += dz1 * x2;
          gradient[b0 + h] += dz1;
        }
      }
      if (this.weightDecay !== 0) {
        for (let i = 0; i < theta.length; i++) {
          if (this.isWeight(i)) gradient[i] += this.weightDecay * theta[i];
        }
      }
      return gradient;
    }
  };

  // A step rule is a function of phi, phi(0) and the slope, as in nnlib.steps.
  live.constantStep = (alpha) => (phi) => {
    const value = phi(alpha);
    return { alpha, value, accepted: true, trials: [{ alpha, value }] };
  };

  live.armijo = ({ alpha0 = 10, sigma = 1e-4, beta = 0.5, maxBacktracks = 60 } = {}) =>
    (phi, phi0, slope) => {
      const trials = [];
      let alpha = alpha0;
      for (let i = 0; i <= maxBacktracks; i++) {
        const value = phi(alpha);
        trials.push({ alpha, value });
        if (value > -Infinity && value <= phi0 + sigma * alpha * slope && value < phi0) {
          return { alpha, value, accepted: true, trials };
        }
        alpha *= beta;
      }
      return { alpha: 0, value: phi0, accepted: false, trials };
    };

  /** Gradient descent, one iteration at a time, with the record that nnlib.History keeps. */
  live.Run = class {
    constructor(objective, theta0, step) {
      Object.assign(this, { objective, step });
      this.here = objective.newPass(); // the present point
      this.there = objective.newPass(); // the point on trial
      this.slopes = new Float64Array(objective.size);
      this.here.theta.set(theta0);
      this.loss = [objective.forward(this.here)];
      this.n_values = [1];
      this.n_trials = [];
      this.alpha = [];
      this.end = Number.isFinite(this.loss[0]) ? "" : "diverged";
      this.lookDownhill();
    }

    get theta() { return this.here.theta; }
    get iterations() { return this.alpha.length; }

    lookDownhill() {
      const gradient = this.objective.gradient(this.here, this.slopes);
      this.slope = 0;
      for (let i = 0; i < gradient.length; i++) this.slope -= gradient[i] * gradient[i];
      // The squares overflow, or come to nothing, before the gradient does: only the gradient tells.
      this.isFinite = Number.isFinite(this.slope) || gradient.every(Number.isFinite);
      this.isStationary = this.slope === 0 && gradient.every((g) => g === 0);
    }

    /** Make one iteration; false if the run has come to its end. */
    iterate() {
      if (!this.end && !this.isFinite) this.end = "diverged";
      if (!this.end && this.isStationary) this.end = "stationary";
      if (this.end) return false;
      const { here, there, objective, slopes } = this;
      const phi = (alpha) => {
        for (let i = 0; i < slopes.length; i++) there.theta[i] = here.theta[i] - alpha * slopes[i];
        return objective.forward(there);
      };
      const result = this.step(phi, here.value, this.slope);
      const values = this.n_values[this.n_values.length - 1] + result.trials.length;
      if (!result.accepted) {
        this.n_values[this.n_values.length - 1] = values;
        this.end = "line search failed";
        return false;
      }
      this.loss.push(result.value);
      this.alpha.push(result.alpha);
      this.n_trials.push(result.trials.length);
      this.n_values.push(values);
      if (!Number.isFinite(result.value)) { // stay at the last point with a finite value
        this.end = "diverged";
        return false;
      }
      [this.here, this.there] = [there, here]; // both rules accept their last trial, or none
      this.lookDownhill();
      return true;
    }

    lastLoss() { return this.here.value; }

    /** What is wrong with the run, in words; empty if nothing is. As verdict in nnlib/sliders/training.py. */
    verdict() {
      const made = this.iterations, last = Math.min(100, made);
      if (this.end === "diverged") return live.say("diverged", { k: made }, made);
      let rises = 0;
      for (let k = made - last + 1; k <= made; k++) {
        if (this.loss[k] > 1.01 * this.loss[k - 1]) rises++;
      }
      if (last && rises >= 0.05 * last) {
        return live.say("oscillating", { rises, last }, last);
      }
      if (!this.end) return "";
      const end = live.word(this.end === "stationary" ? "network.stationary" : "network.failed");
      return live.say("ended", { end, k: made }, made);
    }
  };

  /** Loss without weight decay, share of right predictions, and counts by true and predicted class. */
  live.evaluate = function (theta, points, labels, nClasses) {
    const nHidden = (theta.length - nClasses) / (3 + nClasses);
    const objective = new live.Objective(points, labels, nClasses, nHidden);
    const pass = objective.newPass();
    pass.theta.set(theta);
    const loss = objective.forward(pass);
    const confusion = Array(nClasses ** 2).fill(0); // a row of it: a true class
    for (let s = 0; s < labels.length; s++) {
      let best = 0;
      for (let k = 1; k < nClasses; k++) {
        if (pass.y_hat[s * nClasses + k] > pass.y_hat[s * nClasses + best]) best = k;
      }
      confusion[labels[s] * nClasses + best]++;
    }
    let right = 0;
    for (let k = 0; k < nClasses; k++) right += confusion[k * (nClasses + 1)];
    return { loss, accuracy: right / labels.length, confusion };
  };
})();
