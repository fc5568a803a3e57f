import { seededRandom } from '../random.ts';
import type { Action, Direction } from '../types.ts';
import type { Deformation, Place, Shift } from './deform.ts';
import { smoothstep } from './skin.ts';
import { type Build, WAYS, type Wanted } from './whole.ts';

/**
 * What swings rather than streams: rings on water, a surface that heaves or slops, flames that lick upwards, petals
 * that open. All are sums of a few waves with seeded places and phases.
 */
interface Surface {
  headroom: number;
  seconds: number;
  cycles: number;
  returns: boolean;
  /** Shift of a place at a time, in object sizes, at the usual size. */
  make(draw: Draw): (time: number) => Shift;
}
interface Draw extends Build {
  random(): number;
  side: number;
  loop: boolean;
  way?: [number, number];
}

const TAU = 2 * Math.PI;
const dip = (t: number): number => (1 - Math.cos(TAU * t)) / 2;
const ease = (t: number): number => t * t * (3 - 2 * t);
/** The border of a fluid keeps its place: the cup does not move with the coffee. */
const calm = (place: Place, width: number): number => smoothstep(0, width, place.depth);

const FLUID: Partial<Record<Action, Surface>> = {
  ripple: { headroom: 1.8, seconds: 1.1, cycles: 2, returns: true, make: rings },
  breathe: {
    headroom: 2.2, seconds: 2.4, cycles: 1, returns: true,
    make: ({ random }) => {
      const [cx, cy] = [0.12 * random(), 0.12 * random()];
      return (t) => (p) => {
        const k = 0.09 * dip(t) * calm(p, 0.25);
        return [k * (p.x - cx), k * (p.y - cy) - 0.012 * dip(t) * calm(p, 0.25)];
      };
    },
  },
  bounce: {
    headroom: 2, seconds: 0.7, cycles: 2, returns: true,
    make: ({ random }) => {
      const [phase, k] = [2 * random(), 5 + random()];
      return (t) => (p) => {
        const up = Math.abs(Math.sin(Math.PI * 2 * t)) - 0.3 * Math.abs(Math.sin(Math.PI * 2 * t + k * p.x * 0.3));
        return [0.004 * Math.sin(k * p.x + phase + TAU * t) * calm(p, 0.2), -0.045 * up * calm(p, 0.16)];
      };
    },
  },
  storm: { headroom: 1.6, seconds: 1.6, cycles: 2, returns: true, make: swell },
  sway: { headroom: 2.2, seconds: 2, cycles: 1, returns: true, make: (draw) => slop(draw, 0.04, 1, 0) },
  shake: { headroom: 2, seconds: 0.9, cycles: 3, returns: true, make: (draw) => slop(draw, 0.022, 3, 0.4) },
  shiver: { headroom: 2, seconds: 0.6, cycles: 4, returns: true, make: (draw) => slop(draw, 0.007, 4, 1) },
  burn: { headroom: 2, seconds: 1, cycles: 3, returns: true, make: flames },
}; // biome-ignore format: a table of motions

const FLOWER: Partial<Record<Action, Surface>> = {
  bloom: { headroom: 2, seconds: 3, cycles: 1, returns: false, make: petals },
};
/** A meadow or a wood: what stands before it hides it, so nothing of it may leave its place. */
const MEADOW: Partial<Record<Action, Surface>> = {
  ...FLOWER,
  sway: { headroom: 2.2, seconds: 2.4, cycles: 1, returns: true, make: (draw) => gusts(draw, 0.016) },
  swing: { headroom: 2.2, seconds: 2.4, cycles: 1, returns: true, make: (draw) => gusts(draw, 0.02) },
  dance: { headroom: 2, seconds: 1.6, cycles: 1, returns: true, make: (draw) => gusts(draw, 0.022) },
  blow: { headroom: 2, seconds: 1.8, cycles: 1, returns: true, make: (draw) => gusts(draw, 0.022) },
  shake: { headroom: 2, seconds: 0.7, cycles: 2, returns: true, make: (draw) => gusts(draw, 0.014) },
  shiver: { headroom: 2, seconds: 0.4, cycles: 4, returns: true, make: (draw) => gusts(draw, 0.006) },
};
const TABLES = { fluid: FLUID, flower: FLOWER, meadow: MEADOW };

/** The motion for an action, or undefined where such a thing has none. */
export function surfaceMotion(
  action: Action,
  kind: keyof typeof TABLES,
  build: Build,
  wanted: Wanted,
): Deformation | undefined {
  const surface = TABLES[kind][action];
  if (!surface) return undefined;
  const next = seededRandom(wanted.seed);
  const random = () => 2 * next() - 1;
  const own = 1 + 0.12 * random();
  const side = next() < 0.5 ? -1 : 1;
  const way = wanted.direction && WAYS[wanted.direction as Direction];
  const at = surface.make({ ...build, random, side, loop: wanted.loop, way });
  return {
    ...surface,
    seconds: surface.seconds * (1 + 0.1 * random()),
    at: (time, size) => {
      const shift = at(time);
      return (place) => {
        const [x, y] = shift(place);
        return [x * size * own, y * size * own];
      };
    },
  };
}

/** Length of a ring's wave in object sizes. */
const RING = 0.19;

/** Rings round two or three drops, as flat as the surface is seen, over a swell that crosses them. */
function rings({ width, height, random, side }: Draw): (time: number) => Shift {
  const flat = Math.min(1, Math.max(0.35, height / width));
  const drops = Array.from({ length: random() > 0 ? 3 : 2 }, () => ({
    x: 0.32 * width * random(),
    y: 0.32 * height * random(),
    rate: random() > 0.4 ? 3 : 2,
    phase: 3 * random(),
  }));
  return (t) => (p) => {
    let [dx, dy] = [0, 0];
    for (const drop of drops) {
      const [u, v] = [p.x - drop.x, (p.y - drop.y) / flat];
      const r = Math.max(1e-3, Math.hypot(u, v));
      // Calm in the very middle, strongest round it, weaker outwards.
      const height = (0.0095 * smoothstep(0, RING / 2, r)) / (1 + 2.2 * r);
      const wave = height * Math.sin((TAU * r) / RING - TAU * drop.rate * t + drop.phase);
      dx += (wave * u) / r;
      dy += ((wave * v) / r) * flat;
    }
    const swell = 0.004 * Math.sin(9 * p.y + 4 * side * p.x - TAU * t);
    const edge = calm(p, 0.06);
    return [(dx + 0.5 * swell) * edge, (dy + swell) * edge];
  };
}

/** A heavy sea: long crests that cross each other and carry the surface round in circles, steeper at the top. */
function swell({ width, height, random, side }: Draw): (time: number) => Shift {
  // Seen from the shore, waves lie nearly level and get shorter towards the horizon.
  const flat = Math.min(1, Math.max(0.35, height / width));
  const waves = [
    { length: 0.55, rate: 1, size: 0.025 },
    { length: 0.3, rate: 2, size: 0.011 },
    { length: 0.17, rate: 3, size: 0.004 },
  ].map((w) => ({ ...w, way: side * (0.5 + 0.5 * random()) + 0.2, phase: 3 * random() }));
  return (t) => (p) => {
    let [dx, dy] = [0, 0];
    for (const w of waves) {
      const angle =
        (TAU / w.length) * (Math.cos(w.way) * p.x + (Math.sin(w.way) * p.y) / flat) -
        TAU * w.rate * t +
        w.phase;
      dx += w.size * Math.cos(angle);
      dy -= w.size * (Math.sin(angle) + 0.2 * Math.sin(2 * angle));
    }
    const edge = calm(p, 0.16);
    return [dx * edge, dy * edge];
  };
}

/** Gusts that run over a meadow: stalks bow before each and rise after it, the far ones (above) less. */
function gusts({ height, random, side, way }: Draw, far: number): (time: number) => Shift {
  const wind = way && Math.abs(way[0]) > 0.3 ? Math.sign(way[0]) : side;
  const waves = [
    { length: 0.45, rate: 1, size: 1 },
    { length: 0.23, rate: 2, size: 0.5 },
    { length: 0.12, rate: 3, size: 0.25 },
  ].map((w) => ({ ...w, slant: 0.5 * random(), phase: 3 * random() }));
  return (t) => (p) => {
    const near = 0.6 + 0.4 * Math.min(1, Math.max(0, p.y / height + 0.5));
    let bow = 0;
    for (const w of waves) {
      const along = (TAU / w.length) * (wind * p.x + w.slant * p.y);
      bow += w.size * Math.sin(along - TAU * w.rate * t + w.phase);
    }
    const k = far * near * calm(p, 0.05);
    return [k * bow * wind, 0.2 * k * bow];
  };
}

/** A body of liquid that is rocked: it runs from side to side, later in its depth, and its surface tips. */
function slop(
  { random, side, way }: Draw,
  far: number,
  times: number,
  ragged: number,
): (time: number) => Shift {
  const [wx, wy] = way && Math.hypot(...way) > 0.9 ? way : [side, 0];
  const phases = [random(), 2 * random(), 2 * random()];
  return (t) => (p) => {
    const angle = TAU * times * t + phases[0] - 1.2 * p.y;
    const main = Math.sin(angle) + ragged * 0.6 * Math.sin(2 * angle + phases[1] + 6 * p.x);
    const tip = 0.6 * Math.sin(angle + 0.9 + 4 * p.x + ragged * phases[2]);
    const k = far * calm(p, 0.22);
    return [k * (wx * main - wy * tip), k * (wy * main + wx * tip * 0.7)];
  };
}

/** Tongues of fire: held at the foot, they lick upwards in waves that grow, split and shrink again. */
function flames({ height, random }: Draw): (time: number) => Shift {
  const waves = [
    { k: 5, across: 2, rate: 1, size: 0.055 },
    { k: 9, across: 5, rate: 2, size: 0.034 },
    { k: 17, across: 11, rate: 3, size: 0.014 },
  ].map((w) => ({ ...w, across: w.across * random(), phase: 3 * random(), leap: 3 * random() }));
  return (t) => (p) => {
    const h = Math.max(0, (height / 2 - p.y) / height);
    const free = Math.min(1.3, h) ** 1.3;
    let [dx, dy] = [0, 0];
    for (const w of waves) {
      const angle = w.k * (height / 2 - p.y) + w.across * p.x - TAU * w.rate * t;
      dx += w.size * Math.sin(angle + w.phase);
      dy += 1.3 * w.size * Math.sin(0.6 * w.k * h * height + 3 * w.across * p.x - TAU * w.rate * t + w.leap);
    }
    return [dx * free, dy * free];
  };
}

/** Petals open outwards from the heart, the outer ones first, each at its own pace; the pot or the ground stays. */
function petals({ width, height, foot, random, loop, side }: Draw): (time: number) => Shift {
  const [count, phase, turn] = [5 + Math.round(2 * random()), 3 * random(), 0.05 * side];
  const [top, tall] = [-height / 2, foot + height / 2];
  const radius = Math.max(1e-3, Math.min(width, tall) / 2);
  // The heart of a flower on a stem is in its upper part.
  const heart = tall > 1.3 * width ? top + radius : (top + foot) / 2;
  return (t) => (p) => {
    const [u, v] = [p.x, p.y - heart];
    const r = Math.hypot(u, v) / radius;
    const late = 0.12 * (1 + Math.sin(count * Math.atan2(v, u) + phase)) * Math.min(1, r);
    const along = loop ? dip(t) : ease(Math.min(1, Math.max(0, (t - late) / (1 - 0.24))));
    // Below the flower its stem stays.
    const kept = smoothstep(0, 0.5 * radius, foot - p.y) * (v > 0 ? 1 - smoothstep(1, 1.6, r) : 1);
    const open = 0.2 * (0.35 + 0.65 * Math.min(1, r));
    return [along * kept * (open * u - turn * v), along * kept * (open * v + turn * u)];
  };
}
