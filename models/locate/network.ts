import { Tensor } from 'onnxruntime-node';
import { openSession, weightsFile } from '../session.ts';
import type { Box, Click } from '../types.ts';
import type { Answer } from './see.ts';
import type { Seen } from './window.ts';

/** What a point of a prompt is; the corners of a box go together, and NOTHING stands where there is no box. */
const [NOTHING, NEGATIVE, POSITIVE, TOP_LEFT, BOTTOM_RIGHT] = [-1, 0, 1, 2, 3];

/** Clicks and perhaps a box, in pixels of the picture. */
export interface Points {
  clicks: Click[];
  box?: Box;
}

/** A mask at half the size of an answer, and its expected intersection over union with what was meant, 0..1. */
export interface Draft extends Answer {
  fit: number;
}

/** A window that was seen once. */
export interface Sight {
  /** One draft for each of several questions, about 0.015 s each. */
  draft(questions: Points[]): Promise<Draft[]>;
  /** Twice the size, along the edges of the photo; 0.02 s. */
  sharpen(draft: Answer): Promise<Answer>;
  /** What each cell of 16 pixels shows; 0.01 s. */
  stuff(): Promise<Cells>;
}

/** Probabilities [kinds of stuff, height, width], or of one kind [height, width]. */
export interface Cells {
  width: number;
  height: number;
  shares: Float32Array;
}

export type MaskNetwork = (seen: Seen) => Promise<Sight>;

/**
 * Click to mask: the network of models/training/masks (TinyViT and the two-way decoder of Segment Anything, from MobileSAM's weights).
 * Seeing takes about 0.2 s on two cores.
 */
export async function openMaskNetwork(): Promise<MaskNetwork> {
  const [encoder, decoder, sharpener, namer] = await Promise.all([
    openSession(weightsFile('masks-encoder.onnx')),
    openSession(weightsFile('masks-decoder.onnx')),
    openSession(weightsFile('masks-sharpen.onnx')),
    openSession(weightsFile('masks-stuff.onnx')),
  ]);
  return async (seen) => {
    const photo = new Tensor('float32', seen.planes, [1, 3, seen.height, seen.width]);
    const { embedding, fine } = await encoder.run({ photo });
    return {
      async draft(questions) {
        const { logits, fit } = await decoder.run({ embedding, ...pointsOf(questions, seen) });
        const [, height, width] = logits.dims;
        const [all, fits] = [logits.data as Float32Array, fit.data as Float32Array];
        const size = width * height;
        return questions.map((_, i) => ({
          width,
          height,
          logits: all.subarray(i * size, (i + 1) * size),
          fit: fits[i],
        }));
      },
      async sharpen({ width, height, logits }) {
        const draft = new Tensor('float32', logits, [1, height, width]);
        const { sharp } = await sharpener.run({ photo, fine, draft });
        return { width: sharp.dims[2], height: sharp.dims[1], logits: sharp.data as Float32Array };
      },
      async stuff() {
        const { shares } = await namer.run({ photo, embedding });
        return { width: shares.dims[3], height: shares.dims[2], shares: shares.data as Float32Array };
      },
    };
  };
}

/** Points [questions, N, 2] in longer sides of what is seen, and what each of them is; filled up with NOTHING to the longest. */
function pointsOf(questions: Points[], { window, width, height }: Seen) {
  const longest = Math.max(width, height);
  const place = (x: number, y: number) => [
    ((x - window.x) * width) / window.width / longest,
    ((y - window.y) * height) / window.height / longest,
  ];
  const all = questions.map(({ clicks, box }) => [
    ...clicks.map(({ x, y, exclude }) => ({ at: place(x, y), label: exclude ? NEGATIVE : POSITIVE })),
    ...(box
      ? [
          { at: place(box.x, box.y), label: TOP_LEFT },
          { at: place(box.x + box.width, box.y + box.height), label: BOTTOM_RIGHT },
        ]
      : [{ at: [0, 0], label: NOTHING }]),
  ]);
  const most = Math.max(...all.map((points) => points.length));
  const points = new Float32Array(all.length * most * 2);
  const labels = new BigInt64Array(all.length * most).fill(BigInt(NOTHING));
  all.forEach((some, i) => {
    some.forEach(({ at, label }, k) => {
      points.set(at, 2 * (i * most + k));
      labels[i * most + k] = BigInt(label);
    });
  });
  return {
    points: new Tensor('float32', points, [all.length, most, 2]),
    labels: new Tensor('int64', labels, [all.length, most]),
  };
}
