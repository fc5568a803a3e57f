import type { Point } from '../types.ts';
import type { Skeleton } from './skeleton.ts';

/**
 * An animal sits where its hips lie lower than its shoulders by this share of its longer side: so do three of four of the 78
 * annotated ones that sit, and 1 % of the 183 that stand or walk.
 */
const SITTING = 0.2;
/** Wings are folded while they lie along the back: their directions differ by less than this, in radians. */
const ALONG = Math.PI / 6;

/** How the body is held, which decides what it can do from here. */
export interface Posture {
  /** Its feet do not carry it: it would have to get up before it walks, which no warp of a picture shows. */
  sits: boolean;
  /** Every wing that shows lies along the back. */
  folded: boolean;
}

/** @param size longest side of the body, in pixels */
export function postureOf({ kind, torso, wings }: Skeleton, size: number): Posture {
  if (!torso) return { sits: false, folded: false };
  const [shoulder, hip] = torso;
  const along = (wing: [Point, Point]) => Math.cos(angle(...wing) - angle(shoulder, hip)) > Math.cos(ALONG);
  return {
    sits: kind === 'animal' && hip.y - shoulder.y > SITTING * size,
    folded: wings.length > 0 && wings.every(along),
  };
}

const angle = (from: Point, to: Point): number => Math.atan2(to.y - from.y, to.x - from.x);
