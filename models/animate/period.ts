import { CHANNELS, COUNT, ROOT } from './bones.ts';

/** Time within a period (0..1) -> pose, at rest at time 0. */
export type Period = (phase: number) => Float64Array;

/** Temporal components kept per channel: a constant and five harmonics, as in training. */
const HARMONICS = 5;
/** Largest turn of a bone and largest log length: what still looks like the same animal (4-motion.md, point 5). */
const TURN = 1.5;
const LENGTH: [number, number] = [-0.29, 0.22];

/** Continuous, periodic motion from evenly spaced key poses: a short Fourier series per channel, zero at time 0. */
export function periodOf(keys: Float64Array[]): Period {
  const n = keys.length;
  const size = COUNT * CHANNELS;
  const cos = Array.from({ length: HARMONICS }, () => new Float64Array(size));
  const sin = Array.from({ length: HARMONICS }, () => new Float64Array(size));
  keys.forEach((pose, t) => {
    for (let h = 0; h < HARMONICS; h++) {
      const angle = (2 * Math.PI * (h + 1) * t) / n;
      for (let i = 0; i < size; i++) {
        cos[h][i] += (2 / n) * pose[i] * Math.cos(angle);
        sin[h][i] += (2 / n) * pose[i] * Math.sin(angle);
      }
    }
  });
  return (phase) => {
    const pose = new Float64Array(size);
    for (let h = 0; h < HARMONICS; h++) {
      const angle = 2 * Math.PI * (h + 1) * phase;
      const [c, s] = [Math.cos(angle) - 1, Math.sin(angle)];
      for (let i = 0; i < size; i++) pose[i] += cos[h][i] * c + sin[h][i] * s;
    }
    return pose;
  };
}

/** The same motion `gain` times as large, within what a body can do. */
export function scaled(pose: Float64Array, gain: number): Float64Array {
  const out = new Float64Array(pose.length);
  for (let i = 0; i < pose.length; i++) {
    const value = pose[i] * gain;
    const root = i < CHANNELS * (ROOT + 1);
    if (root) out[i] = value;
    else if (i % CHANNELS === 1) out[i] = Math.min(LENGTH[1], Math.max(LENGTH[0], value));
    else out[i] = Math.min(TURN, Math.max(-TURN, value));
  }
  return out;
}

/** How one period fills the clip. */
export interface Timing {
  /** Whole periods in the clip. */
  periods: number;
  /** Key steps of the clip: enough for the spline between them to hold the fastest harmonic. */
  steps: number;
}

/** Key steps of a period or of a second, whichever gives more. */
const STEPS = 24;
const MOST_STEPS = 192;

/**
 * Fits whole periods into the clip, so that it ends where it began.
 * @param period seconds of one period at normal speed
 */
export function timingOf(seconds: number, period: number): Timing {
  const periods = Math.max(1, Math.round(seconds / period));
  return { periods, steps: Math.min(MOST_STEPS, Math.round(STEPS * Math.max(seconds, periods))) };
}

/** Ease in and out over a clip that is not a loop: starts and ends without a jerk. `at` 0..1 of the clip. */
export function envelope(at: number, seconds: number): number {
  const edge = Math.min(0.25, 0.3 / seconds);
  const t = Math.min(1, Math.min(at, 1 - at) / edge);
  return t * t * (3 - 2 * t);
}
