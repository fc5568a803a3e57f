import type { Action, Direction } from '../types.ts';
import { CHANNELS, COUNT } from './bones.ts';
import type { Period } from './period.ts';
import { randomOf } from './scheduler.ts';

/** How a whole thing moves: a small parametric prior with seeded phase, amplitude and asymmetry. */
export interface WholeMotion {
  /** Mean displacement in object sizes at magnitude 1, and how much more is sensible. */
  usual: number;
  headroom: number;
  /** Seconds of one period. */
  seconds: number;
  cycles: number;
  /** Whether a period ends where it began. */
  returns: boolean;
  /** The path is a whole turn and must not be resized. */
  exact?: boolean;
  at: Period;
}

const TAU = 2 * Math.PI;
const WAYS: Record<Direction, [number, number]> = {
  left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1], forward: [0, 0.6], back: [0, -0.6],
}; // biome-ignore format: a compass

/** [dx, dy, turn, log scale] of the whole thing at a time 0..1; zero at time 0. */
type Path = (t: number) => [number, number, number, number];

interface Draw {
  way: [number, number];
  /** Seeded: side +-1, phase 0..1. */
  side: number;
  phase: number;
  loop: boolean;
}

const ease = (t: number): number => t * t * (3 - 2 * t);
const wave = (t: number, phase = 0): number => Math.sin(TAU * (t + phase)) - Math.sin(TAU * phase);
const dip = (t: number): number => (1 - Math.cos(TAU * t)) / 2;
/** Out and back where the clip must loop; otherwise out, to stay. */
const travel = (t: number, loop: boolean): number => (loop ? dip(t) : ease(t));

/** Each action: usual size, headroom, seconds, whether it always returns, and its path. */
const MOTIONS: Partial<Record<Action, [number, number, number, boolean, (d: Draw) => Path]>> = {
  drift: [0.09, 1.8, 4, false, (d) => (t) => {
    const x = travel(t, d.loop);
    return [d.way[0] * x, d.way[1] * x + 0.04 * wave(2 * t, d.phase), 0.05 * d.side * wave(t), 0];
  }],
  drive: [0.1, 1.8, 3, false, (d) => (t) => {
    const x = travel(t, d.loop);
    return [d.way[0] * x, d.way[1] * x + 0.012 * wave(5 * t, d.phase), 0.012 * wave(4 * t), d.way[1] * 0.15 * x];
  }],
  slide: [0.09, 1.8, 3, false, (d) => (t) => [d.way[0] * travel(t, d.loop), d.way[1] * travel(t, d.loop), 0, 0]],
  launch: [0.11, 1.8, 3, false, (d) => (t) => {
    const x = d.loop ? dip(t) : t * t * (1.6 - 0.6 * t);
    const rattle = d.loop ? dip(t) : Math.min(1, 6 * t) * (1 - 0.5 * t);
    return [0.012 * rattle * Math.sin(TAU * 9 * t), -x, 0.01 * rattle * Math.sin(TAU * 7 * t), 0];
  }],
  rise: [0.09, 1.8, 4, false, (d) => (t) => [0.05 * wave(t, d.phase), -travel(t, d.loop), 0.03 * d.side * wave(t), 0]],
  fall: [0.09, 1.8, 2, false, (d) => (t) => [0, d.loop ? dip(t) : t * t, 0.12 * d.side * travel(t, d.loop), 0]],
  fly: [0.07, 2, 3, true, (d) => (t) => [d.way[0] * 0.7 * dip(t) + 0.2 * wave(t, d.phase), -dip(t), 0.12 * d.side * wave(t), 0.08 * dip(t)]],
  float: [0.03, 3, 3, true, (d) => (t) => [0.3 * wave(t, d.phase), -dip(t), 0.12 * d.side * wave(t, 0.2), 0]],
  roll: [0.1, 2, 3, true, (d) => (t) => [d.way[0] * dip(t), 0, 0.9 * d.way[0] * dip(t), 0]],
  jump: [0.05, 2.2, 1.2, true, (d) => (t) => {
    const x = Math.min(1, Math.max(0, (t - 0.2) / 0.6));
    return [0, -4 * x * (1 - x) + 0.1 * Math.exp(-(((t - 0.12) / 0.06) ** 2)), 0.1 * d.side * x * (1 - x), 0];
  }],
  bounce: [0.03, 2.5, 0.7, true, () => (t) => [0, -Math.sin(Math.PI * t), 0, 0.12 * Math.sin(TAU * t)]],
  shake: [0.012, 2.5, 0.3, true, (d) => (t) => [wave(t), 0.3 * wave(2 * t, d.phase), 0.6 * wave(t, d.phase), 0]],
  shiver: [0.005, 2.5, 0.14, true, (d) => (t) => [wave(t), 0.5 * wave(t, d.phase), 0.3 * wave(t, d.phase), 0]],
  sway: [0.018, 2.5, 2, true, (d) => (t) => [0.5 * wave(t), 0, d.side * wave(t, 0.05 * d.phase), 0]],
  swing: [0.022, 2.5, 1.6, true, (d) => (t) => [0.3 * wave(t), 0, d.side * wave(t), 0]],
  dance: [0.025, 2.2, 1, true, (d) => (t) => [0.6 * wave(t), -0.6 * dip(2 * t), 0.8 * d.side * wave(t, 0.1), 0.1 * wave(2 * t)]],
  breathe: [0.007, 2.5, 2.2, true, () => (t) => [0, -0.45 * dip(t), 0, dip(t)]],
}; // biome-ignore format: a table of motions

/** `move` for a solid thing is to drift; for a thing of unknown build, to sway where it stands (see chain.ts). */
const MOVE: Action = 'drift';
/** Paths are written in tenths of the object's size, so that their numbers stay readable. */
const UNIT = 0.1;

/** The prior for an action, or undefined where solid things have none. */
export function wholeMotion(
  wanted: Action,
  options: { seed: number; direction?: Direction; loop: boolean; round: boolean },
): WholeMotion | undefined {
  const action = wanted === 'move' ? MOVE : wanted;
  const random = randomOf(options.seed);
  const side =
    options.direction === 'left' ? -1 : options.direction === 'right' ? 1 : random() < 0.5 ? -1 : 1;
  if (action === 'spin') return spin(side, options.round);
  const row = MOTIONS[action];
  if (!row) return undefined;
  const way: [number, number] = options.direction ? WAYS[options.direction] : [side, 0];
  const [usual, headroom, seconds, always, make] = row;
  const path = make({ way, side, phase: random(), loop: options.loop });
  return {
    usual: usual * (0.85 + 0.3 * random()),
    headroom,
    seconds,
    cycles: 1,
    returns: always || options.loop,
    at: (t) => poseOf(path(t).map((v) => v * UNIT)),
  };
}

/** Round things turn all the way; others rock out and back, since a whole turn would leave the region's reach. */
function spin(side: number, round: boolean): WholeMotion {
  const at: Period = (t) => poseOf([0, 0, side * (round ? TAU * t : 0.7 * dip(t)), 0]);
  return {
    usual: round ? 0.32 : 0.09,
    headroom: round ? 1 : 1.6,
    seconds: 3,
    cycles: 2,
    returns: true,
    exact: round,
    at,
  };
}

function poseOf(root: number[]): Float64Array {
  const pose = new Float64Array(COUNT * CHANNELS);
  pose.set(root);
  return pose;
}
