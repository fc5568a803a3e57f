import type { Mesh, MotionField } from './field.ts';
import { splineThrough } from './spline.ts';

/** Key steps of one period; the paths between them are smooth. */
const KEYS = 24;
/** Integration steps between two keys. */
const SUBSTEPS = 2;

/**
 * Follows every mesh node through a stationary velocity field for one period: Euler's view, second-order Runge-Kutta
 * steps (Holynski et al., Animating Pictures with Eulerian Motion Fields, CVPR 2021).
 * @param velocity [rows, columns, 2] pixels per second
 * @param sign 1 = where the node goes, -1 = where what is at the node comes from
 * @returns displacement over time, 0..seconds
 */
export function advect(mesh: Mesh, velocity: Float32Array, seconds: number, sign: 1 | -1): MotionField {
  const { columns, rows } = mesh;
  const interval = seconds / KEYS;
  const dt = (sign * interval) / SUBSTEPS;
  const keys = [new Float32Array(velocity.length)];
  const at = new Float64Array(2);
  for (let k = 0; k < KEYS; k++) {
    const next = keys[k].slice();
    for (let j = 0, i = 0; j < rows; j++) {
      for (let c = 0; c < columns; c++, i += 2) {
        const x = c * mesh.step;
        const y = j * mesh.step;
        for (let s = 0; s < SUBSTEPS; s++) {
          lookUp(mesh, velocity, x + next[i], y + next[i + 1], at);
          lookUp(mesh, velocity, x + next[i] + (dt / 2) * at[0], y + next[i + 1] + (dt / 2) * at[1], at);
          next[i] += dt * at[0];
          next[i + 1] += dt * at[1];
        }
      }
    }
    keys.push(next);
  }
  const spline = splineThrough(keys, false);
  return { mesh, keys, interval, at: (time, out) => spline(time / interval, out) };
}

/** Bilinear; beyond the mesh the nearest node's velocity goes on. */
function lookUp(mesh: Mesh, velocity: Float32Array, x: number, y: number, out: Float64Array): void {
  const u = Math.min(mesh.columns - 1.001, Math.max(0, x / mesh.step));
  const v = Math.min(mesh.rows - 1.001, Math.max(0, y / mesh.step));
  const i = Math.floor(u);
  const j = Math.floor(v);
  const f = u - i;
  const g = v - j;
  const a = 2 * (j * mesh.columns + i);
  const b = a + 2 * mesh.columns;
  for (let c = 0; c < 2; c++) {
    const top = velocity[a + c] * (1 - f) + velocity[a + 2 + c] * f;
    const bottom = velocity[b + c] * (1 - f) + velocity[b + 2 + c] * f;
    out[c] = top * (1 - g) + bottom * g;
  }
}
