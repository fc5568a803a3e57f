import { CHAINS, CHANNELS, type Geometry, lengthOf, slotOf } from './bones.ts';

/** Legs of a pair stand together where their feet are nearer to each other than this, in lengths of a leg. */
const TOGETHER = 0.25;
const PAIRS = [
  ['front_a', 'front_b'],
  ['back_a', 'back_b'],
] as const;

/**
 * Legs that stand together share their pixels: moved against each other they would tear them, so the second goes with the first.
 * @param keys poses [29, 4]
 */
export function abreast(keys: Float64Array[], g: Geometry): Float64Array[] {
  const pairs = PAIRS.filter(([a, b]) => together(CHAINS[a].map(slotOf), CHAINS[b].map(slotOf), g));
  if (pairs.length === 0) return keys;
  return keys.map((pose) => {
    const joined = pose.slice();
    for (const [a, b] of pairs) {
      CHAINS[b].forEach((name, i) => {
        const from = slotOf(CHAINS[a][i]) * CHANNELS;
        joined.set(pose.subarray(from, from + CHANNELS), slotOf(name) * CHANNELS);
      });
    }
    return joined;
  });
}

function together(a: number[], b: number[], g: Geometry): boolean {
  if (![...a, ...b].every((k) => g.visible[k])) return false;
  const length = [...a, ...b].reduce((sum, k) => sum + lengthOf(k, g), 0) / 2;
  const [p, q] = [2 * a[1], 2 * b[1]];
  return Math.hypot(g.end[p] - g.end[q], g.end[p + 1] - g.end[q + 1]) < TOGETHER * length;
}
