import type { Point } from '../types.ts';
import { CHAINS, type ChainName, COUNT, type Geometry, HEAD, slotOf, TORSO } from './bones.ts';
import { type Lattice, smoothInside, sweep } from './grid.ts';

/** Softness of borders between parts, in object sizes. */
const SOFTNESS = 0.03;
/** Half the overlap of neighbouring bones at a joint, in bone lengths. */
const JOINT = 0.45;

/** How much of each bone moves each node: weights[k * nodes + i], summing to 1 over the bones. */
export interface Skin {
  weights: Float32Array;
  /** Bones with any weight. */
  used: number[];
}

interface Part {
  bones: number[];
  /** Joints in object units, one more than bones. */
  line: Point[];
  /** Smaller wins: pixels of geodesic distance less the part's own radius. */
  score: Float32Array;
  /** Share of the first bones that the body takes back, in bones from the joint. */
  yields: [number, number];
}

/**
 * Soft bone weights inside the mask. Parts compete by geodesic distance less their radius (softmax), bones of a chain
 * share it along the chain with a smooth step at each joint, the body takes weight back near the joints of limbs.
 */
export function skinOf(g: Geometry, lattice: Lattice): Skin {
  const nodes = lattice.columns * lattice.rows;
  const weights = new Float32Array(COUNT * nodes);
  const parts = partsOf(g, lattice);
  const size = g.size;
  const body = g.visible[TORSO] ? TORSO : 0;
  const bodyScore = bodyScoreOf(g, lattice);
  for (let i = 0; i < nodes; i++) {
    if (lattice.inside[i] === 0) continue;
    const at = nodeAt(lattice, g, i);
    let total = Math.exp(-bodyScore[i] / size / SOFTNESS);
    let spare = total;
    const own = parts.map((p) => Math.exp(-Math.min(3, Math.max(-1, p.score[i] / size)) / SOFTNESS));
    for (const w of own) total += w;
    parts.forEach((part, n) => {
      if (own[n] / total < 1e-4) return;
      const along = part.line.length > 1 ? positionOn(part.line, at) : 1;
      const kept = smoothstep(part.yields[0], part.yields[1], along);
      spare += own[n] * (1 - kept);
      share(part.bones, along, (bone, w) => {
        weights[bone * nodes + i] += (own[n] / total) * kept * w;
      });
    });
    weights[body * nodes + i] += spare / total;
  }
  splitEars(g, lattice, weights);
  const used = [...Array(COUNT).keys()].filter((k) =>
    weights.subarray(k * nodes, (k + 1) * nodes).some((w) => w > 1e-3),
  );
  const blur = Math.max(1, Math.round((0.02 * size) / lattice.step));
  for (const k of used) smoothInside(weights.subarray(k * nodes, (k + 1) * nodes), lattice, blur);
  extend(weights, used, lattice);
  return { weights, used };
}

/** Node position in object units. */
function nodeAt(lattice: Lattice, g: Geometry, i: number): Point {
  return {
    x: (lattice.box.x + (i % lattice.columns) * lattice.step - g.centre.x) / g.size,
    y: (lattice.box.y + Math.floor(i / lattice.columns) * lattice.step - g.centre.y) / g.size,
  };
}

function partsOf(g: Geometry, lattice: Lattice): Part[] {
  const parts: Part[] = [];
  for (const name of Object.keys(CHAINS) as ChainName[]) {
    const bones = CHAINS[name].map(slotOf);
    if (!g.visible[bones[0]]) continue;
    const line = [startOf(g, bones[0]), ...bones.map((k) => endOf(g, k))];
    const leg = /^(front|back|arm)/.test(name);
    const yields: [number, number] = leg ? [-0.1, 0.7] : name === 'tail' ? [-0.3, 0.5] : [-0.2, 0.6];
    parts.push({ bones, line, score: chainScore(g, lattice, line, leg), yields });
  }
  if (g.visible[HEAD]) {
    parts.push({ bones: [HEAD], line: [], score: headScore(g, lattice), yields: [-1, 0] });
  }
  return parts;
}

/** Geodesic distance to the chain less its radius, both in pixels. */
function chainScore(g: Geometry, lattice: Lattice, line: Point[], leg: boolean): Float32Array {
  const seeds = nodesAlong(g, lattice, line);
  const depths = (leg ? seeds.slice(Math.floor(seeds.length / 2)) : seeds)
    .map((i) => lattice.depth[i])
    .sort((a, b) => a - b);
  const radius = depths[Math.floor(depths.length / 2)] ?? 0;
  const set = new Set(seeds);
  const { distance } = sweep(
    lattice.columns,
    lattice.rows,
    lattice.step,
    lattice.inside,
    (i) => set.has(i),
    true,
  );
  for (let i = 0; i < distance.length; i++) distance[i] -= radius;
  return distance;
}

/** Inside nodes along a polyline, each once, in order; points that miss the mask take the nearest inside node. */
function nodesAlong(g: Geometry, lattice: Lattice, line: Point[]): number[] {
  const out: number[] = [];
  for (let s = 0; s + 1 < line.length; s++) {
    for (let t = 0; t <= 1; t += 0.05) {
      const x = g.centre.x + g.size * (line[s].x + (line[s + 1].x - line[s].x) * t);
      const y = g.centre.y + g.size * (line[s].y + (line[s + 1].y - line[s].y) * t);
      const c = Math.min(lattice.columns - 1, Math.max(0, Math.round((x - lattice.box.x) / lattice.step)));
      const r = Math.min(lattice.rows - 1, Math.max(0, Math.round((y - lattice.box.y) / lattice.step)));
      const node = lattice.nearest[r * lattice.columns + c];
      if (node >= 0 && out.at(-1) !== node) out.push(node);
    }
  }
  return out;
}

/** Signed distance to a superellipse over the head's box. */
function headScore(g: Geometry, lattice: Lattice): Float32Array {
  const score = new Float32Array(lattice.inside.length);
  const least = Math.min(g.half.x, g.half.y) * g.size;
  for (let i = 0; i < score.length; i++) {
    const at = nodeAt(lattice, g, i);
    const u = Math.abs(at.x - g.end[HEAD * 2]) / Math.max(1e-6, g.half.x * 1.04);
    const v = Math.abs(at.y - g.end[HEAD * 2 + 1]) / Math.max(1e-6, g.half.y * 1.04);
    score[i] = (Math.hypot(u ** 1.5, v ** 1.5) ** (2 / 3) - 1) * least;
  }
  return score;
}

/** A capsule round the torso; far from every part the body is always near. */
function bodyScoreOf(g: Geometry, lattice: Lattice): Float32Array {
  const far = 0.1 * g.size;
  if (!g.visible[TORSO]) return new Float32Array(lattice.inside.length).fill(far * 0.4);
  const score = chainScore(g, lattice, [startOf(g, TORSO), endOf(g, TORSO)], false);
  for (let i = 0; i < score.length; i++) score[i] = Math.min(score[i], far);
  return score;
}

/** Ears lie within the head's box, so they take their share from the head, growing towards the tip. */
function splitEars(g: Geometry, lattice: Lattice, weights: Float32Array): void {
  const nodes = lattice.inside.length;
  for (const ear of [HEAD + 1, HEAD + 2]) {
    if (!g.visible[ear] || !g.visible[HEAD]) continue;
    const a = startOf(g, ear);
    const b = endOf(g, ear);
    const length = Math.hypot(b.x - a.x, b.y - a.y);
    for (let i = 0; i < nodes; i++) {
      if (weights[HEAD * nodes + i] < 1e-3) continue;
      const at = nodeAt(lattice, g, i);
      const u = ((at.x - a.x) * (b.x - a.x) + (at.y - a.y) * (b.y - a.y)) / (length * length);
      const off = ((at.x - a.x) * (b.y - a.y) - (at.y - a.y) * (b.x - a.x)) / length;
      const taken = smoothstep(0, 0.85, u) * Math.exp(-((off / (0.55 * length)) ** 4));
      weights[ear * nodes + i] += weights[HEAD * nodes + i] * taken;
      weights[HEAD * nodes + i] *= 1 - taken;
    }
  }
}

/** Outside the mask every node moves as the nearest inside node would, softened, so that matte edges travel along. */
function extend(weights: Float32Array, used: number[], lattice: Lattice): void {
  const nodes = lattice.inside.length;
  for (const k of used) {
    const own = weights.subarray(k * nodes, (k + 1) * nodes);
    const source = Float32Array.from(own);
    for (let i = 0; i < nodes; i++) {
      if (lattice.inside[i] === 0 && lattice.nearest[i] >= 0) own[i] = source[lattice.nearest[i]];
    }
    const soft = Float32Array.from(own);
    smoothInside(soft, lattice, 4, true);
    for (let i = 0; i < nodes; i++) if (lattice.inside[i] === 0) own[i] = soft[i];
  }
}

/** Where along a polyline a point lies: 0 at its start, 1 at the first joint, ...; below 0 before the start. */
function positionOn(line: Point[], at: Point): number {
  let best = 1e9;
  let found = 0;
  for (let s = 0; s + 1 < line.length; s++) {
    const [a, b] = [line[s], line[s + 1]];
    const square = (b.x - a.x) ** 2 + (b.y - a.y) ** 2;
    const t = ((at.x - a.x) * (b.x - a.x) + (at.y - a.y) * (b.y - a.y)) / Math.max(1e-9, square);
    const low = s === 0 ? -1 : 0;
    const clamped = Math.min(1, Math.max(low, t));
    const inner = Math.min(1, Math.max(0, t));
    const away = Math.hypot(a.x + (b.x - a.x) * inner - at.x, a.y + (b.y - a.y) * inner - at.y);
    if (away < best) {
      best = away;
      found = s + clamped;
    }
  }
  return found;
}

/** Divides weight 1 among the bones of a chain at position `along`. */
function share(bones: number[], along: number, give: (bone: number, weight: number) => void): void {
  let left = 1;
  for (let i = bones.length - 1; i >= 0; i--) {
    const w = i === 0 ? left : left * smoothstep(i - JOINT, i + JOINT, along);
    if (w > 0) give(bones[i], w);
    left -= w;
  }
}

export function smoothstep(low: number, high: number, x: number): number {
  const t = Math.min(1, Math.max(0, (x - low) / (high - low)));
  return t * t * (3 - 2 * t);
}

const startOf = (g: Geometry, k: number): Point => ({ x: g.start[k * 2], y: g.start[k * 2 + 1] });
const endOf = (g: Geometry, k: number): Point => ({ x: g.end[k * 2], y: g.end[k * 2 + 1] });
