import { seededRandom } from '../random.ts';
import type { Action, FlowMotion } from '../types.ts';
import { placesOf } from './deform.ts';
import { type Lattice, latticeOf } from './grid.ts';
import type { AnimateInput, MotionReport } from './index.ts';
import { wishOf } from './magnitude.ts';
import { smoothstep } from './skin.ts';
import { WAYS } from './whole.ts';

/**
 * Fluids flow: a stationary velocity inside the mask that fades at its border (Holynski et al., CVPR 2021). It is the
 * curl of a random smooth stream function, so that nothing piles up, plus a steady part along the action's way.
 */
interface Flow {
  /** Steady part and its way where the command names none. */
  steady: number;
  way: [number, number];
  /** How much the steady part spreads out on its way. */
  widening?: number;
  /** One whirl round the middle. */
  whirl?: number;
  /** Strength of the eddies beside the steady part, and how many fit along the object. */
  eddies: number;
  scale: number;
  /** Mean speed, object sizes per second. */
  usual: number;
  /** Seconds until the picture's own texture comes back, where the flow does not tear it sooner. */
  period: number;
}

const FLOWS: Partial<Record<Action, Flow>> = {
  flow: { steady: 1, way: [1, 0], eddies: 0.35, scale: 3, usual: 0.06, period: 2 },
  storm: { steady: 0.8, way: [1, 0.1], eddies: 1, scale: 1.3, usual: 0.12, period: 1.3 },
  smoke: { steady: 1, way: [0.1, -1], widening: 1.2, eddies: 0.6, scale: 2.5, usual: 0.07, period: 2 },
  blow: { steady: 1, way: [1, 0], eddies: 0.5, scale: 3, usual: 0.09, period: 1.5 },
  drift: { steady: 1, way: [1, 0], eddies: 0.12, scale: 2, usual: 0.04, period: 3 },
  rise: { steady: 1, way: [0, -1], eddies: 0.3, scale: 3, usual: 0.07, period: 2 },
  fall: { steady: 1, way: [0, 1], eddies: 0.3, scale: 4, usual: 0.12, period: 1.2 },
  spin: { steady: 0, way: [0, 0], whirl: 1, eddies: 0.12, scale: 3, usual: 0.12, period: 1.6 },
};
const HEADROOM = 2.5;

/** The flow of an action, or undefined where fluids have none. */
export function streamingMotion(
  action: Action,
  input: AnimateInput,
): { motion: FlowMotion; magnitude: MotionReport['magnitude'] } | undefined {
  const flow = FLOWS[action];
  if (!flow) return undefined;
  const { command, region } = input;
  const lattice = latticeOf(region);
  const { columns, rows, step } = lattice;
  const size = Math.max(region.box.width, region.box.height, 1);
  const random = seededRandom(input.seed);
  const [wx, wy] = command.direction ? WAYS[command.direction] : seeded(flow.way, random);
  const turning = (random() < 0.5 ? -1 : 1) * (flow.whirl ?? 0);
  const stream = streamFunction(flow.scale, random);
  const places = placesOf(lattice, input);
  const [halfX, halfY] = [region.box.width / size / 2, region.box.height / size / 2];
  const velocity = new Float32Array(columns * rows * 2);
  const fade = (i: number): number => smoothstep(0, 0.1, places[i].depth);
  // Fading the stream function rather than the velocity keeps the field free of divergence: flow turns along the border.
  const value = (c: number, r: number): number => {
    const i = Math.min(rows - 1, Math.max(0, r)) * columns + Math.min(columns - 1, Math.max(0, c));
    const { x, y } = places[i];
    // A whirl seen at a slant is as flat as the thing.
    const whirl = turning * Math.exp(-2.2 * ((x / halfX) ** 2 + (y / halfY) ** 2));
    return (flow.eddies * stream(x + 0.5, y + 0.5) + 0.4 * halfY * whirl) * fade(i);
  };
  const per = size / (2 * step);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const i = r * columns + c;
      const { x, y } = places[i];
      // Across the way, and how far along it: smoke that rises gets wider.
      const spread = (flow.widening ?? 0) * (wx * y - wy * x) * (0.5 + wx * x + wy * y);
      const steady = flow.steady * fade(i);
      velocity[i * 2] = steady * (wx - wy * spread) + per * (value(c, r + 1) - value(c, r - 1));
      velocity[i * 2 + 1] = steady * (wy + wx * spread) - per * (value(c + 1, r) - value(c - 1, r));
    }
  }
  const wish = wishOf(flow.usual, HEADROOM, input.magnitude, command.strength);
  const mean = meanSpeed(velocity, lattice.inside);
  const gain = mean > 1e-9 ? (wish.target * size) / mean : 0;
  for (let i = 0; i < velocity.length; i++) velocity[i] *= gain;
  return {
    motion: {
      kind: 'flow',
      columns,
      rows,
      box: lattice.box,
      seconds: periodOf(velocity, lattice, flow.period, input.seconds),
      periodic: true,
      velocity,
    },
    magnitude: {
      asked: wish.asked,
      measured: (mean * gain) / size,
      ceiling: wish.ceiling,
      clamped: wish.clamped,
    },
  };
}

/** Texture may be stretched about e times before it comes back; and it comes back no faster than this many seconds. */
const STRETCH = 1;
const SHORTEST = 0.5;

/** Whole periods of the clip, so short that what is carried along is not torn: stretch grows as exp(strain * time). */
function periodOf(velocity: Float32Array, lattice: Lattice, wanted: number, seconds: number): number {
  const { columns, inside, step } = lattice;
  const strains: number[] = [];
  for (let i = 0; i + columns + 1 < inside.length; i++) {
    if (inside[i] + inside[i + 1] + inside[i + columns] < 3) continue;
    const d = (j: number, k: number) => velocity[j * 2 + k] - velocity[i * 2 + k];
    strains.push(Math.hypot(d(i + 1, 0), d(i + 1, 1), d(i + columns, 0), d(i + columns, 1)) / step);
  }
  const strain = Float64Array.from(strains).sort()[Math.floor(0.95 * strains.length)] ?? 0;
  const period = Math.max(SHORTEST, Math.min(wanted, STRETCH / Math.max(1e-6, strain)));
  return seconds / Math.max(1, Math.round(seconds / period));
}

/** A way that the seed tilts a little, and mirrors. */
function seeded([x, y]: [number, number], random: () => number): [number, number] {
  const tilt = 0.4 * (random() - 0.5);
  const mirror = random() < 0.5 ? -1 : 1;
  return [mirror * x - tilt * y, y + tilt * x];
}

/** Sum of a dozen plane waves of random direction and phase, about `scale` periods along the object. */
function streamFunction(scale: number, random: () => number): (x: number, y: number) => number {
  const waves = Array.from({ length: 12 }, () => {
    const angle = 2 * Math.PI * random();
    const rate = 2 * Math.PI * scale * (0.6 + 0.8 * random());
    return {
      x: rate * Math.cos(angle),
      y: rate * Math.sin(angle),
      phase: 2 * Math.PI * random(),
      size: 0.4 / rate,
    };
  });
  return (x, y) => waves.reduce((sum, w) => sum + w.size * Math.sin(w.x * x + w.y * y + w.phase), 0);
}

function meanSpeed(velocity: Float32Array, inside: Uint8Array): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < inside.length; i++) {
    if (inside[i] === 0) continue;
    sum += Math.hypot(velocity[i * 2], velocity[i * 2 + 1]);
    count++;
  }
  return count > 0 ? sum / count : 0;
}
