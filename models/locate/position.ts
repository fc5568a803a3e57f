import type { Detection } from '../types.ts';

interface Size {
  width: number;
  height: number;
}
/** 0..1: how well one thing answers to a word of place or size. */
type Measure = (detection: Detection, picture: Size) => number;

const middle = ({ box }: Detection) => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
const right: Measure = (one, { width }) => middle(one).x / width;
const low: Measure = (one, { height }) => middle(one).y / height;
const large: Measure = ({ box }, { width, height }) => Math.sqrt((box.width * box.height) / (width * height));
const not =
  (measure: Measure): Measure =>
  (one, picture) =>
    1 - measure(one, picture);

/** Words that tell one of several equal things. */
const WORDS: readonly [RegExp, Measure][] = [
  [/\bleft\b|左/gi, not(right)],
  [/\bright\b|右/gi, right],
  [/\b(top|upper|highest)\b|上[面边方]|最高/gi, not(low)],
  [/\b(bottom|lower|lowest)\b|下[面边方]|最低/gi, low],
  [/\b(big|bigger|biggest|large|larger|largest)\b|大的|最大/gi, large],
  [/\b(small|smaller|smallest|tiny|little)\b|小的|最小/gi, not(large)],
];

const measureOf = (words: string) => WORDS.find(([pattern]) => words.search(pattern) >= 0)?.[1];

/** Whether the words say which one of several is meant. */
export const tellsOne = (words: string): boolean => measureOf(words) !== undefined;

/** "left dog" -> "dog" */
export const withoutPlace = (words: string): string =>
  WORDS.reduce((rest, [pattern]) => rest.replace(pattern, ''), words)
    .replace(/\s+/g, ' ')
    .trim();

/**
 * How well a thing answers to what the words say of its place or size ("the left dog", 最大的猫), 0..1; without such words
 * how much it stands out: large, central and sure.
 */
export const placeOf = (one: Detection, words: string, picture: Size): number =>
  (measureOf(words) ?? prominence)(one, picture);

function prominence(one: Detection, picture: Size): number {
  const { x, y } = middle(one);
  const offset = Math.max(
    Math.abs(2 * x - picture.width) / picture.width,
    Math.abs(2 * y - picture.height) / picture.height,
  );
  return large(one, picture) * one.score * (1 - 0.4 * offset);
}
