import type { FlowMotion, Mask, WarpMotion } from '../types.ts';
import { distanceToZero } from './distance.ts';
import { pushPull } from './push-pull.ts';
import { splineThrough } from './spline.ts';
import type { Window } from './window.ts';

/** A regular mesh: node (i, j) rests at (x + i*step, y + j*step), whole pixels. */
export interface Mesh {
  x: number;
  y: number;
  step: number;
  columns: number;
  rows: number;
}

/** Where every node of a mesh is at any time. */
export interface MotionField {
  mesh: Mesh;
  /** Displacement of all nodes at key step k, [rows, columns, 2] pixels. */
  keys: Float32Array[];
  /** Seconds between two key steps. */
  interval: number;
  /** Drawing order of the nodes, larger is in front. */
  order?: Float32Array;
  /** Writes [rows, columns, 2] pixels for a time in seconds of the motion. */
  at(time: number, out: Float32Array): void;
}

/**
 * Carries a coarse motion grid over to the renderer's mesh: only nodes on the thing count, their displacement is
 * spread outwards by push-pull, kept inside the reach, and interpolated by splines in space and time.
 * @param inside the silhouette, to say which nodes count
 * @param window the mesh covers it
 * @param step mesh step in pixels
 */
export function createField(
  motion: WarpMotion,
  inside: Mask,
  reach: Mask,
  window: Window,
  step: number,
  scale: number,
): MotionField {
  const mesh = meshOver(window, step);
  const grid = extend(motion, inside, window);
  // The silhouette may reach a cell beyond its outermost node, and its soft edge a little farther.
  keepWithin(grid, motion.steps, reach, 4 * scale + Math.max(grid.dx, grid.dy));
  const keys = toMesh(grid, mesh);
  const order = motion.order && orderOnMesh(motion, motion.order, mesh);
  const interval = motion.seconds / (motion.periodic ? motion.steps : Math.max(1, motion.steps - 1));
  const spline = splineThrough(keys, motion.periodic);
  return {
    mesh,
    keys,
    interval,
    order,
    at: (time, out) => spline(time / interval, out),
  };
}

function meshOver(window: Window, step: number): Mesh {
  const columns = Math.ceil(window.width / step) + 1;
  const rows = Math.ceil(window.height / step) + 1;
  return { x: window.x, y: window.y, step, columns, rows };
}

/** Weights of four neighbouring samples for a place `f` (0..1) between the middle two. */
export function catmullRom(f: number): [number, number, number, number] {
  return [
    f * (-0.5 + f * (1 - 0.5 * f)),
    1 + f * f * (-2.5 + 1.5 * f),
    f * (0.5 + f * (2 - 1.5 * f)),
    f * f * (-0.5 + 0.5 * f),
  ];
}

/** A motion's own grid with rings of nodes added until it covers a window; [rows, columns, steps*2]. */
interface CoarseGrid {
  x: number;
  y: number;
  dx: number;
  dy: number;
  columns: number;
  rows: number;
  values: Float32Array;
  /** 1 on the thing, 0 off it, where the motion says nothing. */
  weights: Float32Array;
}

/** The stationary velocity of a fluid on a mesh, [rows, columns, 2] pixels per second, spread beyond its edge. */
export function velocityOnMesh(
  motion: FlowMotion,
  inside: Mask,
  window: Window,
  step: number,
): { mesh: Mesh; velocity: Float32Array } {
  const mesh = meshOver(window, step);
  const grid = extend({ ...motion, steps: 1, displacement: motion.velocity }, inside, window);
  return { mesh, velocity: toMesh(grid, mesh)[0] };
}

function extend(motion: Omit<WarpMotion, 'kind'>, inside: Mask, window: Window): CoarseGrid {
  const { box, columns, rows, steps } = motion;
  const dx = box.width / (columns - 1);
  const dy = box.height / (rows - 1);
  const left = Math.max(0, Math.ceil((box.x - window.x) / dx)) + 1;
  const top = Math.max(0, Math.ceil((box.y - window.y) / dy)) + 1;
  const right = Math.max(0, Math.ceil((window.x + window.width - box.x - box.width) / dx)) + 1;
  const bottom = Math.max(0, Math.ceil((window.y + window.height - box.y - box.height) / dy)) + 1;
  const grid: CoarseGrid = {
    x: box.x - left * dx,
    y: box.y - top * dy,
    dx,
    dy,
    columns: columns + left + right,
    rows: rows + top + bottom,
    values: new Float32Array(0),
    weights: new Float32Array(0),
  };
  const channels = 2 * steps;
  grid.values = new Float32Array(grid.columns * grid.rows * channels);
  grid.weights = new Float32Array(grid.columns * grid.rows);
  let known = 0;
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      const to = (j + top) * grid.columns + i + left;
      for (let k = 0; k < steps; k++) {
        const from = 2 * ((k * rows + j) * columns + i);
        grid.values[to * channels + 2 * k] = motion.displacement[from];
        grid.values[to * channels + 2 * k + 1] = motion.displacement[from + 1];
      }
      const share = coverage(inside, box.x + (i - 0.5) * dx, box.y + (j - 0.5) * dy, dx, dy);
      if (share <= 0.02) continue;
      grid.weights[to] = 1;
      known++;
    }
  }
  // A thing smaller than a cell lies on no node at all: then the whole grid speaks for it.
  if (known === 0) {
    for (let j = 0; j < rows; j++)
      grid.weights.fill(1, (j + top) * grid.columns + left, (j + top) * grid.columns + left + columns);
  }
  const weights = grid.weights.slice();
  for (let ring = 0; ring < RINGS; ring++) continueOutwards(grid, weights, channels);
  pushPull(grid.values, weights, grid.columns, grid.rows, channels);
  return grid;
}

/** Rings of nodes around the thing where its motion goes on as it is (a turning head's matte turns with it). */
const RINGS = 3;
/** How much of the slope across the border goes on from one ring to the next. */
const SLOPE = 0.8;

/** Gives the unknown nodes next to known ones a value by continuing the lines through two known ones. */
function continueOutwards(grid: CoarseGrid, weights: Float32Array, channels: number): void {
  const { columns, rows, values } = grid;
  const before = weights.slice();
  const sum = new Float32Array(channels);
  for (let node = 0; node < before.length; node++) {
    if (before[node] > 0) continue;
    const x = node % columns;
    const y = (node - x) / columns;
    let count = 0;
    sum.fill(0);
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        const [u, v] = [x + dx, y + dy];
        if (u < 0 || v < 0 || u >= columns || v >= rows || before[v * columns + u] <= 0) continue;
        const near = (v * columns + u) * channels;
        const [u2, v2] = [u + dx, v + dy];
        const known = u2 >= 0 && v2 >= 0 && u2 < columns && v2 < rows && before[v2 * columns + u2] > 0;
        const far = known ? (v2 * columns + u2) * channels : near;
        for (let c = 0; c < channels; c++)
          sum[c] += values[near + c] + SLOPE * (values[near + c] - values[far + c]);
        count++;
      }
    }
    if (count === 0) continue;
    for (let c = 0; c < channels; c++) values[node * channels + c] = sum[c] / count;
    weights[node] = 1;
  }
}

/** Share of a rectangle that lies on the thing; beyond the picture nothing does. */
function coverage(mask: Mask, x: number, y: number, width: number, height: number): number {
  const x0 = Math.round(x);
  const y0 = Math.round(y);
  const x1 = Math.max(x0 + 1, Math.round(x + width));
  const y1 = Math.max(y0 + 1, Math.round(y + height));
  let sum = 0;
  for (let py = Math.max(0, y0); py < Math.min(mask.height, y1); py++) {
    for (let px = Math.max(0, x0); px < Math.min(mask.width, x1); px++)
      sum += mask.data[py * mask.width + px];
  }
  return sum / (255 * (x1 - x0) * (y1 - y0));
}

/**
 * Shrinks the displacement of nodes that would leave the reach. The factor is the same at all times and changes
 * slowly from node to node, so the motion fades before the border and is never cut.
 */
function keepWithin(grid: CoarseGrid, steps: number, reach: Mask, margin: number): void {
  const depth = distanceToZero(
    reach.data.map((value) => (value >= 128 ? 1 : 0)),
    reach.width,
    reach.height,
  );
  const depthAt = (x: number, y: number) => {
    const px = Math.min(reach.width - 1, Math.max(0, Math.floor(x)));
    const py = Math.min(reach.height - 1, Math.max(0, Math.floor(y)));
    return depth[py * reach.width + px];
  };
  const factor = new Float32Array(grid.weights.length).fill(1);
  let limited = false;
  for (let j = 0; j < grid.rows; j++) {
    for (let i = 0; i < grid.columns; i++) {
      const node = j * grid.columns + i;
      if (grid.weights[node] <= 0) continue;
      const x = grid.x + i * grid.dx;
      const y = grid.y + j * grid.dy;
      const least = Math.min(margin, depthAt(x, y));
      for (let k = 0; k < steps; k++) {
        const dx = grid.values[(node * steps + k) * 2];
        const dy = grid.values[(node * steps + k) * 2 + 1];
        while (factor[node] > 0 && depthAt(x + factor[node] * dx, y + factor[node] * dy) < least) {
          factor[node] = Math.max(0, factor[node] - 0.05);
          limited = true;
        }
      }
    }
  }
  if (!limited) return;
  // The least of the neighbours, then the mean of those: smooth, and nowhere above the limit.
  const least = neighbours(factor, grid.columns, grid.rows, (values) => Math.min(...values));
  const smooth = neighbours(
    least,
    grid.columns,
    grid.rows,
    (values) => values.reduce((a, b) => a + b) / values.length,
  );
  for (let node = 0; node < smooth.length; node++) {
    for (let k = 0; k < 2 * steps; k++) grid.values[node * 2 * steps + k] *= smooth[node];
  }
}

function neighbours(
  map: Float32Array,
  columns: number,
  rows: number,
  reduce: (values: number[]) => number,
): Float32Array {
  return map.map((_, node) => {
    const values: number[] = [];
    const x = node % columns;
    const y = (node - x) / columns;
    for (let j = Math.max(0, y - 2); j <= Math.min(rows - 1, y + 2); j++) {
      for (let i = Math.max(0, x - 2); i <= Math.min(columns - 1, x + 2); i++)
        values.push(map[j * columns + i]);
    }
    return reduce(values);
  });
}

/** All key steps, interpolated by Catmull-Rom splines in x and y. @returns per step [rows, columns, 2] pixels */
function toMesh(grid: CoarseGrid, mesh: Mesh): Float32Array[] {
  const channels = grid.values.length / grid.weights.length;
  const size = mesh.columns * mesh.rows * 2;
  const out = Array.from({ length: channels / 2 }, () => new Float32Array(size));
  const [sum, least, most] = [
    new Float32Array(channels),
    new Float32Array(channels),
    new Float32Array(channels),
  ];
  for (let j = 0, o = 0; j < mesh.rows; j++) {
    const v = Math.min(grid.rows - 1, Math.max(0, (mesh.y + j * mesh.step - grid.y) / grid.dy));
    const y = Math.min(grid.rows - 2, Math.floor(v));
    const wy = catmullRom(v - y);
    for (let i = 0; i < mesh.columns; i++, o += 2) {
      const u = Math.min(grid.columns - 1, Math.max(0, (mesh.x + i * mesh.step - grid.x) / grid.dx));
      const x = Math.min(grid.columns - 2, Math.floor(u));
      const wx = catmullRom(u - x);
      sum.fill(0);
      least.fill(Number.POSITIVE_INFINITY);
      most.fill(Number.NEGATIVE_INFINITY);
      for (let tap = 0; tap < 16; tap++) {
        const [a, b] = [tap & 3, tap >> 2];
        const row = Math.min(grid.rows - 1, Math.max(0, y - 1 + b)) * grid.columns;
        const from = (row + Math.min(grid.columns - 1, Math.max(0, x - 1 + a))) * channels;
        const weight = wx[a] * wy[b];
        for (let c = 0; c < channels; c++) sum[c] += weight * grid.values[from + c];
        if ((a !== 1 && a !== 2) || (b !== 1 && b !== 2)) continue;
        for (let c = 0; c < channels; c++) {
          least[c] = Math.min(least[c], grid.values[from + c]);
          most[c] = Math.max(most[c], grid.values[from + c]);
        }
      }
      // A still part beside a fast one must not swing back: no overshoot beyond the four nodes around.
      for (let c = 0; c < channels; c++)
        out[c >> 1][o + (c & 1)] = Math.min(Math.max(sum[c], least[c]), most[c]);
    }
  }
  return out;
}

/** Nearest node's order, so that a part does not get ranks between its own and its neighbour's. */
function orderOnMesh(motion: WarpMotion, order: Float32Array, mesh: Mesh): Float32Array {
  const { box, columns, rows } = motion;
  const out = new Float32Array(mesh.columns * mesh.rows);
  for (let j = 0, o = 0; j < mesh.rows; j++) {
    const v = Math.round(((mesh.y + j * mesh.step - box.y) / box.height) * (rows - 1));
    const row = Math.min(rows - 1, Math.max(0, v)) * columns;
    for (let i = 0; i < mesh.columns; i++, o++) {
      const u = Math.round(((mesh.x + i * mesh.step - box.x) / box.width) * (columns - 1));
      out[o] = order[row + Math.min(columns - 1, Math.max(0, u))];
    }
  }
  return out;
}
