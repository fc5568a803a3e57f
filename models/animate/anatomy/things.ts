import type { Point } from '../../types.ts';
import type { Skeleton } from '../skeleton.ts';
import type { FixedEnd } from './kinds.ts';
import type { Silhouette } from './silhouette.ts';

const KINDS = ['rigid', 'chain', 'fluid', 'fish', 'blob'] as const;
type Thing = (typeof KINDS)[number];

export const isThing = (kind: Skeleton['kind']): kind is Thing => (KINDS as readonly string[]).includes(kind);

/**
 * What has no limbs is described by its axis alone, and that the mask shows: [held end, free end], of a fish [head, tail].
 * @param stiff share of the axis at the held end that does not bend
 */
export function thing(kind: Thing, shape: Silhouette, fixed: FixedEnd, stiff = 0): Skeleton {
  const [from, to] = kind === 'fish' ? swimmer(shape) : kind === 'chain' ? hung(shape, fixed) : across(shape);
  const held = { x: from.x + stiff * (to.x - from.x), y: from.y + stiff * (to.y - from.y) };
  const torso: [Point, Point] = [held, to];
  return { kind, ears: [], frontLegs: [], backLegs: [], arms: [], wings: [], torso, confidence: 0.9 };
}

/** Length over mean breadth from which on a thing follows its own axis and not the vertical. */
const SLENDER = 4;

function across(shape: Silhouette): [Point, Point] {
  const { from, to } = shape.axis();
  return from.x <= to.x ? [from, to] : [to, from];
}

/** Plants and cloth: along their own axis where they are slender or upright, else straight from the held edge. */
function hung(shape: Silhouette, fixed: FixedEnd): [Point, Point] {
  const { x0, y0, x1, y1 } = shape.extent;
  if (fixed === 'side') {
    const y = (y0 + y1) / 2;
    const ends: [Point, Point] = [{ x: x0, y }, { x: x1, y }]; // biome-ignore format: left, right
    // The edge at the pole is straight, so the mask is fullest there; the free one is ragged or foreshortened.
    const edge = 0.12 * (x1 - x0);
    const [left, right] = [areaWithin(shape, x0, x0 + edge), areaWithin(shape, x1 - edge, x1)];
    return left >= 0.9 * right ? ends : [ends[1], ends[0]];
  }
  const [a, b] = across(shape);
  const length = Math.hypot(b.x - a.x, b.y - a.y);
  const slender = (length * length) / Math.max(1, areaWithin(shape, x0, x1)) > SLENDER;
  if (!slender && Math.abs(a.y - b.y) < Math.abs(a.x - b.x)) {
    const x = (x0 + x1) / 2;
    return fixed === 'bottom' ? [{ x, y: y1 }, { x, y: y0 }] : [{ x, y: y0 }, { x, y: y1 }]; // biome-ignore format: held, free
  }
  // A branch that lies level has no upper end: its left one is held.
  if (Math.abs(a.y - b.y) < 0.2 * Math.abs(a.x - b.x)) return [a, b];
  return (fixed === 'bottom') === a.y > b.y ? [a, b] : [b, a];
}

/** Slices across a fish. */
const SLICES = 24;

/** A fish is thinnest before its tail fin; one without a waist is thinner towards its tail. */
function swimmer(shape: Silhouette): [Point, Point] {
  const [a, b] = across(shape);
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const square = Math.max(1, dx * dx + dy * dy);
  const breadth = new Float64Array(SLICES);
  each(shape, (x, y) => {
    const s = ((x - a.x) * dx + (y - a.y) * dy) / square;
    breadth[Math.min(SLICES - 1, Math.max(0, Math.floor(s * SLICES)))]++;
  });
  const smooth = breadth.map(
    (v, i) => (breadth[Math.max(0, i - 1)] + 2 * v + breadth[Math.min(SLICES - 1, i + 1)]) / 4,
  );
  // The waist: both sides of it widen again. The larger side is the body, whose end is the head.
  let waist = { depth: 0, at: 0 };
  for (let i = 2; i < SLICES - 2; i++) {
    const depth = Math.min(Math.max(...smooth.slice(0, i)), Math.max(...smooth.slice(i + 1))) - smooth[i];
    if (depth > waist.depth) waist = { depth, at: i };
  }
  const sum = (slices: Float64Array) => slices.reduce((total, v) => total + v, 0);
  const split = waist.depth > 0.1 * Math.max(...smooth) ? waist.at : SLICES / 2;
  return sum(breadth.slice(0, split)) > sum(breadth.slice(split)) ? [a, b] : [b, a];
}

function areaWithin(shape: Silhouette, x0: number, x1: number): number {
  let area = 0;
  each(shape, (x) => {
    if (x >= x0 && x < x1) area++;
  });
  return area;
}

function each(shape: Silhouette, visit: (x: number, y: number) => void): void {
  const { extent, mask } = shape;
  for (let y = extent.y0; y < extent.y1; y++) {
    for (let x = extent.x0; x < extent.x1; x++) {
      if (mask.data[y * mask.width + x] >= 128) visit(x + 0.5, y + 0.5);
    }
  }
}
