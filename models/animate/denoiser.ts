import { readFileSync } from 'node:fs';
import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { openSession, weightsFile } from '../session.ts';
import type { Direction, Hooks } from '../types.ts';
import { GROUPS, type Group } from './actions.ts';
import { CHANNELS, COUNT, type Geometry, SLOTS } from './bones.ts';
import { gaussian, sample } from './scheduler.ts';
import type { Skeleton } from './skeleton.ts';
import { encodePrompt, PIECES, WORDS } from './text.ts';

/** Key times of one period of the model. */
export const KEYS = 16;

/** What export.py writes beside the weights: the order of the vocabularies, the whitening, the action's usual sizes. */
interface Card {
  model: string;
  actions: string[];
  kinds: string[];
  facings: string[];
  directions: string[];
  /** [29][4] whitening, by action and kind. */
  spread: Record<string, Record<string, number[][]>>;
  sampling: { steps: number; guidance: number; temperature: number };
  /** Channels (slot * 4 + channel) that an action of a kind moves at all; others are put to rest. */
  moving: Record<string, Record<string, number[]>>;
  /** Per action and kind, in sizes of the acting part: the default size, and the most that the model has learned. */
  magnitudes: Record<string, Record<string, { usual: number; least: number; most: number }>>;
  /** Directions that an action can take; others have none. */
  directed: Record<string, string[]>;
}

export interface Conditions {
  geometry: Geometry;
  kind: 'animal' | 'bird' | 'person';
  facing?: Skeleton['facing'];
  action: string;
  prompt: string;
  direction?: Direction;
  cycles: number;
  /** Mean displacement of the acting part in its own sizes. */
  magnitude: number;
  group: Group;
}

export interface Denoiser {
  card: Card;
  /** Samples one period: poses [16][29 * 4], key 0 not yet put to rest. Same seed, same motion. */
  sample(conditions: Conditions, seed: number, hooks: Hooks): Promise<Float64Array[]>;
}

/** Opens models/weights/motion.onnx; loads once, runs many times. */
export async function createDenoiser(): Promise<Denoiser> {
  const session = await openSession(weightsFile('motion.onnx'));
  const card = JSON.parse(readFileSync(weightsFile('motion.json'), 'utf8')) as Card;
  return {
    card,
    async sample(conditions, seed, hooks) {
      const inputs = inputsOf(conditions, card);
      const slots = inputs.slots;
      const noise = gaussian(slots.length * KEYS * CHANNELS, seed);
      const velocity = (x: Float32Array, time: number) => velocityOf(session, inputs, x, time);
      const latent = await sample(noise, velocity, card.sampling, hooks);
      const { action, kind } = conditions;
      return unpack(latent, slots, card.spread[action][kind], new Set(card.moving[action][kind]));
    },
  };
}

interface Inputs {
  slots: number[];
  feeds: Record<string, Tensor>;
}

/** Row 0 of every input says everything, row 1 nothing but the skeleton: the two sides of guidance. */
export function inputsOf(
  c: Conditions,
  card: Pick<Card, 'actions' | 'kinds' | 'facings' | 'directions'>,
): Inputs {
  const slots = [...Array(COUNT).keys()].filter((k) => c.geometry.visible[k]);
  const n = slots.length;
  const geometry = new Float32Array(2 * n * 7);
  const flags = new Float32Array(2 * n * 3);
  const acting = new Set<string>(GROUPS[c.group]);
  const g = c.geometry;
  for (const row of [0, 1]) {
    slots.forEach((k, i) => {
      const [sx, sy, ex, ey] = [g.start[k * 2], g.start[k * 2 + 1], g.end[k * 2], g.end[k * 2 + 1]];
      const half = SLOTS[k] === 'head' ? [g.half.x, g.half.y] : [0, 0];
      geometry.set([sx, sy, ex, ey, Math.hypot(ex - sx, ey - sy), ...half], (row * n + i) * 7);
      flags.set([1, row === 0 && acting.has(SLOTS[k]) ? 1 : 0, 1], (row * n + i) * 3);
    });
  }
  const pieces = new BigInt64Array(2 * WORDS * PIECES);
  pieces.set(encodePrompt(c.prompt));
  const facing = Math.max(0, card.facings.indexOf(c.facing ?? 'unknown'));
  const direction = Math.max(0, card.directions.indexOf(c.direction ?? 'none'));
  const kind = card.kinds.indexOf(c.kind);
  const said = [card.actions.indexOf(c.action) + 1, kind, facing, direction, c.cycles];
  const globals = BigInt64Array.from([...said, 0, kind, facing, 0, 0].map(BigInt));
  return {
    slots,
    feeds: {
      slot: new Tensor('int64', BigInt64Array.from([...slots, ...slots].map(BigInt)), [2, n]),
      geometry: new Tensor('float32', geometry, [2, n, 7]),
      flags: new Tensor('float32', flags, [2, n, 3]),
      globals: new Tensor('int64', globals, [2, 5]),
      log_magnitude: new Tensor('float32', Float32Array.from([Math.log(c.magnitude), 1, 0, 0]), [2, 2]),
      pieces: new Tensor('int64', pieces, [2, WORDS, PIECES]),
    },
  };
}

/** The network once, for both sides of guidance. */
export async function velocityOf(session: InferenceSession, inputs: Inputs, x: Float32Array, time: number) {
  const noisy = new Float32Array(2 * x.length);
  noisy.set(x);
  noisy.set(x, x.length);
  const result = await session.run({
    ...inputs.feeds,
    noisy: new Tensor('float32', noisy, [2, inputs.slots.length, KEYS, CHANNELS]),
    time: new Tensor('float32', Float32Array.of(time, time), [2]),
  });
  const out = result.velocity.data as Float32Array;
  return { said: out.subarray(0, x.length), unsaid: out.subarray(x.length) };
}

/** [bones, 16, 4] whitened -> 16 poses. */
export function unpack(
  latent: Float32Array,
  slots: number[],
  spread: number[][],
  moving: Set<number>,
): Float64Array[] {
  return Array.from({ length: KEYS }, (_, t) => {
    const pose = new Float64Array(COUNT * CHANNELS);
    slots.forEach((k, i) => {
      for (let c = 0; c < CHANNELS; c++) {
        if (moving.has(k * CHANNELS + c))
          pose[k * CHANNELS + c] = latent[(i * KEYS + t) * CHANNELS + c] * spread[k][c];
      }
    });
    return pose;
  });
}
