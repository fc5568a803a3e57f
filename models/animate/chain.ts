import type { Action, Direction, Point } from '../types.ts';
import { CHAINS, CHANNELS, COUNT, type Geometry, slotOf } from './bones.ts';
import type { Lattice } from './grid.ts';
import type { WholeMotion } from './lifeless.ts';
import { randomOf } from './scheduler.ts';
import { type Skin, smoothstep } from './skin.ts';

/**
 * Things that bend along an axis from a fixed end: plants, flags, curtains, and standing things of unknown build. The
 * axis carries the three bones of a tail; a seeded prior turns them with a lag towards the free end.
 */
const BONES = CHAINS.tail.map(slotOf);
const DEGREE = Math.PI / 180;

/** Degrees of the three bones, lag between them (radians), lean in a direction, seconds, cycles, usual size. */
const MOTIONS: Partial<Record<Action, [[number, number, number], number, number, number, number, number]>> = {
  sway: [[3, 4, 5], 0.5, 0, 2, 1, 0.02],
  blow: [[3, 6, 9], 0.9, 1, 1.4, 2, 0.028],
  swing: [[6, 5, 4], 0.3, 0, 1.6, 1, 0.035],
  shake: [[2, 4, 5], 0.6, 0, 0.35, 3, 0.014],
  shiver: [[1, 1.5, 2], 0.8, 0, 0.15, 4, 0.006],
  dance: [[5, -6, 7], 0.4, 0, 0.9, 2, 0.025],
};

/** The prior for an action, or undefined where a bending thing has none. `axis` is [fixed end, free end]. */
export function bendingMotion(
  action: Action,
  axis: [Point, Point],
  options: { seed: number; direction?: Direction },
): WholeMotion | undefined {
  const row = MOTIONS[action === 'move' ? 'sway' : action];
  if (!row) return undefined;
  const [degrees, lag, lean, seconds, cycles, usual] = row;
  const random = randomOf(options.seed);
  const phases = degrees.map(() => 0.4 * (random() - 0.5));
  const second = 0.15 + 0.25 * random();
  const start = random() < 0.5 ? 0 : Math.PI;
  // Bending towards the right of the picture turns a thing fixed below clockwise, and one fixed above the other way.
  const upright = axis[1].y <= axis[0].y ? 1 : -1;
  const side =
    (options.direction === 'left' ? -1 : options.direction === 'right' ? 1 : random() < 0.5 ? -1 : 1) *
    upright;
  const gust = (t: number, i: number): number => {
    const x = 2 * Math.PI * cycles * t + start - lag * i + phases[i];
    const flutter = Math.sin(x) + second * Math.sin(2 * x - lag * i);
    return flutter;
  };
  return {
    usual: usual * (0.85 + 0.3 * random()),
    headroom: 2.5,
    seconds: seconds * cycles,
    cycles,
    returns: true,
    at: (t) => {
      const pose = new Float64Array(COUNT * CHANNELS);
      BONES.forEach((k, i) => {
        const wind = (lean * side * (1 - Math.cos(2 * Math.PI * t))) / 2;
        pose[k * CHANNELS] = degrees[i] * DEGREE * (gust(t, i) - gust(0, i) + 1.2 * wind);
      });
      return pose;
    },
  };
}

/** The axis as a geometry of three equal bones. */
export function bendingGeometry(g: Geometry, axis: [Point, Point]): Geometry {
  const at = (t: number): number[] => [
    (axis[0].x + (axis[1].x - axis[0].x) * t - g.centre.x) / g.size,
    (axis[0].y + (axis[1].y - axis[0].y) * t - g.centre.y) / g.size,
  ];
  const out = { ...g, start: g.start.slice(), end: g.end.slice(), visible: g.visible.map((_, k) => k === 0) };
  BONES.forEach((k, i) => {
    out.start.set(at(i / 3), k * 2);
    out.end.set(at((i + 1) / 3), k * 2);
    out.visible[k] = true;
  });
  return out;
}

/** Weights by position along the axis alone; the first tenth at the fixed end stays. */
export function bendingSkin(g: Geometry, lattice: Lattice): Skin {
  const nodes = lattice.inside.length;
  const weights = new Float32Array(COUNT * nodes);
  const [first, , last] = BONES;
  const [ax, ay] = [g.start[first * 2], g.start[first * 2 + 1]];
  const [dx, dy] = [g.end[last * 2] - ax, g.end[last * 2 + 1] - ay];
  const square = Math.max(1e-9, dx * dx + dy * dy);
  for (let i = 0; i < nodes; i++) {
    const x = (lattice.box.x + (i % lattice.columns) * lattice.step - g.centre.x) / g.size - ax;
    const y = (lattice.box.y + Math.floor(i / lattice.columns) * lattice.step - g.centre.y) / g.size - ay;
    const along = (3 * (x * dx + y * dy)) / square;
    let left = 1;
    for (let b = 2; b >= 0; b--) {
      const w = left * (b === 0 ? smoothstep(0, 0.9, along) : smoothstep(b - 0.6, b + 0.6, along));
      weights[BONES[b] * nodes + i] = w;
      left -= w;
    }
    weights[i] = left;
  }
  return { weights, used: [0, ...BONES] };
}
