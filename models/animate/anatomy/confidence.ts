import type { Reading } from './decode.ts';

/**
 * Chance that a skeleton is good enough to move limbs with.
 */
export function confidenceOf(reading: Reading): number {
  return Math.min(1, Math.max(0, reading.sharpness * 1.6 - 0.1));
}
