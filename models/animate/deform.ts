import type { Hooks, Note, WarpMotion } from '../types.ts';
import { foldsOf, meanOver } from './field.ts';
import { type Lattice, latticeOf, sweep } from './grid.ts';
import type { AnimateInput, MotionReport } from './index.ts';
import { wishOf } from './magnitude.ts';
import { DAMPED, tooTight } from './perform.ts';
import { envelope, timingOf } from './period.ts';
import { unfold } from './unfold.ts';

/** A place on the thing. Object units: the middle of the thing's box is (0, 0), its longest side is 1, y down. */
export interface Place {
  x: number;
  y: number;
  /** How far inside the silhouette it lies; the picture's edge is no border. 0 outside. */
  depth: number;
}

/** Displacement of a place in object units. */
export type Shift = (place: Place) => [number, number];

/** A motion of a thing without bones, written at its default size. */
export interface Deformation {
  /** How many times the default size is still sensible (4-motion.md, 5-renderer.md). */
  headroom: number;
  /** Seconds of one period at normal speed. */
  seconds: number;
  /** Repetitions within it. */
  cycles: number;
  /** Whether it comes back by itself; otherwise time 0..1 is the whole clip, and it ends where it has gone. */
  returns: boolean;
  /** The motion is as large as it must be (a whole turn): it does not grow with the magnitude, nor ease in. */
  exact?: boolean;
  /** The shape at a time 0..1, `size` times as large as usual. Only an exact motion ignores `size`. */
  at(time: number, size: number): Shift;
}

/** Key times at which a motion is measured. */
const PROBES = 12;
/** Key steps in a second: ten for every repetition, within these. */
const KEYS = { least: 12, most: 40 };

/** Sizes, times and samples a deformation: what `perform` is for bones. */
export function deform(
  motion: Deformation,
  input: AnimateInput,
  notes: Note[],
  hooks: Hooks,
): { motion: WarpMotion; magnitude: MotionReport['magnitude'] } {
  const lattice = latticeOf(input.region);
  const nodes = lattice.inside.length;
  const extent = Math.max(input.region.box.width, input.region.box.height, 1);
  const places = placesOf(lattice, input);
  const near = Array.from(places.keys()).filter((i) => isNear(i, lattice));
  hooks.abort.throwIfAborted();

  /** [times, nodes, 2] pixels. A clip that loops starts anywhere in the motion, so its first shape is taken off all. */
  const shapes = (times: number[], sizes: number[]): Float32Array => {
    const out = new Float32Array(times.length * nodes * 2);
    times.forEach((time, step) => {
      hooks.abort.throwIfAborted();
      const shift = motion.at(time, sizes[step]);
      const rest = input.loop ? motion.at(0, sizes[step]) : undefined;
      for (const i of near) {
        const o = (step * nodes + i) * 2;
        const [x, y] = shift(places[i]);
        out[o] = x * extent;
        out[o + 1] = y * extent;
        if (!rest) continue;
        const [x0, y0] = rest(places[i]);
        out[o] -= x0 * extent;
        out[o + 1] -= y0 * extent;
      }
    });
    return out;
  };

  // What is seen edge-on is thin without being folded.
  const mend = (field: Float32Array) => {
    if (!motion.exact) unfold(field, lattice);
  };
  const probes = Array.from({ length: PROBES }, (_, i) => (i + 0.5) / PROBES);
  const measure = (size: number) => {
    const field = shapes(
      probes,
      probes.map(() => size),
    );
    mend(field);
    const amount = meanOver(field, nodes, (i) => lattice.inside[i]) / extent;
    return { amount, folds: foldsOf(field, lattice) };
  };
  const wish = wishOf(1, motion.headroom, input.magnitude, input.command.strength);
  let size = wish.target;
  let now = measure(size);
  const usual = size > 0 ? now.amount / size : 0;
  const damped = tooTight(now.folds) && !motion.exact;
  if (damped) {
    // The largest size that does not fold, by bisection between rest and what was asked for.
    let [free, tight] = [0, size];
    for (let i = 0; i < 6; i++) {
      const middle = (free + tight) / 2;
      const there = measure(middle);
      if (tooTight(there.folds)) tight = middle;
      else [free, now] = [middle, there];
    }
    size = free;
  }
  if (damped) notes.push(DAMPED);
  hooks.progress(0.5);

  const { periods } = timingOf(input.seconds, motion.seconds);
  const wanted = Math.max(KEYS.least * input.seconds, 10 * motion.cycles * periods);
  const steps = Math.max(12, Math.round(Math.min(wanted, KEYS.most * input.seconds)));
  const returns = motion.returns || input.loop;
  const whole = Array.from({ length: steps }, (_, k) => k / (returns ? steps : steps - 1));
  const eases = motion.returns && !input.loop && !motion.exact;
  const displacement = shapes(
    whole.map((at) => (motion.returns ? (at * periods) % 1 : at)),
    whole.map((at) => (eases ? size * envelope(at, input.seconds) : size)),
  );
  displacement.fill(0, 0, nodes * 2);
  mend(displacement);
  hooks.progress(1);
  const { columns, rows, box } = lattice;
  return {
    motion: {
      kind: 'warp',
      columns,
      rows,
      box,
      seconds: input.seconds,
      periodic: returns,
      steps,
      displacement,
    },
    magnitude: {
      asked: wish.asked * usual,
      measured: now.amount,
      ceiling: wish.ceiling * usual,
      clamped: wish.clamped || damped,
    },
  };
}

/** Nodes so many cells outside the silhouette still move, with its soft edge. */
const EDGE = 4;

function isNear(node: number, { columns, nearest }: Lattice): boolean {
  const [dx, dy] = [
    (nearest[node] % columns) - (node % columns),
    Math.floor(nearest[node] / columns) - Math.floor(node / columns),
  ];
  return Math.hypot(dx, dy) <= EDGE;
}

/** Every node of the lattice as a place. */
export function placesOf(lattice: Lattice, { region, picture }: AnimateInput): Place[] {
  const { columns, rows, step, box, inside } = lattice;
  const extent = Math.max(region.box.width, region.box.height, 1);
  const at = (i: number) => ({
    x: box.x + (i % columns) * step,
    y: box.y + Math.floor(i / columns) * step,
  });
  // A sky goes on beyond the picture: only what is seen not to be the thing counts as its border.
  const border = (i: number): boolean => {
    const { x, y } = at(i);
    return inside[i] === 0 && x >= 0 && y >= 0 && x < picture.width && y < picture.height;
  };
  const { distance } = sweep(columns, rows, step, inside, border);
  return Array.from({ length: inside.length }, (_, i) => {
    const { x, y } = at(i);
    return {
      x: (x - region.box.x - region.box.width / 2) / extent,
      y: (y - region.box.y - region.box.height / 2) / extent,
      depth: Math.min(1, distance[i] / extent),
    };
  });
}
