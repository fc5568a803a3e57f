import type { Point } from '../../types.ts';
import type { Skeleton } from '../skeleton.ts';
import type { FixedEnd } from './kinds.ts';
import type { Silhouette } from './silhouette.ts';

/** What has no limbs is described by its axis alone, and that the mask shows. */
export function thing(
  kind: 'rigid' | 'chain' | 'fluid' | 'blob',
  shape: Silhouette,
  fixed: FixedEnd,
): Skeleton {
  const { from, to } = shape.axis();
  const torso: [Point, Point] = startsAt(from, to, kind === 'chain' ? fixed : 'side')
    ? [from, to]
    : [to, from];
  return { kind, ears: [], frontLegs: [], backLegs: [], arms: [], wings: [], torso, confidence: 0.9 };
}

/** Whether `a` is the end that is held. */
function startsAt(a: Point, b: Point, fixed: FixedEnd): boolean {
  if (fixed === 'side') return a.x <= b.x;
  // A chain that lies level has no upper end: its left one is taken.
  if (Math.abs(a.y - b.y) < 0.2 * Math.abs(a.x - b.x)) return a.x <= b.x;
  return fixed === 'bottom' ? a.y > b.y : a.y < b.y;
}
