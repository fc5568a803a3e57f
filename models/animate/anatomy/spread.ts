import type { Point } from '../../types.ts';
import type { Skeleton } from '../skeleton.ts';
import type { Silhouette } from './silhouette.ts';
import { far } from './tidy.ts';

/** A spread wing reaches at least this many times as far from the middle of the body as the body does. */
const LONG = 3;
/** Two wings point at least this far apart, in radians. */
const APART = 0.9;
/** A wing's tip is farther than this share of the thing's size from every part that was found: else it is a leg, a neck or a tail. */
const UNEXPLAINED = 0.25;
/** Where a wing begins, in radii of the body from its middle. */
const SHOULDER = 0.8;

/**
 * The wings of a bird in flight, by its silhouette: the network has hardly seen any and puts them into the body. They are the two
 * long lobes that no part of the skeleton explains.
 * @returns the skeleton as it came where there are none
 */
export function withSpreadWings(found: Skeleton, shape: Silhouette): Skeleton {
  const { middle, radius } = shape.heart();
  const [first, second] = tips(shape, middle);
  if (!first || !second) return found;
  const known = partsOf(found);
  const isWing = (tip: Point) =>
    far(tip, middle) >= LONG * radius && known.every((part) => far(tip, part) >= UNEXPLAINED * shape.size);
  if (!isWing(first) || !isWing(second)) return found;
  const wing = (tip: Point): [Point, Point] => {
    const share = (SHOULDER * radius) / far(tip, middle);
    return [{ x: middle.x + share * (tip.x - middle.x), y: middle.y + share * (tip.y - middle.y) }, tip];
  };
  return { ...found, wings: [wing(first), wing(second)] };
}

/** The place farthest from the middle, and the farthest that lies another way. */
function tips(shape: Silhouette, middle: Point): [Point?, Point?] {
  const first = shape.farthest(middle, () => true);
  if (!first) return [];
  const angle = angleOf(middle, first);
  const apart = (p: Point) => Math.cos(angleOf(middle, p) - angle) <= Math.cos(APART);
  return [first, shape.farthest(middle, apart)];
}

/** All that was found but wings, with the middle of the torso. */
const partsOf = ({ head, neck, torso, tail, frontLegs, backLegs }: Skeleton): Point[] => [
  ...(head ? [{ x: head.x + head.width / 2, y: head.y + head.height / 2 }] : []),
  ...[neck, torso, tail, ...frontLegs, ...backLegs].flatMap((chain) => chain ?? []),
];

const angleOf = (from: Point, to: Point): number => Math.atan2(to.y - from.y, to.x - from.x);
