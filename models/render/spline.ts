/** What every node does between key steps: writes [nodes * 2] for a position counted in key steps. */
export type Spline = (position: number, out: Float32Array) => void;

/** Positions closer to a key step than this are the key step itself, bit for bit. */
const AT_KEY = 1e-6;

/**
 * Cubic spline through key steps: speed and acceleration are continuous, so that nothing betrays where the keys are
 * (Catmull-Rom's acceleration jumps there: a kink of 2 where this has 1.1).
 * @param keys maps of one size; @param periodic the last is followed by the first; else the ends are natural, and held beyond
 */
export function splineThrough(keys: Float32Array[], periodic: boolean): Spline {
  const n = keys.length;
  const wrap = (i: number) => (periodic ? ((i % n) + n) % n : Math.min(n - 1, Math.max(0, i)));
  const coefficients = n < 3 ? keys : solve(keys, periodic);
  // Natural ends: beyond them the coefficients go on in a straight line.
  const ahead =
    periodic || n < 3
      ? []
      : [beyond(coefficients[0], coefficients[1]), beyond(coefficients[n - 1], coefficients[n - 2])];
  const coefficient = (i: number) => {
    if (ahead.length && i < 0) return ahead[0];
    if (ahead.length && i >= n) return ahead[1];
    return coefficients[wrap(i)];
  };
  return (position, out) => {
    const bounded = periodic ? position : Math.min(n - 1, Math.max(0, position));
    const nearest = Math.round(bounded);
    if (Math.abs(bounded - nearest) < AT_KEY) {
      out.set(keys[wrap(nearest)]);
      return;
    }
    const k = Math.floor(bounded);
    const f = bounded - k;
    if (n < 3) {
      const [a, b] = [keys[wrap(k)], keys[wrap(k + 1)]];
      for (let i = 0; i < out.length; i++) out[i] = (1 - f) * a[i] + f * b[i];
      return;
    }
    const [a, b, c, d] = [coefficient(k - 1), coefficient(k), coefficient(k + 1), coefficient(k + 2)];
    const g = 1 - f;
    const [wa, wd] = [(g * g * g) / 6, (f * f * f) / 6];
    const [wb, wc] = [2 / 3 - f * f * (1 - f / 2), 2 / 3 - g * g * (1 - g / 2)];
    for (let i = 0; i < out.length; i++) out[i] = wa * a[i] + wb * b[i] + wc * c[i] + wd * d[i];
  };
}

const beyond = (end: Float32Array, inner: Float32Array) => end.map((value, i) => 2 * value - inner[i]);

/** B-spline coefficients: (c[k-1] + 4 c[k] + c[k+1]) / 6 is key k. */
function solve(keys: Float32Array[], periodic: boolean): Float32Array[] {
  if (!periodic) {
    const inner = keys.slice(1, -1).map((key) => key.slice());
    const [first, last] = [keys[0], keys[keys.length - 1]];
    // Natural ends have their keys as coefficients; what they add moves to the right-hand side.
    for (let i = 0; i < first.length; i++) {
      inner[0][i] -= first[i] / 6;
      inner[inner.length - 1][i] -= last[i] / 6;
    }
    return [first, ...eliminate(inner, new Array(inner.length).fill(4 / 6)), last];
  }
  // Cyclic: Sherman-Morrison over a plain tridiagonal system (Numerical Recipes' cyclic solution).
  const n = keys.length;
  const corner = 1 / 6;
  const gamma = -4 / 6;
  const diagonal = Array.from(
    { length: n },
    (_, k) => 4 / 6 - (k === 0 ? gamma : k === n - 1 ? (corner * corner) / gamma : 0),
  );
  const plain = eliminate(
    keys.map((key) => key.slice()),
    diagonal,
  );
  const ends = Array.from({ length: n }, (_, k) =>
    Float32Array.of(k === 0 ? gamma : k === n - 1 ? corner : 0),
  );
  const z = eliminate(ends, diagonal).map(([value]) => value);
  const denominator = 1 + z[0] + (corner / gamma) * z[n - 1];
  const size = keys[0].length;
  for (let i = 0; i < size; i++) {
    const factor = (plain[0][i] + (corner / gamma) * plain[n - 1][i]) / denominator;
    for (let k = 0; k < n; k++) plain[k][i] -= factor * z[k];
  }
  return plain;
}

/** Solves rows of (1/6, diagonal, 1/6) for every element at once, in place (Thomas). */
function eliminate(rows: Float32Array[], diagonal: number[]): Float32Array[] {
  const side = 1 / 6;
  const upper: number[] = [];
  let pivot = diagonal[0];
  for (let k = 0; k < rows.length; k++) {
    if (k > 0) {
      upper[k - 1] = side / pivot;
      pivot = diagonal[k] - side * upper[k - 1];
    }
    const [row, before] = [rows[k], rows[k - 1]];
    for (let i = 0; i < row.length; i++) row[i] = (row[i] - (k > 0 ? side * before[i] : 0)) / pivot;
  }
  for (let k = rows.length - 2; k >= 0; k--) {
    const [row, after] = [rows[k], rows[k + 1]];
    for (let i = 0; i < row.length; i++) row[i] -= upper[k] * after[i];
  }
  return rows;
}
