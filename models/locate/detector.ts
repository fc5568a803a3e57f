import type { GraphModel } from '@tensorflow/tfjs-converter';
import { type Tensor, tensor4d } from '@tensorflow/tfjs-core';
import sharp from 'sharp';
import { LABELS } from '../labels.ts';
import { openGraph } from '../tfjs.ts';
import type { Box, Detection, Picture } from '../types.ts';

const INPUT = 512;
/** Below this the detector mostly sees textures. */
const MIN_SCORE = 0.12;
/** Two boxes that share more than this are one thing. */
export const SAME_THING = 0.6;

export interface Detector {
  /**
   * Everything recognised, best first; boxes in pixels of the picture, clipped to it. A thing that may be a cat or a dog
   * is in the list twice: `distinct` keeps the likelier. About 0.25 s on one core.
   */
  detect(picture: Picture): Promise<Detection[]>;
}

/**
 * Looks for one thing by its English noun ("red mug"), whatever it is; the noun is the label. Best first, boxes as above.
 */
export type Find = (picture: Picture, noun: string) => Promise<Detection[]>;

/**
 * CenterNet (Zhou et al., Objects as Points, arXiv 1904.07850) on MobileNet for the eighty COCO classes, as packaged by
 * @vladmandic/human (MIT), run by the WASM backend of TensorFlow.js.
 */
export async function createDetector(): Promise<Detector> {
  const model = await openGraph('centernet');
  return {
    async detect(picture) {
      const scale = INPUT / Math.max(picture.width, picture.height);
      const pixels = await letterbox(picture, scale);
      const rows = await run(model, pixels);
      const detections = rows
        .filter(([, , , , score]) => score >= MIN_SCORE)
        .map(([x0, y0, x1, y1, score, label]) => ({
          label: LABELS[label].name,
          score,
          box: clip([x0 / scale, y0 / scale, x1 / scale, y1 / scale], picture),
        }))
        .filter(({ box }) => box.width >= 4 && box.height >= 4);
      return suppress(detections, (a, b) => a.label === b.label);
    },
  };
}

/** Scaled to fit the network's square, top left, grey below or at the right: stretching loses cars and people. */
async function letterbox(picture: Picture, scale: number): Promise<Float32Array> {
  const raw = { width: picture.width, height: picture.height, channels: 3 } as const;
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  const data = await sharp(picture.data, { raw })
    .resize(width, height, { fit: 'fill' })
    .extend({ right: INPUT - width, bottom: INPUT - height, background: { r: 128, g: 128, b: 128 } })
    .raw()
    .toBuffer();
  return Float32Array.from(data);
}

async function run(model: GraphModel, pixels: Float32Array): Promise<number[][]> {
  const input = tensor4d(pixels, [1, INPUT, INPUT, 3]);
  const output = model.execute(input, 'tower_0/detections') as Tensor;
  try {
    return ((await output.array()) as number[][][])[0];
  } finally {
    input.dispose();
    output.dispose();
  }
}

/** Corners as a box inside the picture. */
export function clip([x0, y0, x1, y1]: number[], { width, height }: Picture): Box {
  const left = Math.max(0, x0);
  const top = Math.max(0, y0);
  return { x: left, y: top, width: Math.min(width, x1) - left, height: Math.min(height, y1) - top };
}

/** One entry for each thing, under its likeliest label. */
export const distinct = (detections: Detection[]): Detection[] => suppress(detections, () => true);

/** Keeps the best of boxes that lie on one thing (non-maximum suppression). */
function suppress(detections: Detection[], rivals: (a: Detection, b: Detection) => boolean): Detection[] {
  const kept: Detection[] = [];
  for (const one of [...detections].sort((a, b) => b.score - a.score)) {
    const known = kept.some((other) => rivals(one, other) && overlap(one.box, other.box) > SAME_THING);
    if (!known) kept.push(one);
  }
  return kept;
}

/** Intersection over union of two boxes, 0..1. */
export function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (a.width * a.height + b.width * b.height - shared);
}
