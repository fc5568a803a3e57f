import type { Mask, Picture } from '../types.ts';
import { boxBlur } from './blur.ts';
import { distanceTo, distanceToZero } from './distance.ts';
import { cropMap, type Window } from './window.ts';

/** What is surely the thing (1), surely not (0), or to be decided by the matte (0.5); [height, width] of a window. */
export type Trimap = Float32Array;

/**
 * Sure foreground is deep inside the mask, or near the ridge of thin parts (a plain erosion would lose paws and
 * tails); sure background is `12 * scale` px away from it.
 * @param inside one byte a pixel of the window, 0 or 1
 * @param scale long side of the picture / 512
 */
export function trimapOf(inside: Uint8Array, width: number, height: number, scale: number): Trimap {
  const depth = distanceToZero(inside, width, height);
  const away = distanceTo(inside, width, height);
  const ridge = localMaximum(depth, width, height, Math.max(2, Math.round(6 * scale)));
  const trimap = new Float32Array(depth.length);
  for (let i = 0; i < trimap.length; i++) {
    if (depth[i] > 0) trimap[i] = depth[i] >= 6 * scale || depth[i] >= 0.55 * ridge[i] ? 1 : 0.5;
    else trimap[i] = away[i] > 12 * scale ? 0 : 0.5;
  }
  return trimap;
}

/** Largest value within a square of the given radius; two passes. */
function localMaximum(values: Float32Array, width: number, height: number, radius: number): Float32Array {
  const rows = new Float32Array(values.length);
  const out = new Float32Array(values.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let most = 0;
      const end = Math.min(width - 1, x + radius);
      for (let k = Math.max(0, x - radius); k <= end; k++)
        if (values[y * width + k] > most) most = values[y * width + k];
      rows[y * width + x] = most;
    }
  }
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let most = 0;
      const end = Math.min(height - 1, y + radius);
      for (let k = Math.max(0, y - radius); k <= end; k++)
        if (rows[k * width + x] > most) most = rows[k * width + x];
      out[y * width + x] = most;
    }
  }
  return out;
}

/** The three colours of a window as planes, 0..1; beyond the picture's edges the nearest pixel is repeated. */
export function colourPlanes(picture: Picture, window: Window): [Float32Array, Float32Array, Float32Array] {
  const size = window.width * window.height;
  const planes: [Float32Array, Float32Array, Float32Array] = [
    new Float32Array(size),
    new Float32Array(size),
    new Float32Array(size),
  ];
  for (let y = 0, o = 0; y < window.height; y++) {
    const row = Math.min(picture.height - 1, Math.max(0, window.y + y)) * picture.width;
    for (let x = 0; x < window.width; x++, o++) {
      const i = 3 * (row + Math.min(picture.width - 1, Math.max(0, window.x + x)));
      planes[0][o] = picture.data[i] / 255;
      planes[1][o] = picture.data[i + 1] / 255;
      planes[2][o] = picture.data[i + 2] / 255;
    }
  }
  return planes;
}

/**
 * Mask -> alpha: the mask is made to follow the photo's own edges by a colour guided filter (He, Sun, Tang, Guided Image Filtering, TPAMI 2013)
 * inside the undecided band of the trimap.
 * @returns alpha 0..1, [height, width] of the window
 */
export function matte(picture: Picture, mask: Mask, window: Window, scale: number): Float32Array {
  const { width, height } = window;
  const coverage = cropMap(mask.data, mask.width, mask.height, window);
  const inside = coverage.map((value) => (value >= 128 ? 1 : 0));
  const trimap = trimapOf(inside, width, height, scale);
  const start = Float32Array.from(coverage, (value) => value / 255);
  const planes = colourPlanes(picture, window);
  const alpha = guidedFilter(planes, start, width, height, Math.max(2, Math.round(6 * scale)), 1e-4);
  for (let i = 0; i < alpha.length; i++) {
    if (trimap[i] !== 0.5) alpha[i] = trimap[i];
    else alpha[i] = Math.min(1, Math.max(0, (alpha[i] - 0.06) / 0.88));
  }
  dropIslands(alpha, width, height);
  return alpha;
}

/** Colour guided filter: locally alpha = a . colour + b. */
export function guidedFilter(
  [r, g, b]: [Float32Array, Float32Array, Float32Array],
  input: Float32Array,
  width: number,
  height: number,
  radius: number,
  eps: number,
): Float32Array {
  const mean = (map: Float32Array) => boxBlur(map, width, height, radius);
  const product = (p: Float32Array, q: Float32Array) => {
    const out = new Float32Array(p.length);
    for (let i = 0; i < p.length; i++) out[i] = p[i] * q[i];
    return mean(out);
  };
  const [mr, mg, mb, mp] = [mean(r), mean(g), mean(b), mean(input)];
  const [rr, rg, rb, gg, gb, bb] = [
    product(r, r),
    product(r, g),
    product(r, b),
    product(g, g),
    product(g, b),
    product(b, b),
  ];
  const [rp, gp, bp] = [product(r, input), product(g, input), product(b, input)];
  const n = input.length;
  const [ar, ag, ab, offset] = [
    new Float32Array(n),
    new Float32Array(n),
    new Float32Array(n),
    new Float32Array(n),
  ];
  for (let i = 0; i < n; i++) {
    const c0 = rr[i] - mr[i] * mr[i] + eps;
    const c1 = rg[i] - mr[i] * mg[i];
    const c2 = rb[i] - mr[i] * mb[i];
    const c3 = gg[i] - mg[i] * mg[i] + eps;
    const c4 = gb[i] - mg[i] * mb[i];
    const c5 = bb[i] - mb[i] * mb[i] + eps;
    const vr = rp[i] - mr[i] * mp[i];
    const vg = gp[i] - mg[i] * mp[i];
    const vb = bp[i] - mb[i] * mp[i];
    // Inverse of the symmetric 3x3 covariance by cofactors.
    const i0 = c3 * c5 - c4 * c4;
    const i1 = c2 * c4 - c1 * c5;
    const i2 = c1 * c4 - c2 * c3;
    const i3 = c0 * c5 - c2 * c2;
    const i4 = c1 * c2 - c0 * c4;
    const i5 = c0 * c3 - c1 * c1;
    const scale = 1 / (c0 * i0 + c1 * i1 + c2 * i2);
    ar[i] = (i0 * vr + i1 * vg + i2 * vb) * scale;
    ag[i] = (i1 * vr + i3 * vg + i4 * vb) * scale;
    ab[i] = (i2 * vr + i4 * vg + i5 * vb) * scale;
    offset[i] = mp[i] - ar[i] * mr[i] - ag[i] * mg[i] - ab[i] * mb[i];
  }
  const [sr, sg, sb, so] = [mean(ar), mean(ag), mean(ab), mean(offset)];
  const out = new Float32Array(n);
  for (let i = 0; i < n; i++) out[i] = sr[i] * r[i] + sg[i] * g[i] + sb[i] * b[i] + so[i];
  return out;
}

/** Clears specks: what is more than faintly there but not connected to anything solid. */
function dropIslands(alpha: Float32Array, width: number, height: number): void {
  const kept = new Uint8Array(alpha.length);
  const stack: number[] = [];
  for (let i = 0; i < alpha.length; i++) {
    if (alpha[i] >= 0.98) {
      kept[i] = 1;
      stack.push(i);
    }
  }
  while (stack.length) {
    const i = stack.pop() as number;
    const x = i % width;
    const y = (i - x) / width;
    for (let k = 0; k < 4; k++) {
      const nx = x + (k === 0 ? 1 : k === 1 ? -1 : 0);
      const ny = y + (k === 2 ? 1 : k === 3 ? -1 : 0);
      if (nx < 0 || ny < 0 || nx >= width || ny >= height) continue;
      const j = ny * width + nx;
      if (kept[j] || alpha[j] <= 0.02) continue;
      kept[j] = 1;
      stack.push(j);
    }
  }
  for (let i = 0; i < alpha.length; i++) if (!kept[i]) alpha[i] = 0;
}
