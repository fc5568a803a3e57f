import { bytesOf } from '../pixels.ts';
import type { Abort, Mask, Picture } from '../types.ts';
import { closedFormMatte } from './closed-form.ts';
import { distanceTo, distanceToZero } from './distance.ts';
import { guidedFilter } from './guided-filter.ts';
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

/** Above this scale the matte is solved at half the size and sharpened at full size. */
const LARGEST_SCALE = 1.5;
/** Up to this scale there is no coarser size. */
const COARSEST_SCALE = 0.75;
/** Conjugate gradient steps at the coarsest size and at the others. */
const COARSE_ITERATIONS = 60;
const FINE_ITERATIONS = 16;
/** Holes in the mask up to this share of its area belong to the thing (a tusk, an eye, a highlight). */
const SMALL_HOLE = 0.005;

/**
 * Mask -> alpha that follows the photo's own edges: trimap, guided filter as a first guess, closed-form matting in the
 * undecided band.
 * @param scale long side of the picture / 512
 * @returns alpha 0..1, [height, width] of the window
 */
export function matte(
  picture: Picture,
  mask: Mask,
  window: Window,
  scale: number,
  abort: Abort,
): Float32Array {
  const { width, height } = window;
  const coverage = cropMap(mask.data, mask.width, mask.height, window);
  fillSmallHoles(coverage, width, height);
  const soft = new Float32Array(coverage).map((value) => value / 255);
  const alpha = solve(colourPlanes(picture, window), soft, width, height, scale, abort);
  // Solutions of closed-form matting are a little grey at both ends.
  for (let i = 0; i < alpha.length; i++) alpha[i] = Math.min(1, Math.max(0, (alpha[i] - 0.06) / 0.88));
  dropIslands(alpha, width, height);
  return alpha;
}

type Planes = [Float32Array, Float32Array, Float32Array];

/**
 * From coarse to fine: at the coarsest size the guided filter makes the first guess, at every other size the solution
 * of the one below. Only a few steps are then left to do where pixels are many.
 */
function solve(
  planes: Planes,
  soft: Float32Array,
  width: number,
  height: number,
  scale: number,
  abort: Abort,
): Float32Array {
  const trimap = trimapOf(
    bytesOf(soft, (value) => (value >= 0.5 ? 1 : 0)),
    width,
    height,
    scale,
  );
  const alpha = guess(planes, soft, width, height, scale, abort);
  abort.throwIfAborted();
  for (let i = 0; i < alpha.length; i++)
    alpha[i] = trimap[i] === 0.5 ? Math.min(1, Math.max(0, alpha[i])) : trimap[i];
  if (scale > LARGEST_SCALE) return alpha;
  const iterations = scale > COARSEST_SCALE ? FINE_ITERATIONS : COARSE_ITERATIONS;
  closedFormMatte(planes, trimap, alpha, width, height, iterations, abort);
  return alpha;
}

function guess(
  planes: Planes,
  soft: Float32Array,
  width: number,
  height: number,
  scale: number,
  abort: Abort,
): Float32Array {
  if (scale <= COARSEST_SCALE)
    return guidedFilter(planes, soft, width, height, Math.max(2, Math.round(6 * scale)), 1e-4);
  const half = planes.map((plane) => halve(plane, width, height)) as Planes;
  const coarse = solve(
    half,
    halve(soft, width, height),
    (width + 1) >> 1,
    (height + 1) >> 1,
    scale / 2,
    abort,
  );
  const alpha = double(coarse, width, height);
  return scale > LARGEST_SCALE ? guidedFilter(planes, alpha, width, height, 3, 1e-5) : alpha;
}

/** Mean of every two by two pixels. */
function halve(plane: Float32Array, width: number, height: number): Float32Array {
  const [w2, h2] = [(width + 1) >> 1, (height + 1) >> 1];
  const out = new Float32Array(w2 * h2);
  for (let y = 0, o = 0; y < h2; y++) {
    const a = 2 * y * width;
    const b = Math.min(height - 1, 2 * y + 1) * width;
    for (let x = 0; x < w2; x++, o++) {
      const right = Math.min(width - 1, 2 * x + 1);
      out[o] = (plane[a + 2 * x] + plane[a + right] + plane[b + 2 * x] + plane[b + right]) / 4;
    }
  }
  return out;
}

/** Bilinear, the inverse of `halve` for smooth maps. @returns [height, width] */
function double(coarse: Float32Array, width: number, height: number): Float32Array {
  const [w2, h2] = [(width + 1) >> 1, (height + 1) >> 1];
  const out = new Float32Array(width * height);
  for (let y = 0, o = 0; y < height; y++) {
    const v = Math.min(h2 - 1, Math.max(0, (y - 0.5) / 2));
    const [y0, y1] = [Math.floor(v), Math.min(h2 - 1, Math.floor(v) + 1)];
    const g = v - y0;
    for (let x = 0; x < width; x++, o++) {
      const u = Math.min(w2 - 1, Math.max(0, (x - 0.5) / 2));
      const [x0, x1] = [Math.floor(u), Math.min(w2 - 1, Math.floor(u) + 1)];
      const f = u - x0;
      const top = coarse[y0 * w2 + x0] * (1 - f) + coarse[y0 * w2 + x1] * f;
      out[o] = top * (1 - g) + (coarse[y1 * w2 + x0] * (1 - f) + coarse[y1 * w2 + x1] * f) * g;
    }
  }
  return out;
}

function fillSmallHoles(coverage: Uint8Array, width: number, height: number): void {
  const seen = new Uint8Array(coverage.length);
  let area = 0;
  for (const value of coverage) if (value >= 128) area++;
  for (let start = 0; start < coverage.length; start++) {
    if (seen[start] || coverage[start] >= 128) continue;
    const patch = [start];
    seen[start] = 1;
    let open = false;
    for (let k = 0; k < patch.length; k++) {
      const x = patch[k] % width;
      const y = (patch[k] - x) / width;
      if (x === 0 || y === 0 || x === width - 1 || y === height - 1) open = true;
      for (const next of [
        x > 0 ? patch[k] - 1 : -1,
        x < width - 1 ? patch[k] + 1 : -1,
        patch[k] - width,
        patch[k] + width,
      ]) {
        if (next < 0 || next >= coverage.length || seen[next] || coverage[next] >= 128) continue;
        seen[next] = 1;
        patch.push(next);
      }
    }
    if (!open && patch.length < SMALL_HOLE * area) for (const i of patch) coverage[i] = 255;
  }
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
