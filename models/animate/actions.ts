import type { Action } from '../types.ts';
import { CHAINS, type Slot } from './bones.ts';
import type { Skeleton } from './skeleton.ts';

export type Kind = Skeleton['kind'];
export type Group = 'body' | 'head' | 'ears' | 'trunk' | 'tail' | 'legs' | 'arms' | 'wings';

/** Bones of each acting part; the same groups as in models/training/motion/bones.py. */
export const GROUPS: Record<Group, readonly Slot[]> = {
  body: ['root', 'torso'],
  head: ['head'],
  ears: ['ear_a', 'ear_b'],
  trunk: CHAINS.trunk,
  tail: CHAINS.tail,
  legs: [...CHAINS.front_a, ...CHAINS.front_b, ...CHAINS.back_a, ...CHAINS.back_b],
  arms: [...CHAINS.arm_a, ...CHAINS.arm_b],
  wings: [...CHAINS.wing_a, ...CHAINS.wing_b],
};

/** What an action of a thing with bones moves and how fast. */
export interface LivingAction {
  /** The part whose motion is the action; magnitudes are measured on it. */
  group: Group;
  kinds: readonly Kind[];
  /** Repetitions within one period of the model, 1..5. */
  cycles: number;
  /** Seconds of one repetition at normal speed. */
  seconds: number;
  /** Largest sensible mean displacement, in sizes of the acting part, over the default one. */
  headroom: number;
  /** Largest default in object sizes: a face that fills the picture shears before it turns further. */
  most?: number;
}

const ALL: readonly Kind[] = ['animal', 'bird', 'person'];
const FOUR: readonly Kind[] = ['animal'];
const BEASTS: readonly Kind[] = ['animal', 'bird'];
const act = (
  group: Group,
  kinds: readonly Kind[],
  cycles: number,
  seconds: number,
  headroom: number,
  most?: number,
): LivingAction => ({ group, kinds, cycles, seconds, headroom, most });

/** Actions that the motion model was trained on. `move` is one of them: look round, wag, breathe. */
export const LIVING: Partial<Record<Action, LivingAction>> = {
  move: act('head', ALL, 1, 2.4, 1.6, 0.048),
  walk: act('legs', ALL, 1, 1.1, 1.6),
  run: act('legs', ALL, 1, 0.65, 1.6),
  jump: act('body', ALL, 1, 1.3, 1.8),
  bounce: act('body', ALL, 2, 0.6, 2),
  dance: act('body', ALL, 1, 1.1, 1.8),
  sway: act('body', ALL, 1, 1.8, 2),
  shake: act('body', ALL, 3, 0.33, 2),
  shiver: act('body', ALL, 4, 0.16, 2),
  breathe: act('body', ALL, 1, 2, 2),
  'sit-down': act('body', ALL, 1, 2.2, 1.6),
  'lie-down': act('body', ALL, 1, 2.4, 1.5),
  stretch: act('body', ALL, 1, 2.2, 1.8),
  float: act('body', ALL, 1, 2.4, 2.5),
  drift: act('body', ALL, 1, 3, 1.6),
  swim: act('body', BEASTS, 1, 1.8, 2),
  fly: act('wings', ['bird'], 2, 0.6, 1.6),
  swing: act('trunk', FOUR, 1, 1.8, 2),
  'turn-head': act('head', ALL, 1, 2.2, 1.4, 0.048),
  nod: act('head', ALL, 2, 0.75, 1.4),
  'shake-head': act('head', ALL, 2, 0.55, 1.4, 0.048),
  'tilt-head': act('head', ALL, 1, 2, 1.7),
  'raise-head': act('head', ALL, 1, 2.2, 1.6),
  'lower-head': act('head', ALL, 1, 2.2, 1.6),
  eat: act('head', BEASTS, 1, 2.4, 1.6),
  laugh: act('head', ['person'], 4, 0.3, 1.6),
  'wag-tail': act('tail', BEASTS, 2, 0.5, 1.6),
  wave: act('arms', ['person'], 3, 0.5, 1.4),
  'flap-wings': act('wings', ['bird'], 2, 0.5, 1.6),
  kick: act('legs', ['person', 'animal'], 1, 1.2, 1.6),
  clap: act('arms', ['person'], 3, 0.4, 1.6),
  'wiggle-ears': act('ears', FOUR, 3, 0.33, 1.8),
};

/**
 * What the model has not learned, because no bone does it, and the action that goes with it: who barks, meows or crows throws up
 * its head.
 * `seconds` of one repetition
 */
export const ALONG: Partial<Record<Action, { with: Action; kinds: readonly Kind[]; seconds: number }>> = {
  talk: { with: 'raise-head', kinds: BEASTS, seconds: 0.8 },
};

/** Kinds of things without bones. */
export type Boneless = 'rigid' | 'chain' | 'fluid' | 'fish' | 'blob';

/** What anything can do that moves as a whole. */
const ANYHOW: readonly Action[] = ['drift', 'float', 'bounce', 'shake', 'sway', 'spin', 'breathe', 'dance', 'jump', 'swing', 'shiver',
  'fly', 'slide', 'rise', 'fall']; // biome-ignore format: a vocabulary, read as a list

/** How a thing without bones can move, the most natural first; see whole.ts, chain.ts, fluid.ts and surface.ts. */
export const LIFELESS: Record<Boneless, readonly Action[]> = {
  rigid: ['move', 'drive', 'launch', 'roll', ...ANYHOW, 'blow', 'walk', 'run'],
  chain: ['move', 'blow', 'bloom', 'wave', 'ripple', 'flap-wings', ...ANYHOW, 'launch', 'roll'],
  fluid: ['move', 'flow', 'ripple', 'storm', 'smoke', 'burn', 'blow', 'drift', 'rise', 'fall', 'spin', 'breathe', 'bounce', 'shake',
    'shiver', 'sway', 'dance', 'swing', 'float', 'jump', 'wave', 'roll'],
  fish: ['move', 'swim', 'wag-tail', ...ANYHOW, 'walk', 'run', 'roll'],
  blob: ['move', ...ANYHOW, 'drive', 'launch', 'roll', 'swim', 'blow', 'bloom', 'flow', 'ripple', 'storm', 'smoke', 'burn'],
}; // biome-ignore format: five vocabularies, read as lists

/** What an action means for things that have no limbs to do it with. */
export const MEANS: Record<Boneless, Partial<Record<Action, Action>>> = {
  rigid: { move: 'drift', blow: 'drift', walk: 'drive', run: 'drive' },
  chain: { move: 'sway', wave: 'blow', ripple: 'blow', 'flap-wings': 'blow' },
  fluid: { move: 'flow', wave: 'ripple', dance: 'sway', swing: 'sway', float: 'breathe', jump: 'bounce', roll: 'flow' },
  fish: { move: 'swim', walk: 'swim', run: 'swim' },
  blob: { move: 'sway' },
}; // biome-ignore format: five dictionaries

/** What a thing of unknown build must be, if it can do that at all. */
export const IMPLIED: Partial<Record<Action, Boneless>> = {
  flow: 'fluid', ripple: 'fluid', storm: 'fluid', smoke: 'fluid', burn: 'fluid', blow: 'chain', bloom: 'chain', swim: 'fish',
}; // biome-ignore format: a dictionary

/** Whole-object actions that any living thing can do too where its bones are not trusted. */
export const WHOLE = new Set<Action>(['move', ...ANYHOW]);
