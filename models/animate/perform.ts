import type { Hooks, Note, WarpMotion } from '../types.ts';
import type { Geometry, Slot } from './bones.ts';
import { createDecoder, type Folds, foldsOf } from './field.ts';
import { latticeOf } from './grid.ts';
import type { AnimateInput, MotionReport } from './index.ts';
import { wishOf } from './magnitude.ts';
import { envelope, type Period, scaled, timingOf } from './period.ts';
import { skinOf } from './skin.ts';
import { unfold } from './unfold.ts';

/** A motion of bones, ready to be timed, sized and decoded. */
export interface Score {
  input: AnimateInput;
  geometry: Geometry;
  /** Bones on which the motion is measured, and their part's size in object units. */
  bones: readonly Slot[];
  size: number;
  /** Usual and largest mean displacement in sizes of that part. */
  usual: number;
  headroom: number;
  at: Period;
  /** Of one period at normal speed. */
  seconds: number;
  /** Whether a period ends where it began. */
  returns: boolean;
  /** Limbs act: they may pass in front of one another and of the body, where the picture does fold a little. */
  limbs: boolean;
}

/** Key times at which a period is measured. */
const PROBES = 12;
/** Where the acting part hardly moves of itself, a larger gain would move everything else instead. */
const MOST_GAIN = 2.5;
/** A motion that looks wrong is made smaller by this factor, and again, at most so often. */
const CUT = 0.85;
const MOST_CUTS = 9;

/** Magnitude control, timing and decoding: the last steps are the same for everything that moves by bones. */
export function perform(
  score: Score,
  notes: Note[],
  hooks: Hooks,
): { motion: WarpMotion; magnitude: MotionReport['magnitude'] } {
  const { input, geometry } = score;
  const lattice = latticeOf(input.region);
  const skin = skinOf(geometry, lattice);
  const decoder = createDecoder(geometry, lattice, skin);
  hooks.progress(0.8);
  hooks.abort.throwIfAborted();

  const wish = wishOf(score.usual, score.headroom, input.magnitude, input.command.strength);
  const probes = Array.from({ length: PROBES }, (_, i) => score.at(i / PROBES));
  const measure = (gain: number) => {
    const field = decoder.decode(probes.map((p) => scaled(p, gain)));
    unfold(field, lattice);
    return { amount: decoder.amount(field, score.bones) / geometry.size, folds: foldsOf(field, lattice) };
  };
  const target = wish.target * score.size;
  let gain = 1;
  let now = measure(gain);
  // Turns and lengths are limited and sines bend, so the answer is not quite proportional: a second look corrects it.
  for (let i = 0; i < 2 && now.amount > 1e-5; i++) {
    gain = Math.min(MOST_GAIN, Math.max(0.1, (gain * target) / now.amount));
    now = measure(gain);
  }
  let damped = false;
  const tooMuch = score.limbs ? overlapsTooMuch : looksStrained;
  for (let i = 0; i < MOST_CUTS && tooMuch(now.folds); i++) {
    gain *= CUT;
    now = measure(gain);
    damped = true;
  }
  if (damped) notes.push(DAMPED);
  hooks.progress(0.9);
  hooks.abort.throwIfAborted();

  const timing = timingOf(input.seconds, score.seconds);
  const returns = score.returns || input.loop;
  const poses = Array.from({ length: timing.steps }, (_, k) => {
    const at = k / (returns ? timing.steps : timing.steps - 1);
    const fade = input.loop || !score.returns ? 1 : envelope(at, input.seconds);
    return scaled(score.at(score.returns ? (at * timing.periods) % 1 : at), gain * fade);
  });
  const displacement = decoder.decode(poses);
  displacement.fill(0, 0, lattice.inside.length * 2);
  unfold(displacement, lattice);
  hooks.progress(1);
  return {
    motion: {
      kind: 'warp',
      columns: lattice.columns,
      rows: lattice.rows,
      box: lattice.box,
      seconds: input.seconds,
      periodic: returns,
      steps: timing.steps,
      displacement,
    },
    magnitude: {
      asked: wish.asked * score.size,
      measured: now.amount,
      ceiling: wish.ceiling * score.size,
      clamped: wish.clamped || damped || gain === MOST_GAIN,
    },
  };
}

/** Some cells nearly vanish, or one turns over altogether. */
export function tooTight(folds: Folds): boolean {
  return folds.least <= 0 || folds.tight > 0.002;
}

/** Head and body keep their shape: of the cells that the renderer will measure no more than a few are far out of it. */
function looksStrained(folds: Folds): boolean {
  return tooTight(folds) || folds.strained > 0.01;
}

/** Half a per cent of the cells is a leg's edge behind another leg, or the bend of a joint; more looks torn. */
function overlapsTooMuch(folds: Folds): boolean {
  return folds.over > 0.005 || folds.tight > 0.015 || folds.torn > 0.005;
}

export const DAMPED: Note = {
  code: 'motion_damped',
  detail: {
    en: 'The motion was made smaller, because the picture would have been folded or stretched out of shape.',
    zh: '动作幅度已减小，否则画面会发生折叠或拉伸变形。',
  },
};
