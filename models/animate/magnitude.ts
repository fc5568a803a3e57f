import type { Strength } from '../types.ts';
import type { Group } from './actions.ts';
import { GROUPS } from './actions.ts';
import { type Geometry, lengthOf, slotOf } from './bones.ts';

/** How much larger a strength word makes the motion. */
export const STRENGTH: Record<Strength, number> = { gentle: 0.6, normal: 1, strong: 1.5 };

export interface Wish {
  /** Everything in sizes of the acting part. */
  asked: number;
  target: number;
  ceiling: number;
  clamped: boolean;
}

/** What a request of `magnitude` (1 = usual) asks for, and what it gets. */
export function wishOf(usual: number, headroom: number, magnitude: number, strength: Strength): Wish {
  const asked = usual * magnitude * STRENGTH[strength];
  const ceiling = usual * headroom;
  return { asked, target: Math.min(asked, ceiling), ceiling, clamped: asked > ceiling };
}

/** Size of an acting part in object units: a tail's length, a head's box; same rules as part_size in latent.py. */
export function partSize(group: Group, g: Geometry): number {
  const bones = GROUPS[group].map(slotOf);
  const shown = bones.filter((k) => g.visible[k]);
  const sum = shown.reduce((total, k) => total + lengthOf(k, g), 0);
  switch (group) {
    case 'head':
      return Math.max(0.03, g.half.x + g.half.y);
    case 'ears':
      return Math.max(0.02, sum / Math.max(1, shown.length));
    case 'legs':
    case 'arms':
    case 'wings':
      return Math.max(0.05, (2 * sum) / Math.max(1, shown.length));
    case 'trunk':
    case 'tail':
      return Math.max(0.05, sum);
    case 'body':
      return 1;
  }
}
