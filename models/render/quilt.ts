import { seededRandom } from '../random.ts';
import type { Abort } from '../types.ts';
import { distanceToZero } from './distance.ts';

/** Colours 0..255, interleaved RGB [height, width, 3]. */
export interface Colours {
  width: number;
  height: number;
  data: Float32Array;
}

const CANDIDATES = 110;
/** How far the mean of a source block may be shifted to fit, in grey levels. */
const SHIFT = 12;

/**
 * Fills unknown pixels with blocks of the known surroundings, from the edge inwards like the skins of an onion
 * (Efros and Freeman, Image Quilting, SIGGRAPH 2001; the order of Criminisi et al., 2004, by distance only).
 * Each block is the best of random nearby ones and of the neighbours' offsets, compared where something is already known.
 * @param image changed in place where `unknown` is not 0
 * @param source pixels that are known and may be copied; a pixel that is neither is left alone and not looked at
 * @param block side of a block in pixels
 */
export function quilt(
  image: Colours,
  unknown: Uint8Array,
  source: Uint8Array,
  block: number,
  abort: Abort,
): void {
  const { width, height, data } = image;
  const size = Math.min(block, width, height);
  const places = onionOrder(unknown, width, height, size);
  const allowed = blockPositions(source, width, height, size);
  if (places.length === 0 || allowed.list.length === 0) return;
  const known = new Uint8Array(unknown.length);
  for (let i = 0; i < known.length; i++) known[i] = source[i] ? 1 : 0;
  const ramp = featherOf(size);
  const offsets = new Map<number, number>();
  const random = seededRandom(1);
  const half = Math.max(1, size >> 1);
  const shift = new Float64Array(3);
  const bestShift = new Float64Array(3);

  places.forEach((place, turn) => {
    if (turn % 64 === 0) abort.throwIfAborted();
    const { x, y } = place;
    let best = Number.POSITIVE_INFINITY;
    let bestAt = -1;
    const consider = (at: number, discount: number) => {
      const cost = discount * mismatch(data, known, width, x, y, at, size, best / discount, shift);
      if (cost < best) {
        best = cost;
        bestAt = at;
        bestShift.set(shift);
      }
    };
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        const offset = offsets.get((y + dy * half) * 65536 + x + dx * half);
        if (offset === undefined) continue;
        const at = y * width + x + offset;
        // Going on with what a neighbour copied keeps larger structures whole, so it is a little cheaper.
        if (at >= 0 && allowed.at[at]) consider(at, 0.9);
      }
    }
    for (let k = 0; k < CANDIDATES; k++)
      consider(nearby(allowed, width, place.x, place.y, size, place.depth, random), 1);
    if (bestAt < 0) return;
    offsets.set(y * 65536 + x, bestAt - (y * width + x));
    paste(data, known, unknown, width, x, y, bestAt, size, ramp, bestShift);
  });
}

interface Place {
  x: number;
  y: number;
  /** How deep the block's middle lies in the hole, pixels. */
  depth: number;
}

/** Block corners on a lattice of half blocks, those that touch unknown pixels, the outermost first. */
function onionOrder(unknown: Uint8Array, width: number, height: number, size: number): Place[] {
  const depths = distanceToZero(unknown, width, height);
  const half = Math.max(1, size >> 1);
  const places: Place[] = [];
  const corner = (k: number, length: number) => Math.min(k, length - size);
  for (let ly = 0; ly < height - size + half; ly += half) {
    for (let lx = 0; lx < width - size + half; lx += half) {
      const x = corner(lx, width);
      const y = corner(ly, height);
      let touches = false;
      for (let j = 0; j < size && !touches; j++) {
        for (let i = 0; i < size && !touches; i++) touches = unknown[(y + j) * width + x + i] !== 0;
      }
      if (touches) places.push({ x, y, depth: depths[(y + half) * width + x + half] });
    }
  }
  return places.sort((a, b) => a.depth - b.depth);
}

interface Positions {
  /** 1 where a block's top left corner may be. */
  at: Uint8Array;
  list: Int32Array;
}

function blockPositions(source: Uint8Array, width: number, height: number, size: number): Positions {
  const sums = new Int32Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y++) {
    for (let x = 0, row = 0; x < width; x++) {
      row += source[y * width + x] ? 1 : 0;
      sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + row;
    }
  }
  const at = new Uint8Array(width * height);
  const list: number[] = [];
  for (let y = 0; y + size <= height; y++) {
    for (let x = 0; x + size <= width; x++) {
      const a = sums[y * (width + 1) + x] + sums[(y + size) * (width + 1) + x + size];
      const b = sums[y * (width + 1) + x + size] + sums[(y + size) * (width + 1) + x];
      if (a - b !== size * size) continue;
      at[y * width + x] = 1;
      list.push(y * width + x);
    }
  }
  return { at, list: Int32Array.from(list) };
}

/** A random source block, the nearer the likelier. */
function nearby(
  allowed: Positions,
  width: number,
  x: number,
  y: number,
  size: number,
  depth: number,
  random: () => number,
): number {
  for (let attempt = 0; attempt < 4; attempt++) {
    const reach = (depth + 2 * size) * (1 + attempt) * (0.4 + 0.8 * random());
    const angle = 2 * Math.PI * random();
    const cx = x + Math.round(reach * Math.cos(angle));
    // Textures change more from top to bottom (ground, wall, sky) than from side to side.
    const cy = y + Math.round(0.6 * reach * Math.sin(angle));
    const at = cy * width + cx;
    if (cx >= 0 && cx < width && at >= 0 && at < allowed.at.length && allowed.at[at]) return at;
  }
  return allowed.list[Math.floor(random() * allowed.list.length)];
}

/** Mean squared difference where the place is known, after the means were brought together; stops once above `limit`. */
function mismatch(
  data: Float32Array,
  known: Uint8Array,
  width: number,
  x: number,
  y: number,
  at: number,
  size: number,
  limit: number,
  shift: Float64Array,
): number {
  let n = 0;
  let [s0, s1, s2, square] = [0, 0, 0, 0];
  for (let j = 0; j < size; j += 2) {
    let to = (y + j) * width + x;
    let from = at + j * width;
    for (let i = 0; i < size; i += 2, to += 2, from += 2) {
      if (!known[to]) continue;
      const d0 = data[3 * to] - data[3 * from];
      const d1 = data[3 * to + 1] - data[3 * from + 1];
      const d2 = data[3 * to + 2] - data[3 * from + 2];
      s0 += d0;
      s1 += d1;
      s2 += d2;
      square += d0 * d0 + d1 * d1 + d2 * d2;
      n++;
    }
  }
  if (n === 0) {
    shift.fill(0);
    return Math.min(limit * 0.999, 1e9);
  }
  shift[0] = Math.max(-SHIFT, Math.min(SHIFT, s0 / n));
  shift[1] = Math.max(-SHIFT, Math.min(SHIFT, s1 / n));
  shift[2] = Math.max(-SHIFT, Math.min(SHIFT, s2 / n));
  const [m0, m1, m2] = shift;
  return square / n - (2 * (m0 * s0 + m1 * s1 + m2 * s2)) / n + m0 * m0 + m1 * m1 + m2 * m2;
}

/** Weight of a block's pixel by its distance from the block's edge, over a third of the block. */
function featherOf(size: number): Float32Array {
  const ramp = new Float32Array(size * size);
  for (let j = 0; j < size; j++) {
    for (let i = 0; i < size; i++) {
      const edge = Math.min(i, j, size - 1 - i, size - 1 - j) + 0.5;
      const t = Math.min(1, edge / (size / 3));
      ramp[j * size + i] = t * t * (3 - 2 * t);
    }
  }
  return ramp;
}

function paste(
  data: Float32Array,
  known: Uint8Array,
  unknown: Uint8Array,
  width: number,
  x: number,
  y: number,
  at: number,
  size: number,
  ramp: Float32Array,
  shift: Float64Array,
): void {
  for (let j = 0; j < size; j++) {
    for (let i = 0; i < size; i++) {
      const to = (y + j) * width + x + i;
      if (!unknown[to]) continue;
      const from = at + j * width + i;
      const w = known[to] ? ramp[j * size + i] : 1;
      for (let c = 0; c < 3; c++) data[3 * to + c] += w * (data[3 * from + c] + shift[c] - data[3 * to + c]);
      known[to] = 1;
    }
  }
}
