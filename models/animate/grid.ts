import type { Box, Region } from '../types.ts';

/** Nodes along the longer side of the motion grid. */
const NODES = 100;
/** How far the grid reaches beyond the object's box, in object sizes: room for a matte edge that moves with it. */
const MARGIN = 0.12;

/** A regular grid of nodes over the object, with what the mask says about each node. */
export interface Lattice {
  columns: number;
  rows: number;
  box: Box;
  /** Pixels between neighbouring nodes. */
  step: number;
  /** Node inside the silhouette. */
  inside: Uint8Array;
  /** Pixels to the silhouette's border for inside nodes, 0 outside. */
  depth: Float32Array;
  /** For every node the nearest inside node (itself when inside). */
  nearest: Int32Array;
}

/** Lays the grid over a region; the mask is averaged over each node's cell. */
export function latticeOf(region: Region): Lattice {
  const size = Math.max(region.box.width, region.box.height, 1);
  const pad = size * MARGIN;
  const width = region.box.width + 2 * pad;
  const height = region.box.height + 2 * pad;
  const step = Math.max(width, height) / (NODES - 1);
  const columns = Math.max(2, Math.ceil(width / step) + 1);
  const rows = Math.max(2, Math.ceil(height / step) + 1);
  const box = {
    x: region.box.x - pad,
    y: region.box.y - pad,
    width: (columns - 1) * step,
    height: (rows - 1) * step,
  };
  const inside = new Uint8Array(columns * rows);
  const reach = Math.max(0, Math.floor(step / 2));
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      inside[r * columns + c] = coverage(region, box.x + c * step, box.y + r * step, reach) > 0.4 ? 1 : 0;
    }
  }
  const { distance, nearest } = sweep(columns, rows, step, inside, (i) => inside[i] === 1);
  const depth = sweep(columns, rows, step, inside, (i) => inside[i] === 0).distance;
  for (let i = 0; i < depth.length; i++) if (distance[i] > 0) depth[i] = 0;
  return { columns, rows, box, step, inside, depth, nearest };
}

function coverage(region: Region, x: number, y: number, reach: number): number {
  const { width, height, data } = region.mask;
  let sum = 0;
  let count = 0;
  const stride = Math.max(1, Math.floor(reach / 2));
  for (let v = Math.round(y) - reach; v <= Math.round(y) + reach; v += stride) {
    for (let u = Math.round(x) - reach; u <= Math.round(x) + reach; u += stride) {
      count++;
      if (u >= 0 && v >= 0 && u < width && v < height) sum += data[v * width + u];
    }
  }
  return sum / (255 * count);
}

/**
 * Distances in pixels from the seeds to every node by raster sweeps with 8 neighbours (Borgefors' chamfer transform),
 * with the seed that each node came from. With `within`, paths stay inside the silhouette: geodesic distance.
 */
export function sweep(
  columns: number,
  rows: number,
  step: number,
  inside: Uint8Array,
  seed: (node: number) => boolean,
  within = false,
): { distance: Float32Array; nearest: Int32Array } {
  const distance = new Float32Array(columns * rows).fill(1e9);
  const nearest = new Int32Array(columns * rows).fill(-1);
  for (let i = 0; i < distance.length; i++) {
    if (seed(i)) {
      distance[i] = 0;
      nearest[i] = i;
    }
  }
  const diagonal = step * Math.SQRT2;
  // Two passes settle a convex shape; a winding tail needs a few more.
  for (let pass = 0; pass < (within ? 8 : 2); pass++) {
    let changed = false;
    const d = pass % 2 === 0 ? -1 : 1;
    for (let y = 0; y < rows; y++) {
      const r = d < 0 ? y : rows - 1 - y;
      const across = r + d >= 0 && r + d < rows ? d * columns : 0;
      for (let x = 0; x < columns; x++) {
        const c = d < 0 ? x : columns - 1 - x;
        const i = r * columns + c;
        if (within && inside[i] === 0) continue;
        let best = distance[i];
        let from = -1;
        for (let k = 0; k < 5; k++) {
          // The row that was swept before: straight, two diagonals; then both neighbours in this row.
          const side = k === 0 ? 0 : k % 2 === 0 ? 1 : -1;
          const row = k < 3 ? across : 0;
          if ((k < 3 && across === 0) || c + side < 0 || c + side >= columns) continue;
          const j = i + row + side;
          if (within && inside[j] === 0) continue;
          const far = distance[j] + (row !== 0 && side !== 0 ? diagonal : step);
          if (far < best - 1e-6) {
            best = far;
            from = j;
          }
        }
        if (from >= 0) {
          distance[i] = best;
          nearest[i] = nearest[from];
          changed = true;
        }
      }
    }
    if (!changed) break;
  }
  return { distance, nearest };
}

/**
 * Box blur of a node field, `times` passes of a 3x3 window in two directions. Only inside nodes count and change, unless
 * `everywhere`.
 */
export function smoothInside(field: Float32Array, lattice: Lattice, times: number, everywhere = false): void {
  const { columns, rows, inside } = lattice;
  const copy = new Float32Array(field.length);
  const pass = (length: number, lines: number, along: number, across: number) => {
    copy.set(field);
    for (let line = 0; line < lines; line++) {
      for (let k = 0; k < length; k++) {
        const i = line * across + k * along;
        if (!everywhere && inside[i] === 0) continue;
        let sum = copy[i];
        let count = 1;
        if (k > 0 && (everywhere || inside[i - along] === 1)) {
          sum += copy[i - along];
          count++;
        }
        if (k + 1 < length && (everywhere || inside[i + along] === 1)) {
          sum += copy[i + along];
          count++;
        }
        field[i] = sum / count;
      }
    }
  };
  for (let t = 0; t < times; t++) {
    pass(columns, rows, 1, columns);
    pass(rows, columns, columns, 1);
  }
}
