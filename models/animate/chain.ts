import { seededRandom } from '../random.ts';
import type { Action, Box, Point } from '../types.ts';
import type { Deformation, Shift } from './deform.ts';
import { WAYS, type Wanted } from './whole.ts';

/**
 * Things that bend along an axis from a held end: plants, cloth, fish from the head. The axis is a chain of many short
 * links that keep their length; each turns with a lag behind the one before it, so that waves run to the free end.
 */
interface Bend {
  /** Degrees by which the free end is turned at most; a link at s (0 held, 1 free) has s ** power of it. */
  degrees: number;
  power: number;
  /** How far the free end is behind the held one (radians), and how far the lower edge is behind the upper one. */
  lag: number;
  slant: number;
  /** How far what lies beside the axis turns with it: leaves all the way, the threads of a cloth stay nearly parallel. */
  across: number;
  /** Lean with the wind, as a share of `degrees`. */
  lean: number;
  /** Leaves, fringes and fins: a second, small and fast wave (object sizes) towards the free end. */
  flutter: number;
  /** Share of its length that the free half gives away while it swings towards or from the viewer. */
  squeeze: number;
  /** Object sizes travelled with the held end first. */
  travel: number;
  headroom: number;
  seconds: number;
  cycles: number;
}
const STILL = {
  power: 1,
  slant: 0,
  across: 1,
  lean: 0,
  flutter: 0,
  squeeze: 0,
  travel: 0,
  headroom: 2.2,
  cycles: 1,
};

/** How plants and standing things of unknown build bend, what differs for cloth, and how a fish swims. */
const PLANT: Partial<Record<Action, Bend>> = {
  sway: { ...STILL, degrees: 9, power: 0.8, lag: 0.7, flutter: 0.005, seconds: 2.4 },
  blow: { ...STILL, degrees: 8, power: 0.8, lag: 1.1, lean: 1.2, flutter: 0.009, seconds: 1.3, cycles: 2 },
  swing: { ...STILL, degrees: 12, power: 0.2, lag: 0.3, flutter: 0.003, seconds: 1.6 },
  shake: { ...STILL, degrees: 7, power: 0.6, lag: 0.8, flutter: 0.008, seconds: 0.4, cycles: 3 },
  shiver: { ...STILL, degrees: 1.6, lag: 1, flutter: 0.005, seconds: 0.2, cycles: 4 },
  dance: { ...STILL, degrees: 15, power: 0.6, lag: 2.4, flutter: 0.004, seconds: 1, cycles: 2 },
};
const HANGING = { ...STILL, across: 0.35 };
const CLOTH: Partial<Record<Action, Bend>> = {
  ...PLANT,
  sway: { ...HANGING, degrees: 12, power: 0.6, lag: 2.2, slant: 0.8, squeeze: 0.03, seconds: 2 },
  blow: { ...HANGING, degrees: 25, power: 0.5, lag: 6.6, slant: 1.4, squeeze: 0.06, headroom: 1.6, seconds: 1, cycles: 2 },
  shake: { ...HANGING, degrees: 16, power: 0.5, lag: 5, slant: 1, headroom: 1.6, seconds: 0.4, cycles: 3 },
}; // biome-ignore format: a table of motions
const FISH: Partial<Record<Action, Bend>> = {
  swim: { ...STILL, across: 0.75, degrees: 30, power: 1.7, lag: 3.6, flutter: 0.003, squeeze: 0.06, travel: 0.13, headroom: 1.6, seconds: 0.9, cycles: 2 },
  'wag-tail': { ...STILL, across: 0.75, degrees: 34, power: 2.4, lag: 2.6, flutter: 0.003, squeeze: 0.06, headroom: 1.6, seconds: 0.6, cycles: 2 },
}; // biome-ignore format: a table of motions
const TABLES = { plant: PLANT, cloth: CLOTH, fish: FISH };

const TAU = 2 * Math.PI;
const LINKS = 24;
/** Length of the axis in object sizes for which the table is written, and how much more a short one may bend. */
const USUAL_LENGTH = 0.8;
const LIMBER = 2;
/** Waves of the flutter: how many, and their length in object sizes. */
const FLUTTERS = 4;
const FLUTTER_LENGTH = 0.17;

/** The motion for an action, or undefined where such a thing has none. `axis` is [held end, free end] in pixels. */
export function bendingMotion(
  action: Action,
  kind: keyof typeof TABLES,
  axis: [Point, Point],
  box: Box,
  wanted: Wanted,
): Deformation | undefined {
  const bend = TABLES[kind][action];
  if (!bend) return undefined;
  const next = seededRandom(wanted.seed);
  const random = () => 2 * next() - 1;
  const side = next() < 0.5 ? -1 : 1;
  const way = wanted.direction && WAYS[wanted.direction];
  const [held, free] = place(axis, box, kind === 'fish' ? way : undefined);
  const [dx, dy] = [free[0] - held[0], free[1] - held[1]];
  const length = Math.max(1e-3, Math.hypot(dx, dy));
  const [ux, uy] = [dx / length, dy / length];
  // A positive angle turns the free end clockwise on the screen; which is to the right for what stands.
  const wind = way ? Math.sign(-way[0] * uy + way[1] * ux) || side : side;
  // A short plant bends more, so that its free end goes as far in the picture; a fish deeper than it is long bends less.
  const depth = (Math.abs(ux) * box.height + Math.abs(uy) * box.width) / Math.max(box.width, box.height, 1);
  const limber = {
    plant: Math.min(LIMBER, Math.max(1, USUAL_LENGTH / length)),
    cloth: 1,
    fish: Math.min(1, (1.1 * length) / Math.max(1e-3, depth)),
  }[kind];
  const own = (1 + 0.12 * random()) * limber;
  // A loop starts near the middle of its swing, so that it goes to both sides of the photo.
  const start = (side < 0 ? Math.PI : 0) + (wanted.loop ? 0.5 : Math.PI / 2) * random();
  const lag = bend.lag * (1 + 0.15 * random());
  const second = { share: 0.2 + 0.12 * random(), phase: 2 * random() };
  const flutters = Array.from({ length: FLUTTERS }, () => ({
    kx: (TAU / FLUTTER_LENGTH) * (1 + 0.4 * random()),
    ky: (TAU / FLUTTER_LENGTH) * random(),
    rate: Math.round(bend.cycles * (2.5 + 0.9 * random())),
    phase: TAU * next(),
    angle: Math.PI * next(),
  }));
  const { cycles } = bend;

  return {
    headroom: bend.headroom,
    seconds: bend.seconds * cycles * (1 + 0.08 * random()),
    cycles,
    returns: true,
    at(time, size) {
      const gust = (1 - Math.cos(TAU * time)) / 2;
      const angleAt = (s: number, late: number): number => {
        const x = TAU * cycles * time + start - lag * s - late;
        const swing = Math.sin(x) + second.share * Math.sin(2 * x - lag * s + second.phase);
        const blown = bend.lean * wind * (0.5 + 0.5 * gust);
        return ((own * size * bend.degrees * Math.PI) / 180) * s ** bend.power * (swing + blown);
      };
      return bent({ held, ux, uy, length }, bend, angleAt, size, time, flutters, gust);
    },
  };
}

interface Axis {
  held: [number, number];
  ux: number;
  uy: number;
  length: number;
}
interface Flutter {
  kx: number;
  ky: number;
  rate: number;
  phase: number;
  angle: number;
}

function bent(
  axis: Axis,
  bend: Bend,
  angleAt: (s: number, late: number) => number,
  size: number,
  time: number,
  flutters: Flutter[],
  gust: number,
): Shift {
  const { held, ux, uy, length } = axis;
  // Curves for a few distances from the axis: with a slant the wave comes later at one edge than at the other.
  const edges = bend.slant > 0 ? [-0.5, -0.25, 0, 0.25, 0.5] : [0];
  const curves = edges.map((off) =>
    curveOf((s) => angleAt(s, bend.slant * 2 * off), bend, length, size, time),
  );
  const shift = (s: number, off: number, curve: Float64Array): [number, number] => {
    const u = Math.min(1, Math.max(0, s)) * LINKS;
    const k = Math.min(LINKS - 1, Math.floor(u));
    const f = u - k;
    const mix = (c: number) => curve[3 * k + c] * (1 - f) + curve[3 * k + 3 + c] * f;
    const angle = mix(2);
    const past = (s - u / LINKS) * length;
    // Along the axis and across it: the middle line's place, then the offset turned with its link.
    return [
      mix(0) + past * Math.cos(angle) - off * bend.across * Math.sin(angle) - s * length,
      mix(1) + past * Math.sin(angle) + off * bend.across * (Math.cos(angle) - 1),
    ];
  };
  const carried = size * bend.travel * gust;
  return ({ x, y }) => {
    const along = (x - held[0]) * ux + (y - held[1]) * uy;
    const off = -(x - held[0]) * uy + (y - held[1]) * ux;
    const s = along / length;
    if (s <= 0 && carried === 0) return [0, 0];
    let [a, b] = [0, 0];
    if (s > 0) {
      const e = ((Math.min(0.5, Math.max(-0.5, off)) + 0.5) * (edges.length - 1)) / 1;
      const i = Math.min(edges.length - 1, Math.floor(e));
      [a, b] = shift(s, off, curves[i]);
      if (edges.length > 1 && e > i) {
        const [c, d] = shift(s, off, curves[i + 1]);
        a += (e - i) * (c - a);
        b += (e - i) * (d - b);
      }
      const strength = (size * bend.flutter * Math.min(1, s * 1.5)) / Math.sqrt(FLUTTERS / 2);
      for (const w of flutters) {
        const wave = strength * Math.sin(w.kx * along + w.ky * off - TAU * w.rate * time + w.phase);
        a += wave * Math.cos(w.angle);
        b += wave * Math.sin(w.angle);
      }
    }
    a -= carried;
    return [a * ux - b * uy, a * uy + b * ux];
  };
}

/** Places and angles of the links' ends, [LINKS + 1][along, across, angle]. */
function curveOf(
  angle: (s: number) => number,
  bend: Bend,
  length: number,
  size: number,
  time: number,
): Float64Array {
  const out = new Float64Array((LINKS + 1) * 3);
  out[2] = angle(0);
  for (let k = 1; k <= LINKS; k++) {
    const middle = angle((k - 0.5) / LINKS);
    const s = k / LINKS;
    const away = (1 - Math.cos(2 * (TAU * bend.cycles * time - bend.lag * s))) / 2;
    const link = (length / LINKS) * (1 - size * bend.squeeze * 2 * s * away);
    out[3 * k] = out[3 * k - 3] + link * Math.cos(middle);
    out[3 * k + 1] = out[3 * k - 2] + link * Math.sin(middle);
    out[3 * k + 2] = angle(s);
  }
  return out;
}

/** The axis in object units; a fish that is told where to swim has its head there. */
function place(
  [a, b]: [Point, Point],
  box: Box,
  way: [number, number] | undefined,
): [[number, number], [number, number]] {
  const extent = Math.max(box.width, box.height, 1);
  const at = (p: Point): [number, number] => [
    (p.x - box.x - box.width / 2) / extent,
    (p.y - box.y - box.height / 2) / extent,
  ];
  const [held, free] = [at(a), at(b)];
  const onward = way ? (held[0] - free[0]) * way[0] + (held[1] - free[1]) * way[1] : 0;
  return onward < -0.3 * Math.hypot(held[0] - free[0], held[1] - free[1]) ? [free, held] : [held, free];
}
