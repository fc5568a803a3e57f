import type { Box, Point } from '../../types.ts';
import type { Chain3, Skeleton } from '../skeleton.ts';
import { toPicture, type Window } from './crop.ts';
import type { Silhouette } from './silhouette.ts';

/** A point farther outside the silhouette than this share of the object's size is no slip but a wrong guess. */
const REACH = 0.12;
/** How far below the network's point a foot's sole may lie. */
const SOLE = 0.05;

/** Moves every point of a skeleton by `move`. */
export function mapPoints(s: Skeleton, move: (p: Point) => Point): Skeleton {
  const chain = (c: Chain3) => c.map(move) as Chain3;
  const pair = (c: [Point, Point]) => c.map(move) as [Point, Point];
  return {
    ...s,
    ears: s.ears.map(move),
    frontLegs: s.frontLegs.map(chain),
    backLegs: s.backLegs.map(chain),
    arms: s.arms.map(chain),
    wings: s.wings.map(pair),
    head:
      s.head && boxBetween(move(s.head), move({ x: s.head.x + s.head.width, y: s.head.y + s.head.height })),
    neck: s.neck && pair(s.neck),
    trunk: s.trunk && chain(s.trunk),
    tail: s.tail && chain(s.tail),
    torso: s.torso && pair(s.torso),
  };
}

export const toPictureSkeleton = (s: Skeleton, window: Window): Skeleton =>
  mapPoints(s, (p) => toPicture(p, window));

/**
 * Makes a predicted skeleton one that can be moved: points inside the silhouette, chains running outwards, feet on the
 * ground, the head's box no larger than the silhouette. Parts that lie outside the silhouette altogether are dropped.
 */
export function tidy(found: Skeleton, shape: Silhouette): Skeleton {
  const reach = REACH * shape.size;
  const belongs = (points: Point[]) => points.every((p) => shape.nearest(p, reach));
  const kept: Skeleton = {
    ...found,
    ears: found.ears.filter((p) => belongs([p])),
    frontLegs: found.frontLegs.filter(belongs),
    backLegs: found.backLegs.filter(belongs),
    arms: found.arms.filter(belongs),
    wings: found.wings.filter(belongs),
    neck: found.neck && belongs(found.neck) ? found.neck : undefined,
    trunk: found.trunk && belongs(found.trunk) ? found.trunk : undefined,
    tail: found.tail && belongs(found.tail) ? found.tail : undefined,
    torso: found.torso && belongs(found.torso) ? found.torso : undefined,
    head: found.head && clipHead(found.head, shape),
  };
  const { head, ...inside } = mapPoints({ ...kept, head: undefined }, (p) => shape.nearest(p, reach) ?? p);
  return order({
    ...inside,
    head: kept.head,
    frontLegs: inside.frontLegs.map((leg) => ground(leg, shape)),
    backLegs: inside.backLegs.map((leg) => ground(leg, shape)),
  });
}

/** The box cut to the silhouette's; undefined where little of it is left. */
function clipHead(head: Box, shape: Silhouette): Box | undefined {
  const { x0, y0, x1, y1 } = shape.extent;
  const from = { x: Math.max(head.x, x0), y: Math.max(head.y, y0) };
  const to = { x: Math.min(head.x + head.width, x1), y: Math.min(head.y + head.height, y1) };
  const clipped = boxBetween(from, to);
  const smallest = 0.02 * shape.size;
  return clipped.width < smallest || clipped.height < smallest ? undefined : clipped;
}

function ground(leg: Chain3, shape: Silhouette): Chain3 {
  const [root, knee, foot] = leg;
  // Only a foot that is below its knee stands on something.
  return foot.y > knee.y ? [root, knee, shape.lowest(foot, SOLE * shape.size)] : leg;
}

/** Chains run from the body outwards, the torso from shoulder to hip, the neck from head to torso. */
function order(s: Skeleton): Skeleton {
  const head = s.head && { x: s.head.x + s.head.width / 2, y: s.head.y + s.head.height / 2 };
  const torso = s.torso;
  const outwards = (chain: Chain3 | undefined, body: Point | undefined): Chain3 | undefined =>
    chain && body && far(chain[2], body) < far(chain[0], body) ? [chain[2], chain[1], chain[0]] : chain;
  return {
    ...s,
    neck: s.neck && head && far(s.neck[1], head) < far(s.neck[0], head) ? [s.neck[1], s.neck[0]] : s.neck,
    tail: outwards(s.tail, torso?.[1]),
    trunk: outwards(s.trunk, head),
  };
}

export const far = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);

const boxBetween = (a: Point, b: Point): Box => ({
  x: Math.min(a.x, b.x),
  y: Math.min(a.y, b.y),
  width: Math.abs(b.x - a.x),
  height: Math.abs(b.y - a.y),
});

/** Legs of birds hang down; what lies along the body is its tail. */
export const pointsDown = ([hip, , foot]: Chain3): boolean => foot.y - hip.y > 0.5 * Math.abs(foot.x - hip.x);
