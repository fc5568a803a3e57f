import { seededRandom } from '../../random.ts';

/** Numbers of [0, 1) and random members of lists, the same for the same seed. */
export function createRandom(seed: number) {
  const random = seededRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)];
  return { random, pick };
}

export type Random = ReturnType<typeof createRandom>;
