import { softmax } from '../../softmax.ts';
import type { Point } from '../../types.ts';
import type { Chain3, Skeleton } from '../skeleton.ts';
import { type Answers, splitGlobals } from './network.ts';
import {
  FACINGS,
  GRID,
  KINDS,
  OFFSETS,
  PAIRS,
  POINTS,
  type PointName,
  SINGLES,
  SIZE,
  STRIDE,
} from './tables.ts';

/** A place in a map, in cells, and the share of the map's weight that lies round it. */
export interface Peak {
  x: number;
  y: number;
  mass: number;
}

/** What the answers say before anything is known of the mask's shape. Points in crop pixels. */
export interface Reading {
  skeleton: Skeleton;
  /** Probabilities of KINDS. */
  kind: Record<(typeof KINDS)[number], number>;
  /** Mean share of its map that each used peak has: 1 where the network is sure of every place. */
  sharpness: number;
  /** The same of the head's peak alone, whether or not a head is visible. */
  headShare: number;
}

const PEAK_APART = 2.5;
/** A knee's or shoulder's own peak replaces the end of the foot's offset if it is this near (cells) and this strong. */
const SNAP = 5;
const SNAP_MASS = 0.12;
const SNAP_WEIGHT = 0.7;
/** Feet nearer to each other than this (cells) are one; fainter peaks (share of their map) are none. */
const FOOT_APART = 2.5;
const FOOT_LEAST = 0.05;

/** A part that a command may name. */
export type Wanted = Extract<(typeof SINGLES)[number], 'head' | 'tail' | 'trunk'> | 'wings';
/**
 * Who says "nod" sees a head: then the network need not be sure that there is one (logits). Tails it imagines more often: of
 * 38 held-out animals and birds without one 16 would get theirs at 0, 22 at -0.5 and 31 at -1.6; 1 of 23 with one loses it.
 */
const WANTED_LEAST = { head: -1.6, trunk: -1.6, tail: -0.5 };
/** The same for "flap your wings": the chance that there are any. Of 20 held-out birds ten have wings, .77 to .94; the others .05 to .60. */
const WINGS_LEAST = 0.3;

/** Heat maps, offsets and logits to a skeleton; the same steps as `decode` in models/training/anatomy/parts.py. */
export function decode({ heat, dense, globals }: Answers, wanted?: Wanted): Reading {
  const { singles, pairs, facing, kind } = splitGlobals(globals);
  const maps = new Map(
    POINTS.map((name, i) => [name, softmax(heat.subarray(i * GRID * GRID, (i + 1) * GRID * GRID))]),
  );
  const sure: number[] = [];
  const seen = (name: (typeof SINGLES)[number]) =>
    singles[SINGLES.indexOf(name)] > (name === wanted ? WANTED_LEAST[name] : 0);
  const count = (name: (typeof PAIRS)[number]) => {
    const chances = softmax(pairs[PAIRS.indexOf(name)]);
    const believed = wanted === 'wings' && name === 'wingTip' && 1 - chances[0] > WINGS_LEAST;
    return believed ? 1 + argmax(chances.subarray(1)) : argmax(chances);
  };

  const [head] = peaks(maps.get('head')!, 1);
  const counted = (peak: Peak): Peak => {
    sure.push(peak.mass);
    return peak;
  };
  const best = (name: PointName) => counted(peaks(maps.get(name)!, 1)[0]);
  const one = (name: PointName) => toPixel(best(name));
  const chain = (part: 'trunk' | 'tail'): Chain3 => [
    one(`${part}Root`),
    one(`${part}Mid`),
    one(`${part}Tip`),
  ];

  /** From each tip to the other points of its limb, the end farthest from the tip first. */
  const limbs = (tip: 'frontFoot' | 'backFoot' | 'wingTip', tips: Peak[]): Point[][] => {
    const middles = OFFSETS.map(([from, to], i) => ({ from, to, channel: 2 + 2 * i })).filter(
      ({ from }) => from === tip,
    );
    const used = new Set<string>();
    return tips.map((peak) => {
      sure.push(peak.mass);
      const cell = { x: Math.round(peak.x), y: Math.round(peak.y) };
      const points = middles.map(({ to, channel }) => {
        const offset = (axis: number) => dense[((channel + axis) * GRID + cell.y) * GRID + cell.x] * GRID;
        return toPixel(snap(maps.get(to)!, to, { x: cell.x + offset(0), y: cell.y + offset(1) }, used));
      });
      return [toPixel(peak), ...points].reverse();
    });
  };

  const ends = feet(maps.get('frontFoot')!, count('frontFoot'), maps.get('backFoot')!, count('backFoot'));
  const wingTips = peaks(maps.get('wingTip')!, count('wingTip'));
  const skeleton: Skeleton = {
    kind: 'animal',
    ears: peaks(maps.get('ear')!, count('ear')).map(toPixel),
    frontLegs: limbs('frontFoot', ends.front) as Chain3[],
    backLegs: limbs('backFoot', ends.back) as Chain3[],
    arms: [],
    wings: limbs('wingTip', wingTips) as [Point, Point][],
    facing: FACINGS[argmax(facing)],
    confidence: 0,
  };
  if (seen('head')) skeleton.head = headBox(counted(head), dense);
  if (seen('neck')) skeleton.neck = [one('neckHead'), one('neckTorso')];
  if (seen('torso')) skeleton.torso = [one('torsoShoulder'), one('torsoHip')];
  if (seen('trunk')) skeleton.trunk = chain('trunk');
  if (seen('tail')) skeleton.tail = chain('tail');
  const chances = softmax(kind);
  return {
    skeleton,
    kind: Object.fromEntries(KINDS.map((name, i) => [name, chances[i]])) as Reading['kind'],
    headShare: head.mass,
    sharpness: sure.length ? sure.reduce((a, b) => a + b) / sure.length : 0,
  };
}

/** Front and back feet chosen together, strongest first: one foot cannot belong to both kinds of leg. */
function feet(
  frontMap: Float32Array,
  frontCount: number,
  backMap: Float32Array,
  backCount: number,
): { front: Peak[]; back: Peak[] } {
  const front = { chosen: [] as Peak[], count: frontCount };
  const back = { chosen: [] as Peak[], count: backCount };
  const options = [
    ...peaks(frontMap, 4).map((peak) => ({ peak, kind: front })),
    ...peaks(backMap, 4).map((peak) => ({ peak, kind: back })),
  ].sort((a, b) => b.peak.mass - a.peak.mass);
  for (const { peak, kind } of options) {
    const taken = [...front.chosen, ...back.chosen].some(
      ({ x, y }) => Math.hypot(peak.x - x, peak.y - y) < FOOT_APART,
    );
    if (peak.mass >= FOOT_LEAST && kind.chosen.length < kind.count && !taken) kind.chosen.push(peak);
  }
  return { front: front.chosen, back: back.chosen };
}

/** Both the offset's end and the map's peak estimate the same point; the peak is the sharper one where it is near. */
function snap(
  map: Float32Array,
  name: string,
  end: { x: number; y: number },
  used: Set<string>,
): { x: number; y: number } {
  let nearest: Peak | undefined;
  let near = SNAP;
  for (const peak of peaks(map, 2)) {
    const far = Math.hypot(peak.x - end.x, peak.y - end.y);
    if (peak.mass <= SNAP_MASS || far >= near || used.has(`${name} ${peak.x} ${peak.y}`)) continue;
    nearest = peak;
    near = far;
  }
  if (!nearest) return end;
  used.add(`${name} ${nearest.x} ${nearest.y}`);
  const mix = (a: number, b: number) => SNAP_WEIGHT * a + (1 - SNAP_WEIGHT) * b;
  return { x: mix(nearest.x, end.x), y: mix(nearest.y, end.y) };
}

function headBox(peak: Peak, dense: Float32Array) {
  const at = Math.round(peak.y) * GRID + Math.round(peak.x);
  const width = Math.exp(dense[at]) * SIZE;
  const height = Math.exp(dense[GRID * GRID + at]) * SIZE;
  const centre = toPixel(peak);
  return { x: centre.x - width / 2, y: centre.y - height / 2, width, height };
}

/** The `count` highest peaks of a map of shares, none nearer than PEAK_APART cells to a higher one. */
export function peaks(map: Float32Array, count: number): Peak[] {
  const rest = map.slice();
  const found: Peak[] = [];
  for (let i = 0; i < count; i++) {
    const top = argmax(rest);
    const [cx, cy] = [top % GRID, Math.floor(top / GRID)];
    let [mass, sx, sy] = [0, 0, 0];
    for (let y = Math.max(0, cy - 2); y <= Math.min(GRID - 1, cy + 2); y++) {
      for (let x = Math.max(0, cx - 2); x <= Math.min(GRID - 1, cx + 2); x++) {
        const share = rest[y * GRID + x];
        mass += share;
        sx += share * x;
        sy += share * y;
        if ((x - cx) ** 2 + (y - cy) ** 2 <= PEAK_APART ** 2) rest[y * GRID + x] = 0;
      }
    }
    if (mass <= 1e-6) break;
    found.push({ x: sx / mass, y: sy / mass, mass });
  }
  return found;
}

const toPixel = ({ x, y }: { x: number; y: number }): Point => ({
  x: (x + 0.5) * STRIDE,
  y: (y + 0.5) * STRIDE,
});

function argmax(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}
