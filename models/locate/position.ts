import type { Detection } from '../types.ts';

type Measure = (detection: Detection) => number;

const middle = ({ box }: Detection) => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
const area: Measure = ({ box }) => box.width * box.height;

/** Words that tell one of several equal things, and what is larger for the one that is meant. */
const WORDS: readonly [RegExp, Measure][] = [
  [/\bleft\b|左/i, (one) => -middle(one).x],
  [/\bright\b|右/i, (one) => middle(one).x],
  [/\b(top|upper|highest)\b|上[面边方]|最高/i, (one) => -middle(one).y],
  [/\b(bottom|lower|lowest)\b|下[面边方]|最低/i, (one) => middle(one).y],
  [/\b(big|bigger|biggest|large|larger|largest)\b|大的|最大/i, area],
  [/\b(small|smaller|smallest|tiny|little)\b|小的|最小/i, (one) => -area(one)],
];

/** Whether the words say which one of several is meant. */
export const tellsOne = (words: string): boolean => WORDS.some(([pattern]) => pattern.test(words));

/**
 * Orders things of one label by what the words say of their place or size ("the left dog", 最大的猫); without such words
 * the largest, surest and most central first.
 */
export function byPosition(
  things: Detection[],
  words: string,
  { width, height }: { width: number; height: number },
): Detection[] {
  const measure = WORDS.find(([pattern]) => pattern.test(words))?.[1] ?? prominent;
  return [...things].sort((a, b) => measure(b) - measure(a));

  function prominent(one: Detection): number {
    const { x, y } = middle(one);
    const offset = Math.max(Math.abs(2 * x - width) / width, Math.abs(2 * y - height) / height);
    return Math.sqrt(area(one)) * one.score * (1 - 0.4 * offset);
  }
}
