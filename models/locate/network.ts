import { fileURLToPath } from 'node:url';
import { Tensor } from 'onnxruntime-node';
import { openSession } from '../session.ts';
import type { Box, Click } from '../types.ts';
import type { Seen } from './window.ts';

const weights = (name: string) => fileURLToPath(new URL(`../weights/${name}`, import.meta.url));
/** What a point of a prompt is; the corners of a box go together, and NOTHING stands where there is no box. */
const [NOTHING, NEGATIVE, POSITIVE, TOP_LEFT, BOTTOM_RIGHT] = [-1, 0, 1, 2, 3];

/** What is asked of a window: clicks, and the detector's box as a hint; in pixels of the picture. */
export interface Prompt {
  clicks: Click[];
  box?: Box;
}

/** Logits of a mask over a window, [height, width], and its expected intersection over union with what was meant, 0..1. */
export interface Answer {
  width: number;
  height: number;
  logits: Float32Array;
  fit: number;
}

/** A window that was seen once and may be asked several times. */
export type Ask = (prompt: Prompt) => Promise<Answer>;
export type See = (seen: Seen) => Promise<Ask>;

/**
 * Click to mask: the network of models/training/masks (TinyViT and the two-way decoder of Segment Anything, from MobileSAM's weights).
 * Seeing takes about 0.2 s on two cores, each answer 0.04 s.
 */
export async function openMaskNetwork(): Promise<See> {
  const [encoder, decoder] = await Promise.all([
    openSession(weights('masks-encoder.onnx')),
    openSession(weights('masks-decoder.onnx')),
  ]);
  return async (seen) => {
    const photo = new Tensor('float32', seen.planes, [1, 3, seen.height, seen.width]);
    const { embedding, fine } = await encoder.run({ photo });
    return async (prompt) => {
      const { points, labels } = pointsOf(prompt, seen);
      const { logits, fit } = await decoder.run({ photo, embedding, fine, points, labels });
      const [, height, width] = logits.dims;
      return { width, height, logits: logits.data as Float32Array, fit: (fit.data as Float32Array)[0] };
    };
  };
}

/** Points [1, N, 2] in longer sides of what is seen, and what each of them is. */
function pointsOf({ clicks, box }: Prompt, { window, width, height }: Seen) {
  const longest = Math.max(width, height);
  const place = (x: number, y: number) => [
    ((x - window.x) * width) / window.width / longest,
    ((y - window.y) * height) / window.height / longest,
  ];
  const points = clicks.map(({ x, y }) => place(x, y));
  const labels = clicks.map(({ exclude }) => (exclude ? NEGATIVE : POSITIVE));
  if (box) {
    points.push(place(box.x, box.y), place(box.x + box.width, box.y + box.height));
    labels.push(TOP_LEFT, BOTTOM_RIGHT);
  } else {
    points.push([0, 0]);
    labels.push(NOTHING);
  }
  return {
    points: new Tensor('float32', Float32Array.from(points.flat()), [1, points.length, 2]),
    labels: new Tensor('int64', BigInt64Array.from(labels.map(BigInt)), [1, labels.length]),
  };
}
