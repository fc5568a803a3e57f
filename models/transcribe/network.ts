import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { openSession } from '../session.ts';
import type { Layout } from './convert.ts';

type Tensors = Record<string, Tensor>;

/** What the encoder made of one stretch of sound: keys and values for the decoder's cross-attention. */
export type Heard = Tensors;

/** Keys and values of the tokens so far; `length` counts them. */
export interface Past {
  length: number;
  tensors: Tensors;
}

/** Whisper's two graphs (models/training/whisper/graph.py), batch 1. */
export interface Network {
  /** The same with what it learnt on top of Whisper (models/training/hearing): spoken English commands in noise. */
  attuned?: Network;
  size: Layout['size'];
  /** @param mel [mels, frames], frames even and at most 2 * audio_positions */
  encode(mel: Float32Array, frames: number): Promise<Heard>;
  /** No tokens yet. */
  empty(): Past;
  /**
   * Feeds tokens after `past`, which stays usable.
   * @param rows which of the new tokens' predictions are wanted
   * @returns their logits, [rows][vocabulary]
   */
  step(
    heard: Heard,
    past: Past,
    tokens: number[],
    rows: number[],
  ): Promise<{ logits: Float32Array[]; past: Past }>;
}

/** @param folder holds encoder.onnx, decoder.onnx, weights.bin and layout.json */
export async function openNetwork(folder: string, threads: number): Promise<Network> {
  const { size, rank }: Layout = JSON.parse(await readFile(join(folder, 'layout.json'), 'utf8'));
  const encoder = await openSession(join(folder, 'encoder.onnx'), threads);
  const decoder = await openSession(join(folder, 'decoder.onnx'), threads);
  const sessions = { encoder, decoder, size };
  if (!rank) return networkOf(sessions, {});
  return { ...networkOf(sessions, attuned(0)), attuned: networkOf(sessions, attuned(1)) };
}

/** @param share of what was learnt that is added */
const attuned = (share: number): Tensors => ({
  attuned: new Tensor('float32', Float32Array.of(share), [1]),
});

/** @param more inputs of both graphs, the same at each run */
function networkOf(
  { encoder, decoder, size }: { encoder: InferenceSession; decoder: InferenceSession; size: Layout['size'] },
  more: Tensors,
): Network {
  return {
    size,
    encode: (mel, frames) =>
      run(encoder, { mel: new Tensor('float32', mel, [1, size.mels, frames]), ...more }),
    empty: () => ({ length: 0, tensors: emptyCache(size) }),
    async step(heard, past, tokens, rows) {
      const output = await run(decoder, {
        ...heard,
        ...past.tensors,
        ...more,
        tokens: integers(tokens),
        positions: integers(tokens.map((_, i) => past.length + i)),
        rows: integers(rows),
      });
      const all = output.logits.data as Float32Array;
      const v = size.vocabulary;
      const tensors: Tensors = {};
      for (const name in past.tensors) tensors[name] = output[name.replace('past', 'present')];
      return {
        logits: rows.map((_, i) => all.subarray(i * v, (i + 1) * v)),
        past: { length: past.length + tokens.length, tensors },
      };
    },
  };
}

async function run(session: InferenceSession, inputs: Tensors): Promise<Tensors> {
  return (await session.run(inputs)) as Tensors;
}

function integers(values: number[]): Tensor {
  return new Tensor('int64', BigInt64Array.from(values, BigInt), [values.length]);
}

function emptyCache({ layers, heads, width }: Layout['size']): Tensors {
  const cache: Tensors = {};
  for (let layer = 0; layer < layers; layer++)
    for (const kind of ['key', 'value'])
      cache[`past_${kind}_${layer}`] = new Tensor('float32', new Float32Array(0), [
        1,
        heads,
        0,
        width / heads,
      ]);
  return cache;
}
