import type { Abort } from '../types.ts';

/** Regularisation of the local colour models, for colours 0..1 (5-pixel noise is tolerated, hair is not smeared). */
const EPS = 1e-5;
/** How strongly known pixels are held. */
const HOLD = 100;
/** How strongly undecided ones are drawn to the guess: it decides only where the colours do not. */
const LEAN = 2e-4;

/**
 * Closed-form matting (Levin, Lischinski, Weiss, TPAMI 2008): in every 3x3 window alpha is an affine function of colour.
 * Solved by preconditioned conjugate gradients on the undecided band only.
 * @param planes colours 0..1
 * @param trimap 0, 0.5 = undecided, 1
 * @param alpha starting guess, 0..1; changed in place
 */
export function closedFormMatte(
  planes: readonly [Float32Array, Float32Array, Float32Array],
  trimap: Float32Array,
  alpha: Float32Array,
  width: number,
  height: number,
  iterations: number,
  abort: Abort,
): void {
  const windows = windowsOf(planes, trimap, width, height);
  const n = alpha.length;
  const hold = new Float32Array(n);
  const target = new Float32Array(n);
  const diagonal = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    hold[i] = trimap[i] === 0.5 ? LEAN : HOLD;
    target[i] = trimap[i] === 0.5 ? alpha[i] : trimap[i];
    diagonal[i] = hold[i];
  }
  for (const centre of windows.centres) {
    // Each window adds about 1 - 1/9 - leverage to its pixels' diagonal; the constant part preconditions well enough.
    for (let dy = -width; dy <= width; dy += width)
      for (let dx = -1; dx <= 1; dx++) diagonal[centre + dy + dx] += 0.7;
  }
  const used: number[] = [];
  for (let i = 0; i < n; i++) if (diagonal[i] > hold[i]) used.push(i);
  const cells = Int32Array.from(used);

  const [ax, r, z, p] = [new Float32Array(n), new Float32Array(n), new Float32Array(n), new Float32Array(n)];
  multiply(windows, planes, hold, alpha, ax, cells, width);
  let rz = 0;
  for (const i of cells) {
    r[i] = hold[i] * target[i] - ax[i];
    z[i] = r[i] / diagonal[i];
    p[i] = z[i];
    rz += r[i] * z[i];
  }
  const enough = rz * 1e-6;
  for (let k = 0; k < iterations && rz > enough; k++) {
    if (k % 8 === 0) abort.throwIfAborted();
    multiply(windows, planes, hold, p, ax, cells, width);
    let pap = 0;
    for (const i of cells) pap += p[i] * ax[i];
    const step = rz / pap;
    let next = 0;
    for (const i of cells) {
      alpha[i] += step * p[i];
      r[i] -= step * ax[i];
      z[i] = r[i] / diagonal[i];
      next += r[i] * z[i];
    }
    const ratio = next / rz;
    rz = next;
    for (const i of cells) p[i] = z[i] + ratio * p[i];
  }
  for (let i = 0; i < n; i++) alpha[i] = Math.min(1, Math.max(0, alpha[i]));
}

/** All 3x3 windows that hold an undecided pixel: middle, mean colour, and inverse covariance (6 numbers). */
interface Windows {
  centres: Int32Array;
  /** 9 numbers a window: mean r g b, then the inverse covariance rr rg rb gg gb bb. */
  models: Float64Array;
}

function windowsOf(
  [r, g, b]: readonly Float32Array[],
  trimap: Float32Array,
  width: number,
  height: number,
): Windows {
  const centres: number[] = [];
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x;
      let undecided = false;
      for (let dy = -width; dy <= width && !undecided; dy += width) {
        undecided = trimap[i + dy - 1] === 0.5 || trimap[i + dy] === 0.5 || trimap[i + dy + 1] === 0.5;
      }
      if (undecided) centres.push(i);
    }
  }
  const models = new Float64Array(centres.length * 9);
  centres.forEach((centre, k) => {
    const s = new Float64Array(9);
    for (let dy = -width; dy <= width; dy += width) {
      for (let i = centre + dy - 1; i <= centre + dy + 1; i++) {
        s[0] += r[i];
        s[1] += g[i];
        s[2] += b[i];
        s[3] += r[i] * r[i];
        s[4] += r[i] * g[i];
        s[5] += r[i] * b[i];
        s[6] += g[i] * g[i];
        s[7] += g[i] * b[i];
        s[8] += b[i] * b[i];
      }
    }
    for (let c = 0; c < 9; c++) s[c] /= 9;
    const [mr, mg, mb] = s;
    const rr = s[3] - mr * mr + EPS / 9;
    const rg = s[4] - mr * mg;
    const rb = s[5] - mr * mb;
    const gg = s[6] - mg * mg + EPS / 9;
    const gb = s[7] - mg * mb;
    const bb = s[8] - mb * mb + EPS / 9;
    const c0 = gg * bb - gb * gb;
    const c1 = rb * gb - rg * bb;
    const c2 = rg * gb - rb * gg;
    const scale = 1 / (rr * c0 + rg * c1 + rb * c2);
    models.set([mr, mg, mb, c0 * scale, c1 * scale, c2 * scale], 9 * k);
    models.set(
      [(rr * bb - rb * rb) * scale, (rg * rb - rr * gb) * scale, (rr * gg - rg * rg) * scale],
      9 * k + 6,
    );
  });
  return { centres: Int32Array.from(centres), models };
}

/** out = (L + hold) x, L the matting Laplacian: what a window's affine colour model leaves unexplained of x. */
function multiply(
  { centres, models }: Windows,
  [r, g, b]: readonly Float32Array[],
  hold: Float32Array,
  x: Float32Array,
  out: Float32Array,
  cells: Int32Array,
  width: number,
): void {
  for (let k = 0; k < cells.length; k++) out[cells[k]] = hold[cells[k]] * x[cells[k]];
  for (let k = 0, m = 0; k < centres.length; k++, m += 9) {
    const centre = centres[k];
    let [s, sr, sg, sb] = [0, 0, 0, 0];
    for (let dy = -width; dy <= width; dy += width) {
      for (let i = centre + dy - 1, end = i + 3; i < end; i++) {
        const v = x[i];
        s += v;
        sr += v * r[i];
        sg += v * g[i];
        sb += v * b[i];
      }
    }
    const mean = s / 9;
    const vr = sr / 9 - models[m] * mean;
    const vg = sg / 9 - models[m + 1] * mean;
    const vb = sb / 9 - models[m + 2] * mean;
    const ar = models[m + 3] * vr + models[m + 4] * vg + models[m + 5] * vb;
    const ag = models[m + 4] * vr + models[m + 6] * vg + models[m + 7] * vb;
    const ab = models[m + 5] * vr + models[m + 7] * vg + models[m + 8] * vb;
    const offset = mean - ar * models[m] - ag * models[m + 1] - ab * models[m + 2];
    for (let dy = -width; dy <= width; dy += width) {
      for (let i = centre + dy - 1, end = i + 3; i < end; i++)
        out[i] += x[i] - ar * r[i] - ag * g[i] - ab * b[i] - offset;
    }
  }
}
