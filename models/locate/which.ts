import type { Detection, Which } from '../types.ts';

interface Size {
  width: number;
  height: number;
}
/** 0..1: how well a thing answers to a word of place or size. */
export type Measure = (detection: Detection) => number;

const middle = ({ box }: Detection) => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });

/** Things that have less of the colour that was said than this share of what has most are of another; less than MOST, where nothing else tells one. */
const AS_MUCH = 0.5;
const MOST = 0.95;
/** Of several those that are on a side are in this half of the picture, and the large ones not much smaller than the largest. */
const OWN_HALF = 0.5;
const AS_LARGE = 0.7;

/** "left dog", "second dog" -> "dog"; a colour is part of the name. */
export const withoutPlace = (words: string): string => words.replace(PLACES, '').replace(/\s+/g, ' ').trim();
const PLACES =
  /\b(?:left|right|top|bottom|upper|lower|middle|highest|lowest|big|bigger|biggest|large|larger|largest|small|smaller|smallest|tiny|little|first|second|third|fourth|fifth|last|nearest|closest)(?:most)?\b/gi;

/**
 * How well things answer to what was said of their place or size; how much they stand out (large, central and sure) where
 * nothing of it was. @param peers all of which one is told; @param landmarks what it is near
 */
export function measureOf(
  which: Which | undefined,
  peers: Detection[],
  landmarks: Detection[],
  picture: Size,
): Measure {
  const { width, height } = picture;
  const large: Measure = ({ box }) => Math.sqrt((box.width * box.height) / (width * height));
  if (which?.size) return which.size === 'large' ? large : (one) => 1 - large(one);
  switch (which?.side) {
    case 'left':
      return (one) => 1 - middle(one).x / width;
    case 'right':
      return (one) => middle(one).x / width;
    case 'top':
      return (one) => 1 - middle(one).y / height;
    case 'bottom':
      return (one) => middle(one).y / height;
    case 'middle': {
      // As many are to its left as to its right; of two the one nearer to the middle of the picture.
      const all = peers.map((one) => middle(one).x).sort((a, b) => a - b);
      const half = (all.length - 1) / 2;
      const centre = all.length > 0 ? (all[Math.floor(half)] + all[Math.ceil(half)]) / 2 : width / 2;
      const aim = all.length % 2 ? centre : centre + 1e-3 * (width / 2 - centre);
      return (one) => 1 - Math.abs(middle(one).x - aim) / width;
    }
    default:
      if (landmarks.length > 0)
        return (one) => Math.max(...landmarks.map((other) => nearness(one, other, picture)));
      return (one) => large(one) * one.score * (1 - 0.4 * offCentre(one, picture));
  }
}

/** 1 for boxes with the same middle; the gap between two counts more than their middles. */
function nearness(one: Detection, other: Detection, { width, height }: Size): number {
  const [a, b] = [one.box, other.box];
  const gap = Math.hypot(
    Math.max(0, a.x - b.x - b.width, b.x - a.x - a.width),
    Math.max(0, a.y - b.y - b.height, b.y - a.y - a.height),
  );
  const apart = Math.hypot(middle(one).x - middle(other).x, middle(one).y - middle(other).y);
  return Math.max(0, 1 - (0.7 * gap + 0.3 * apart) / Math.hypot(width, height));
}

function offCentre(one: Detection, { width, height }: Size): number {
  const { x, y } = middle(one);
  return Math.max(Math.abs(2 * x - width) / width, Math.abs(2 * y - height) / height);
}

/** How a thing answers: by its measure, and how much of it has the colour that was said. */
interface Answer {
  fit: number;
  coloured?: number;
}

/** Those of the colour that was said, by `fit`; all, where none was said. */
function ofColour<T extends Answer>(things: T[], share: number): T[] {
  const most = Math.max(...things.map(({ coloured = 0 }) => coloured));
  return things.filter(({ coloured = 0 }) => coloured >= share * most).sort((a, b) => b.fit - a.fit);
}

/** The one that was told of, then the others: "the third" of two is the last. */
export function counted<T extends Answer>(things: T[], which: Which): T[] {
  const all = ofColour(things, which.side || which.size ? AS_MUCH : MOST);
  const one = all[Math.min(all.length, which.nth ?? 1) - 1];
  return one ? [one, ...all.filter((other) => other !== one)] : [];
}

/** Of several that were told of, best first: "the birds on the left", "the big dogs", "the red cars". */
export function allOf<T extends Answer>(things: T[], { side, size, nth }: Which): T[] {
  const all = ofColour(things, AS_MUCH);
  if (all.length === 0) return all;
  const least = nth || side === 'middle' ? all[0].fit : side ? OWN_HALF : size ? AS_LARGE * all[0].fit : 0;
  return all.filter(({ fit }, i) => i === 0 || fit >= least);
}
