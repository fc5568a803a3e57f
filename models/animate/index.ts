import type { Command, Hooks, Motion, Note, Picture, Region } from '../types.ts';
import { createAnatomist } from './anatomy/index.ts';
import { kindOf } from './anatomy/kinds.ts';
import { isThing } from './anatomy/things.ts';
import { createDenoiser } from './denoiser.ts';
import { createFlowAnimator } from './flow.ts';

export interface AnimateInput {
  picture: Picture;
  region: Region;
  command: Command;
  /** 1 = as large as this action usually is; already includes nothing of the strength word, which the animator applies. */
  magnitude: number;
  /** Same seed, same motion. 0..2^32-1. */
  seed: number;
  /** Length of the clip. */
  seconds: number;
  /** The clip must end as it began. */
  loop: boolean;
}

/** What the animator did, in the units of the report. */
export interface MotionReport {
  /** Mean displacement of the acting part per key step, in fractions of the object's longest side. */
  magnitude: { asked: number; measured: number; ceiling: number; clamped: boolean };
  /** What kind of thing was animated and the parts that were found ("head", "tail", ...). */
  anatomy: { kind: string; parts: string[]; confidence: number };
  model: string;
  steps: number;
}

/**
 * Region + short motion prompt -> motion. Throws PipelineError `action_not_possible` where the thing cannot do that
 * (the message names what it can do).
 */
export interface Animator {
  animate(input: AnimateInput, hooks: Hooks): Promise<Animated>;
}

export interface Animated {
  motion: Motion;
  report: MotionReport;
  notes: Note[];
}

/** Whether a thing is known to be an animal, a bird or a person. */
export function hasBones({ label }: Region, command?: Command): boolean {
  const kind = kindOf(label, command?.object?.text);
  return kind !== undefined && !isThing(kind);
}

/** Loads the anatomy network and the motion model once; the animator then runs many times, one clip at a time. */
export async function createAnimator(): Promise<Animator> {
  const [anatomist, denoiser] = await Promise.all([createAnatomist(), createDenoiser()]);
  return createFlowAnimator(anatomist, denoiser);
}
