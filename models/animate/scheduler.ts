import { seededRandom } from '../random.ts';
import type { Hooks } from '../types.ts';

/**
 * Rectified flow (Liu et al., ICLR 2023): x(0) is noise, x(1) is data, and the network gives dx/dt along the straight
 * line between them. One self-contained sampler: seeded noise and Euler steps with classifier-free guidance.
 */

/**
 * Standard normal numbers: the sum of twelve uniforms less six. Sums of dyadic fractions are exact, so that the noise
 * does not depend on how a machine computes logarithms and cosines.
 */
export function gaussian(count: number, seed: number): Float32Array {
  const random = seededRandom(seed);
  const out = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    let sum = -6;
    for (let j = 0; j < 12; j++) sum += random();
    out[i] = sum;
  }
  return out;
}

/** Velocities at x for the prompt and for no prompt at all, each as long as x. */
export type Velocity = (
  x: Float32Array,
  time: number,
) => Promise<{ said: Float32Array; unsaid: Float32Array }>;

/**
 * Integrates from noise to data.
 * @param noise standard normal; it is taken at `temperature` of its size, which keeps samples to what is likely
 * @param guidance 1 = the prompt's own velocity; above it, further away from the unprompted one (Ho & Salimans, 2021)
 */
export async function sample(
  noise: Float32Array,
  velocity: Velocity,
  options: { steps: number; guidance: number; temperature: number },
  hooks: Hooks,
): Promise<Float32Array> {
  const x = noise.map((v) => v * options.temperature);
  for (let step = 0; step < options.steps; step++) {
    hooks.abort.throwIfAborted();
    const { said, unsaid } = await velocity(x, step / options.steps);
    for (let i = 0; i < x.length; i++) {
      x[i] += (unsaid[i] + options.guidance * (said[i] - unsaid[i])) / options.steps;
    }
    hooks.progress((step + 1) / options.steps);
  }
  return x;
}
