import type { Box, Point } from '../types.ts';

/** [near end, middle, far end], in pixels: shoulder-knee-foot, hip-knee-foot, shoulder-elbow-hand, tail root-mid-tip. */
export type Chain3 = [Point, Point, Point];

/**
 * How a thing is built, as found in the picture. Same parts as the annotations that the anatomy network learns from:
 * an empty list or undefined means not visible.
 */
export interface Skeleton {
  kind: 'animal' | 'bird' | 'person' | 'fish' | 'rigid' | 'chain' | 'fluid' | 'blob';
  head?: Box;
  /** [head end, torso end]. */
  neck?: [Point, Point];
  /** Ear tips. */
  ears: Point[];
  /** Elephant's trunk, root to tip; or a long neck, head end to torso end. */
  trunk?: Chain3;
  tail?: Chain3;
  frontLegs: Chain3[];
  backLegs: Chain3[];
  /** People only. */
  arms: Chain3[];
  /** [shoulder, tip] each. */
  wings: [Point, Point][];
  /** [shoulder end, hip end]. */
  torso?: [Point, Point];
  /** Which way the head looks, from the viewer; undefined where unsure. */
  facing?: 'left' | 'right' | 'front' | 'back' | 'front-left' | 'front-right' | 'back-left' | 'back-right';
  /** 0..1, the network's own confidence in the whole; below 0.35 only whole-object motion is used. */
  confidence: number;
}
