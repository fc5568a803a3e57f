import type { Action } from '../types.ts';
import { CHAINS, CHANNELS, type Geometry, HEAD, lengthOf, slotOf, TORSO } from './bones.ts';

/** A neck is long where it is so many sizes of its head. */
const LONG = 1.3;
/** Share of the head's turn that each of the two bones of a long neck takes. */
const SHARE = 0.5;
/** How far the head of a long neck swings by default, in lengths of the neck: food lies on the ground. */
const SWING: Partial<Record<Action, number>> = { eat: 0.4, 'lower-head': 0.3, 'raise-head': 0.3 };
const SWINGS = 0.2;

/** Length of the neck in object units; 0 where it is not long, or no body is seen on which it could swing. */
function longNeck(g: Geometry): number {
  const bones = CHAINS.neck.map(slotOf);
  if (![HEAD, TORSO, ...bones].every((k) => g.visible[k])) return 0;
  const length = bones.reduce((sum, k) => sum + lengthOf(k, g), 0);
  return length > LONG * 2 * Math.max(g.half.x, g.half.y) ? length : 0;
}

/** Mean displacement, in object sizes, at which the head of a long neck is seen to act; 0 for other necks. */
export const swingOf = (action: Action, g: Geometry): number => (SWING[action] ?? SWINGS) * longNeck(g);

/**
 * A small head on a long neck acts with its neck: flamingos nod and look round with both, and the head alone is lost in the
 * picture. Rigs with such necks are not in the data, so the neck is given its share of what the model lets the head do.
 * @param keys poses [29, 4]
 */
export function carried(keys: Float64Array[], g: Geometry): Float64Array[] {
  if (longNeck(g) === 0) return keys;
  // Seen from the side a clockwise turn takes a raised head to the right and a lowered one to the left.
  const [base, head] = [g.start[2 * slotOf(CHAINS.neck[0]) + 1], g.end[2 * HEAD + 1]];
  const sideways = head < base ? 1 : -1;
  return keys.map((pose) => {
    const whole = pose.slice();
    const turn = pose[HEAD * CHANNELS] + sideways * pose[HEAD * CHANNELS + 2];
    for (const name of CHAINS.neck) whole[slotOf(name) * CHANNELS] += SHARE * turn;
    return whole;
  });
}
