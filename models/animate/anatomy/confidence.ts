import type { Reading } from './decode.ts';

/** Fitted by models/training/anatomy/calibrate.py on photos that were held out of training. */
const SLOPE = 6.36;
const OFFSET = -0.89;

/**
 * Chance 0..1 that a skeleton is good: head within 0.15 of the object's size of the true one, and at least 60 % of its
 * points, too. Sharp heat maps are right more often than wide or split ones; this says how much more often.
 */
export const confidenceOf = ({ sharpness }: Reading): number =>
  1 / (1 + Math.exp(-(SLOPE * sharpness + OFFSET)));
