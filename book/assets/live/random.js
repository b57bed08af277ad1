// numpy.random.default_rng(seed): the same numbers, so that a start here is a start in Python.
// SeedSequence spreads the seed over 256 bits; PCG64 (XSL-RR) draws from a state of 128 bits.
(() => {
  "use strict";
  const live = (window.live ??= {});

  const MASK_32 = 0xffffffffn, MASK_64 = (1n << 64n) - 1n, MASK_128 = (1n << 128n) - 1n;
  const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n;
  const POOL = 4; // words of 32 bits

  const multiply = (a, b) => Math.imul(a, b) >>> 0; // modulo 2^32
  const fold = (x) => (x ^ (x >>> 16)) >>> 0;

  function hasher(start, factor) {
    let constant = start;
    return (value) => {
      value = (value ^ constant) >>> 0;
      constant = multiply(constant, factor);
      return fold(multiply(value, constant));
    };
  }

  function mix(x, y) {
    return fold((multiply(x, 0xca01f9dd) - multiply(y, 0x4973f715)) >>> 0);
  }

  /** The pool of numpy's SeedSequence for a whole number below 2^32. */
  function seedPool(seed) {
    const hash = hasher(0x43b0d7e5, 0x931e8875);
    const pool = Array.from({ length: POOL }, (_, i) => hash(i === 0 ? seed >>> 0 : 0));
    for (let from = 0; from < POOL; from++) {
      for (let to = 0; to < POOL; to++) {
        if (from !== to) pool[to] = mix(pool[to], hash(pool[from]));
      }
    }
    return pool;
  }

  /** Four words of 64 bits from a pool, as generate_state(4, uint64) gives them. */
  function spread(pool) {
    const hash = hasher(0x8b51f9dd, 0x58f38ded);
    const halves = Array.from({ length: 8 }, (_, i) => BigInt(hash(pool[i % POOL])));
    return [0, 2, 4, 6].map((i) => halves[i] | (halves[i + 1] << 32n));
  }

  /** A function that draws whole numbers of 64 bits, as PCG64(seed) does. */
  function words(seed) {
    const [high, low, streamHigh, streamLow] = spread(seedPool(seed));
    const increment = ((((streamHigh << 64n) | streamLow) << 1n) | 1n) & MASK_128;
    let state = 0n;
    const step = () => { state = (state * MULTIPLIER + increment) & MASK_128; };
    step();
    state = (state + ((high << 64n) | low)) & MASK_128;
    step();
    return () => {
      step();
      const folded = ((state >> 64n) ^ state) & MASK_64;
      const turn = state >> 122n;
      return ((folded >> turn) | (folded << ((64n - turn) & 63n))) & MASK_64;
    };
  }

  /** A function that draws uniformly from [0, 1), as default_rng(seed).random() does. */
  live.uniform = function (seed) {
    const draw = words(seed);
    return () => Number(draw() >> 11n) / 2 ** 53;
  };

  /** A function that draws from 0 ... most, below 2^32, as default_rng(seed).permutation does. */
  live.wholeNumbers = function (seed) {
    const draw = words(seed), halves = []; // of a word the lower half comes first
    return (most) => {
      const mask = 2 ** (32 - Math.clz32(most)) - 1;
      for (;;) {
        if (!halves.length) {
          const word = draw();
          halves.push(Number(word & MASK_32), Number(word >> 32n));
        }
        const drawn = (halves.shift() & mask) >>> 0;
        if (drawn <= most) return drawn;
      }
    };
  };

  /** The start of nnlib.init_parameters: uniform in +-1/sqrt(fan-in), in the order W0 b0 W1 b1. */
  live.initParameters = function (nHidden, nClasses, seed) {
    const draw = live.uniform(seed);
    const theta = new Float64Array(6 * nHidden + 3 + (nClasses - 3) * (nHidden + 1));
    for (let i = 0; i < theta.length; i++) {
      const fanIn = i < 3 * nHidden ? 2 : nHidden;
      theta[i] = (-1 + 2 * draw()) / Math.sqrt(fanIn);
    }
    return theta;
  };
})();
