import { stretchOf } from '../jacobian.ts';
import { CHANNELS, COUNT, type Geometry, HEAD, kinematics, ROOT, type Slot, slotOf } from './bones.ts';
import type { Lattice } from './grid.ts';
import { headRelief } from './head.ts';
import type { Skin } from './skin.ts';

/** Poses -> displacement of every grid node: linear blend skinning plus the head's parallax. */
export interface Decoder {
  /** Poses [steps, 29, 4] -> displacement [steps, nodes, 2] in pixels. */
  decode(poses: Float64Array[]): Float32Array;
  /** Mean displacement in pixels over inside nodes, weighted by the named bones, per step after the first. */
  amount(displacement: Float32Array, bones: readonly Slot[]): number;
}

/** Prepares a region's nodes, weights and head relief once; decoding is then a sum of affine maps. */
export function createDecoder(g: Geometry, lattice: Lattice, skin: Skin): Decoder {
  const nodes = lattice.inside.length;
  const x = new Float32Array(nodes);
  const y = new Float32Array(nodes);
  for (let i = 0; i < nodes; i++) {
    x[i] = (lattice.box.x + (i % lattice.columns) * lattice.step - g.centre.x) / g.size;
    y[i] = (lattice.box.y + Math.floor(i / lattice.columns) * lattice.step - g.centre.y) / g.size;
  }
  const relief = headRelief(g, { x, y }, skin.weights);

  const decode = (poses: Float64Array[]): Float32Array => {
    const out = new Float32Array(poses.length * nodes * 2);
    poses.forEach((pose, step) => {
      const maps = kinematics(pose, g);
      const field = out.subarray(step * nodes * 2, (step + 1) * nodes * 2);
      for (const k of skin.used) {
        const [a, b, c, d, ox, oy] = maps.subarray(k * 6, k * 6 + 6);
        if (a === 1 && b === 0 && c === 0 && d === 1 && ox === 0 && oy === 0) continue;
        const own = skin.weights.subarray(k * nodes, (k + 1) * nodes);
        for (let i = 0; i < nodes; i++) {
          const w = own[i];
          if (w === 0) continue;
          field[i * 2] += w * ((a - 1) * x[i] + b * y[i] + ox);
          field[i * 2 + 1] += w * (c * x[i] + (d - 1) * y[i] + oy);
        }
      }
      const yaw = Math.sin(pose[HEAD * CHANNELS + 2]);
      const pitch = Math.sin(pose[HEAD * CHANNELS + 3]);
      for (let i = 0; i < nodes; i++) {
        const depth = relief ? relief[i] : 0;
        field[i * 2] = (field[i * 2] + depth * yaw) * g.size;
        field[i * 2 + 1] = (field[i * 2 + 1] + depth * pitch) * g.size;
      }
    });
    return out;
  };

  const amount = (displacement: Float32Array, bones: readonly Slot[]): number => {
    const own = new Float32Array(nodes);
    for (const name of bones) {
      const k = slotOf(name);
      if (k === ROOT) own.fill(1);
      else for (let i = 0; i < nodes; i++) own[i] += skin.weights[k * nodes + i];
    }
    return meanOver(displacement, nodes, (i) => (lattice.inside[i] === 1 ? Math.min(1, own[i]) : 0));
  };
  return { decode, amount };
}

/** Mean length of displacement over all steps but the first (which is rest), weighted per node. Pixels. */
export function meanOver(
  displacement: Float32Array,
  nodes: number,
  weight: (node: number) => number,
): number {
  const steps = displacement.length / (nodes * 2);
  let sum = 0;
  let total = 0;
  for (let i = 0; i < nodes; i++) {
    const w = weight(i);
    if (w === 0) continue;
    total += w;
    for (let s = 1; s < steps; s++) {
      const at = (s * nodes + i) * 2;
      sum += w * Math.hypot(displacement[at], displacement[at + 1]);
    }
  }
  return total > 0 && steps > 1 ? sum / total / (steps - 1) : 0;
}

/** A cell that keeps less than this share of its area counts as tight. */
const TIGHT = 0.15;
/** A cell longer or shorter than this in some direction counts as strained (the gates of the renderer's report). */
const STRAIN = { longest: 1.6, shortest: 0.5 };
/** Limbs bend sharply at their joints, where cells shear: they look torn only beyond this. */
const TORN = 2.2;

export interface Folds {
  /** Smallest Jacobian determinant over the inside cells and steps. */
  least: number;
  /** Shares of cells that turn over, and that nearly vanish or turn over. */
  over: number;
  tight: number;
  /** Share of cells that are stretched or squeezed until it looks wrong. */
  strained: number;
  /** Share of cells that are stretched beyond what even limbs may be. */
  torn: number;
}

export function foldsOf(displacement: Float32Array, lattice: Lattice): Folds {
  const { columns, rows, inside, step } = lattice;
  const nodes = columns * rows;
  const steps = displacement.length / (nodes * 2);
  let least = 1;
  let over = 0;
  let tight = 0;
  let strained = 0;
  let torn = 0;
  let cells = 0;
  for (let s = 0; s < steps; s++) {
    const d = displacement.subarray(s * nodes * 2, (s + 1) * nodes * 2);
    for (let r = 0; r + 1 < rows; r++) {
      for (let c = 0; c + 1 < columns; c++) {
        const i = r * columns + c;
        const j = i + columns;
        if (inside[i] + inside[i + 1] + inside[j] + inside[j + 1] < 4) continue;
        const { area, longest, shortest } = stretchOf(d, i, columns, step);
        cells++;
        if (area < TIGHT) tight++;
        if (area <= 0) over++;
        if (area < least) least = area;
        if (longest > STRAIN.longest || shortest < STRAIN.shortest) strained++;
        if (longest > TORN) torn++;
      }
    }
  }
  const share = (count: number) => count / Math.max(1, cells);
  return { least, over: share(over), tight: share(tight), strained: share(strained), torn: share(torn) };
}

/** A pose of no movement. */
export const restPose = (): Float64Array => new Float64Array(COUNT * CHANNELS);
