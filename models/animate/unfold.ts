import { areaOf } from '../jacobian.ts';
import type { Lattice } from './grid.ts';

/** Cells that keep less than this share of their area are eased. */
const LEAST = 0.3;
/** Rounds of marking and easing, and sweeps per round. */
const ROUNDS = 6;
const SWEEPS = 12;

/**
 * Eases a displacement field where it would fold: nodes round cells that nearly vanish take the mean of their neighbours,
 * in a patch that grows while it has to. Only those patches change, so the motion keeps its size elsewhere.
 * @param displacement [steps, nodes, 2] pixels, changed in place
 */
export function unfold(displacement: Float32Array, lattice: Lattice): void {
  const nodes = lattice.inside.length;
  const steps = displacement.length / (nodes * 2);
  const marked = new Uint8Array(nodes);
  for (let s = 1; s < steps; s++) {
    const field = displacement.subarray(s * nodes * 2, (s + 1) * nodes * 2);
    marked.fill(0);
    for (let round = 0; round < ROUNDS; round++) {
      if (!markTight(field, lattice, marked, 1 + round)) break;
      ease(field, lattice, marked);
    }
  }
}

/** Marks all nodes within `radius` of a tight cell that touches the silhouette. Returns whether there was any. */
function markTight(field: Float32Array, lattice: Lattice, marked: Uint8Array, radius: number): boolean {
  const { columns, rows, inside, step } = lattice;
  let found = false;
  for (let r = 0; r + 1 < rows; r++) {
    for (let c = 0; c + 1 < columns; c++) {
      const i = r * columns + c;
      if (inside[i] + inside[i + 1] + inside[i + columns] + inside[i + columns + 1] === 0) continue;
      if (areaOf(field, i, columns, step) >= LEAST) continue;
      found = true;
      for (let y = Math.max(0, r - radius); y <= Math.min(rows - 1, r + 1 + radius); y++) {
        marked.fill(
          1,
          y * columns + Math.max(0, c - radius),
          y * columns + Math.min(columns - 1, c + 1 + radius) + 1,
        );
      }
    }
  }
  return found;
}

/** Gauss-Seidel sweeps of the membrane equation over the marked nodes. */
function ease(field: Float32Array, lattice: Lattice, marked: Uint8Array): void {
  const { columns, rows } = lattice;
  const list: number[] = [];
  for (let i = 0; i < marked.length; i++) if (marked[i] === 1) list.push(i);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const i of list) {
      const r = Math.floor(i / columns);
      const c = i - r * columns;
      const up = r > 0 ? i - columns : i;
      const down = r + 1 < rows ? i + columns : i;
      const left = c > 0 ? i - 1 : i;
      const right = c + 1 < columns ? i + 1 : i;
      for (const k of [0, 1]) {
        field[i * 2 + k] =
          (field[up * 2 + k] + field[down * 2 + k] + field[left * 2 + k] + field[right * 2 + k]) / 4;
      }
    }
  }
}
