import type { Box, Point } from '../types.ts';
import type { Chain3, Skeleton } from './skeleton.ts';

/**
 * The canonical skeleton of models/training/motion/bones.py: 29 slots, their parents and 2D forward kinematics.
 * Object units: the centre of the object's box is (0, 0), its longest side is 1, y down. Turns are clockwise on screen.
 */
export const SLOTS = [
  'root', 'torso', 'neck1', 'neck2', 'head', 'ear_a', 'ear_b', 'trunk1', 'trunk2', 'trunk3', 'tail1', 'tail2', 'tail3',
  'front_a1', 'front_a2', 'front_b1', 'front_b2', 'back_a1', 'back_a2', 'back_b1', 'back_b2', 'arm_a1', 'arm_a2',
  'arm_b1', 'arm_b2', 'wing_a1', 'wing_a2', 'wing_b1', 'wing_b2',
] as const; // biome-ignore format: one skeleton, read as a list
export type Slot = (typeof SLOTS)[number];
const PARENTS = [
  -1, 0, 1, 2, 3, 4, 4, 4, 7, 8, 1, 10, 11, 1, 13, 1, 15, 1, 17, 1, 19, 1, 21, 1, 23, 1, 25, 1, 27,
];
export const COUNT = SLOTS.length;
export const ROOT = 0;
export const TORSO = 1;
export const HEAD = 4;
/** Channels of a pose: turn, log length, then girth (torso) or yaw and pitch (head); root: dx, dy, turn, log scale. */
export const CHANNELS = 4;
export const slotOf = (name: Slot): number => SLOTS.indexOf(name);

/** Bones of each chain, near end first. */
export const CHAINS = {
  neck: ['neck1', 'neck2'],
  trunk: ['trunk1', 'trunk2', 'trunk3'],
  tail: ['tail1', 'tail2', 'tail3'],
  front_a: ['front_a1', 'front_a2'],
  front_b: ['front_b1', 'front_b2'],
  back_a: ['back_a1', 'back_a2'],
  back_b: ['back_b1', 'back_b2'],
  arm_a: ['arm_a1', 'arm_a2'],
  arm_b: ['arm_b1', 'arm_b2'],
  wing_a: ['wing_a1', 'wing_a2'],
  wing_b: ['wing_b1', 'wing_b2'],
} as const satisfies Record<string, readonly Slot[]>;
export type ChainName = keyof typeof CHAINS;

/** A skeleton at rest in object units: x, y of each bone's start and end; half size of the head's box. */
export interface Geometry {
  start: Float64Array;
  end: Float64Array;
  visible: boolean[];
  half: Point;
  /** To turn pixels into object units: (pixel - centre) / size. */
  centre: Point;
  size: number;
}

/** Length of a bone at rest, in object units. */
export const lengthOf = (k: number, { start, end }: Geometry): number =>
  Math.hypot(end[k * 2] - start[k * 2], end[k * 2 + 1] - start[k * 2 + 1]);

/** Where an ear begins between the middle of the head and its tip; those of elephants are sails that begin at the cheek. */
const EAR = 0.55;
const SAIL = 0.1;

/** Lays the skeleton found in a picture over the canonical slots. `box` is the object's, in pixels. */
export function geometryOf(skeleton: Skeleton, box: Box): Geometry {
  const size = Math.max(box.width, box.height, 1);
  const centre = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const g: Geometry = {
    start: new Float64Array(COUNT * 2),
    end: new Float64Array(COUNT * 2),
    visible: SLOTS.map((_, k) => k === ROOT),
    half: { x: 0, y: 0 },
    centre,
    size,
  };
  const to = (p: Point): Point => ({ x: (p.x - centre.x) / size, y: (p.y - centre.y) / size });
  const put = (k: number, a: Point, b: Point) => {
    g.start.set([a.x, a.y], k * 2);
    g.end.set([b.x, b.y], k * 2);
    g.visible[k] = Math.hypot(b.x - a.x, b.y - a.y) > 0.015;
  };
  const chain = (name: ChainName, points: Point[]) => {
    const bones = CHAINS[name].map(slotOf);
    const curve = resample(points, bones.length + 1);
    bones.forEach((k, i) => {
      put(k, curve[i], curve[i + 1]);
    });
    const whole = bones.every((k) => g.visible[k]);
    for (const k of bones) g.visible[k] = whole;
  };
  const limbs = (chains: readonly Chain3[], a: ChainName, b: ChainName) => {
    chains.slice(0, 2).forEach((points, i) => {
      chain(i === 0 ? a : b, points.map(to));
    });
  };

  if (skeleton.torso) put(TORSO, to(skeleton.torso[0]), to(skeleton.torso[1]));
  const longNeck = skeleton.kind === 'bird' ? skeleton.trunk : undefined;
  if (skeleton.trunk && !longNeck) chain('trunk', skeleton.trunk.map(to));
  const neck = [...(longNeck ?? skeleton.neck ?? [])].reverse().map(to);
  if (neck.length > 0) chain('neck', neck);
  if (skeleton.head) placeHead(g, skeleton.head, to, neck.at(-1), put);
  if (g.visible[HEAD]) {
    const from = g.visible[slotOf('trunk1')] ? SAIL : EAR;
    skeleton.ears.slice(0, 2).forEach((ear, i) => {
      const tip = to(ear);
      const head = { x: g.end[HEAD * 2], y: g.end[HEAD * 2 + 1] };
      put(HEAD + 1 + i, { x: head.x + (tip.x - head.x) * from, y: head.y + (tip.y - head.y) * from }, tip);
    });
  }
  if (skeleton.tail) chain('tail', skeleton.tail.map(to));
  limbs(skeleton.frontLegs, 'front_a', 'front_b');
  limbs(skeleton.backLegs, 'back_a', 'back_b');
  limbs(skeleton.arms, 'arm_a', 'arm_b');
  skeleton.wings.slice(0, 2).forEach(([shoulder, tip], i) => {
    chain(i === 0 ? 'wing_a' : 'wing_b', [to(shoulder), to(mid(shoulder, tip)), to(tip)]);
  });
  return g;
}

/** A head has a bone however small it is. */
const LEAST = 0.016;

/** The head's bone runs from the end of the neck (or the lower edge of its box) to the middle of its box. */
function placeHead(
  g: Geometry,
  box: Box,
  to: (p: Point) => Point,
  neck: Point | undefined,
  put: (k: number, a: Point, b: Point) => void,
): void {
  g.half = { x: box.width / 2 / g.size, y: box.height / 2 / g.size };
  const middle = to({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
  const away = neck ? Math.hypot(neck.x - middle.x, neck.y - middle.y) : 0;
  const clear = away >= Math.max(0.2 * Math.min(g.half.x, g.half.y), LEAST);
  put(HEAD, neck && clear ? neck : { x: middle.x, y: middle.y + Math.max(0.9 * g.half.y, LEAST) }, middle);
}

const mid = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });

/** `count` points on the quadratic through three points; three points stay as they are for two bones. */
export function resample(points: Point[], count: number): Point[] {
  if (points.length === count) return points;
  const [a, b, c] = points.length === 3 ? points : [points[0], mid(points[0], points[1]), points[1]];
  const near = Math.hypot(b.x - a.x, b.y - a.y);
  const u = Math.min(0.8, Math.max(0.2, near / Math.max(1e-9, near + Math.hypot(c.x - b.x, c.y - b.y))));
  return Array.from({ length: count }, (_, i) => {
    const s = i / (count - 1);
    const wa = ((s - u) * (s - 1)) / u;
    const wb = (s * (s - 1)) / (u * (u - 1));
    const wc = (s * (s - u)) / (1 - u);
    return { x: a.x * wa + b.x * wb + c.x * wc, y: a.y * wa + b.y * wb + c.y * wc };
  });
}

/**
 * Forward kinematics of one pose [29, 4]: for each bone the six numbers [a, b, c, d, ox, oy] of the map
 * x -> (a x + b y + ox, c x + d y + oy) in object units. An invisible bone moves with its parent.
 */
export function kinematics(pose: Float64Array, g: Geometry): Float64Array {
  const maps = new Float64Array(COUNT * 6);
  const angles = new Float64Array(COUNT);
  const scale = Math.exp(pose[3]);
  angles[ROOT] = pose[2];
  const c0 = Math.cos(pose[2]) * scale;
  const s0 = Math.sin(pose[2]) * scale;
  maps.set([c0, -s0, s0, c0, pose[0], pose[1]], 0);
  for (let k = 1; k < COUNT; k++) {
    const up = PARENTS[k];
    if (!g.visible[k]) {
      angles[k] = angles[up];
      maps.copyWithin(k * 6, up * 6, up * 6 + 6);
      continue;
    }
    const p = k * CHANNELS;
    angles[k] = angles[up] + pose[p];
    const [sx, sy, ex, ey] = [g.start[k * 2], g.start[k * 2 + 1], g.end[k * 2], g.end[k * 2 + 1]];
    const px = k === TORSO ? (sx + ex) / 2 : sx;
    const py = k === TORSO ? (sy + ey) / 2 : sy;
    const u = up * 6;
    const ox = maps[u] * px + maps[u + 1] * py + maps[u + 4];
    const oy = maps[u + 2] * px + maps[u + 3] * py + maps[u + 5];
    const length = Math.max(1e-9, Math.hypot(ex - sx, ey - sy));
    const [ux, uy] = [(ex - sx) / length, (ey - sy) / length];
    const along = Math.exp(pose[p + 1]);
    const across = k === TORSO ? Math.exp(pose[p + 2]) : 1;
    const m00 = along * ux * ux + across * (1 - ux * ux);
    const m01 = (along - across) * ux * uy;
    const m11 = along * uy * uy + across * (1 - uy * uy);
    const cos = Math.cos(angles[k]) * scale;
    const sin = Math.sin(angles[k]) * scale;
    const a = cos * m00 - sin * m01;
    const b = cos * m01 - sin * m11;
    const c = sin * m00 + cos * m01;
    const d = sin * m01 + cos * m11;
    maps.set([a, b, c, d, ox - a * px - b * py, oy - c * px - d * py], k * 6);
  }
  return maps;
}
