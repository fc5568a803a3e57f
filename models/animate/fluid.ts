import type { Action, Direction, FlowMotion } from '../types.ts';
import { latticeOf } from './grid.ts';
import type { AnimateInput, MotionReport } from './index.ts';
import { wishOf } from './magnitude.ts';
import { randomOf } from './scheduler.ts';
import { smoothstep } from './skin.ts';

/**
 * Fluids flow: a stationary velocity inside the mask that fades at its border (Holynski et al., CVPR 2021). It is the
 * curl of a random smooth stream function, so that nothing piles up, plus a steady part along the action's way.
 */
interface Flow {
  /** Steady part (object sizes per second) and its way where the command names none. */
  steady: number;
  way: [number, number];
  /** Strength of the eddies beside the steady part, and how many fit along the object. */
  eddies: number;
  scale: number;
  usual: number;
}

const FLOWS: Partial<Record<Action, Flow>> = {
  flow: { steady: 1, way: [1, 0], eddies: 0.35, scale: 3, usual: 0.06 },
  ripple: { steady: 0.15, way: [0.6, 0.8], eddies: 1, scale: 6, usual: 0.025 },
  storm: { steady: 0.5, way: [1, 0.1], eddies: 1, scale: 2.5, usual: 0.1 },
  smoke: { steady: 1, way: [0.15, -1], eddies: 0.7, scale: 3, usual: 0.06 },
  burn: { steady: 1, way: [0, -1], eddies: 0.8, scale: 5, usual: 0.09 },
  blow: { steady: 1, way: [1, 0], eddies: 0.5, scale: 3, usual: 0.07 },
  drift: { steady: 1, way: [1, 0], eddies: 0.15, scale: 2, usual: 0.04 },
  rise: { steady: 1, way: [0, -1], eddies: 0.3, scale: 3, usual: 0.06 },
  fall: { steady: 1, way: [0, 1], eddies: 0.3, scale: 3, usual: 0.08 },
};
const HEADROOM = 2.5;
const WAYS: Record<Direction, [number, number]> = {
  left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1], forward: [0, 1], back: [0, -1],
}; // biome-ignore format: a compass

export function animateFluid(
  input: AnimateInput,
): { motion: FlowMotion; magnitude: MotionReport['magnitude'] } | undefined {
  const { command, region } = input;
  const flow = FLOWS[command.action === 'move' ? 'flow' : command.action];
  if (!flow) return undefined;
  const lattice = latticeOf(region);
  const { columns, rows, step } = lattice;
  const size = Math.max(region.box.width, region.box.height, 1);
  const random = randomOf(input.seed);
  const [wx, wy] = command.direction ? WAYS[command.direction] : seeded(flow.way, random);
  const stream = streamFunction(flow.scale, random);
  const velocity = new Float32Array(columns * rows * 2);
  const border = 0.06 * size;
  // Fading the stream function rather than the velocity keeps the field free of divergence: flow turns along the border.
  const value = (c: number, r: number): number => {
    const x = (lattice.box.x + c * step - region.box.x) / size;
    const y = (lattice.box.y + r * step - region.box.y) / size;
    const i = Math.min(rows - 1, Math.max(0, r)) * columns + Math.min(columns - 1, Math.max(0, c));
    return flow.eddies * stream(x, y) * smoothstep(0, border, lattice.depth[i]);
  };
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const i = r * columns + c;
      const fade = smoothstep(0, border, lattice.depth[i]);
      const per = size / (2 * step);
      velocity[i * 2] = fade * flow.steady * wx + per * (value(c, r + 1) - value(c, r - 1));
      velocity[i * 2 + 1] = fade * flow.steady * wy - per * (value(c + 1, r) - value(c - 1, r));
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
      seconds: input.seconds,
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
