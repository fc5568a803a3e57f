import { CHAINS, CHANNELS, type ChainName, type Geometry, lengthOf, slotOf } from './bones.ts';

/** Legs of a pair stand together where their feet are nearer to each other than this, in lengths of a leg. */
const TOGETHER = 0.25;
/** Cosine of the angle between two wings from which on each is on its own side of the body. */
const ASIDE = 0.5;
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
  return pairs.reduce((all, [a, b]) => all.map((pose) => following(pose, a, b, 1)), keys);
}

/**
 * Both wings go up and down together; spread to both sides of the body they turn against each other.
 * @param keys poses [29, 4]
 */
export function inStep(keys: Float64Array[], g: Geometry): Float64Array[] {
  const [a, b] = [CHAINS.wing_a.map(slotOf), CHAINS.wing_b.map(slotOf)];
  if (![...a, ...b].every((k) => g.visible[k])) return keys;
  const [p, q] = [a, b].map(([root, tip]) => ({
    x: g.end[2 * tip] - g.start[2 * root],
    y: g.end[2 * tip + 1] - g.start[2 * root + 1],
  }));
  const turns = p.x * q.x + p.y * q.y < ASIDE * Math.hypot(p.x, p.y) * Math.hypot(q.x, q.y) ? -1 : 1;
  return keys.map((pose) => following(pose, 'wing_a', 'wing_b', turns));
}

/** The second limb of a pair moves as the first; `turns` -1: as its mirror image. */
function following(pose: Float64Array, first: ChainName, second: ChainName, turns: 1 | -1): Float64Array {
  const joined = pose.slice();
  CHAINS[second].forEach((name, i) => {
    const [from, to] = [CHAINS[first][i], name].map((bone) => slotOf(bone) * CHANNELS);
    joined.set(pose.subarray(from, from + CHANNELS), to);
    joined[to] *= turns;
  });
  return joined;
}

function together(a: number[], b: number[], g: Geometry): boolean {
  if (![...a, ...b].every((k) => g.visible[k])) return false;
  const length = [...a, ...b].reduce((sum, k) => sum + lengthOf(k, g), 0) / 2;
  const [p, q] = [2 * a[1], 2 * b[1]];
  return Math.hypot(g.end[p] - g.end[q], g.end[p + 1] - g.end[q + 1]) < TOGETHER * length;
}
