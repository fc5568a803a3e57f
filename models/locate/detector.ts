import type { GraphModel } from '@tensorflow/tfjs-converter';
import { dispose, max, type Tensor, tensor4d } from '@tensorflow/tfjs-core';
import sharp from 'sharp';
import { LABELS } from '../labels.ts';
import { lazily } from '../lazily.ts';
import { openGraph } from '../tfjs.ts';
import type { Box, Detection, Picture, Point } from '../types.ts';

const INPUT = 512;
/** Pixels of the network's input between two places for which it gives a size. */
const CELL = 4;
/** Below this the detector mostly sees textures. */
const MIN_SCORE = 0.12;
/** A place where every label is less likely than this shows no thing but sky, water or rock. */
const SOMETHING = 0.015;
/** Two boxes that share more than this are one thing. */
export const SAME_THING = 0.6;

export interface Detector {
  /**
   * Everything recognised, best first; boxes in pixels of the picture, clipped to it. A thing that may be a cat or a dog
   * is in the list twice: `distinct` keeps the likelier. About 0.25 s on one core.
   */
  detect(picture: Picture): Promise<Detection[]>;
  /**
   * How large the thing at a point is; undefined where the point shows no thing. In a pile of cats each has such a box, also those
   * that are not among the detections. Takes no time where `detect` has seen the picture.
   */
  sizeAt(picture: Picture, point: Point): Promise<Box | undefined>;
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
  const known = new WeakMap<Picture, () => Promise<Seen>>();
  function see(picture: Picture): Promise<Seen> {
    const seen = known.get(picture) ?? lazily(async () => run(model, await letterbox(picture)));
    known.set(picture, seen);
    return seen();
  }
  return {
    async detect(picture) {
      const scale = scaleOf(picture);
      const detections = (await see(picture)).rows
        .filter(([, , , , score]) => score >= MIN_SCORE)
        .map(([x0, y0, x1, y1, score, label]) => ({
          label: LABELS[label].name,
          score,
          box: clip([x0 / scale, y0 / scale, x1 / scale, y1 / scale], picture),
        }))
        .filter(({ box }) => box.width >= 4 && box.height >= 4);
      return suppress(detections, (a, b) => a.label === b.label);
    },
    async sizeAt(picture, { x, y }) {
      const { sizes, heat } = await see(picture);
      const scale = scaleOf(picture);
      const cell = (position: number) =>
        Math.min(INPUT / CELL - 1, Math.max(0, Math.floor((position * scale) / CELL)));
      const [column, row] = [cell(x), cell(y)];
      const at = row * (INPUT / CELL) + column;
      if (heat[at] < SOMETHING) return undefined;
      const [left, top, right, bottom] = sizes.subarray(4 * at, 4 * at + 4);
      const [cx, cy] = [CELL * column, CELL * row];
      return clip(
        [cx - left, cy - top, cx + right, cy + bottom].map((side) => side / scale),
        picture,
      );
    },
  };
}

/** What the network says of a picture, in pixels of its input. */
interface Seen {
  /** Left, top, right, bottom, score, label. */
  rows: number[][];
  /** For each place, row by row, how far a thing there goes to the left, up, to the right and down. */
  sizes: Float32Array;
  /** For each place how likely the likeliest label is for a thing whose middle is there. */
  heat: Float32Array;
}

const scaleOf = ({ width, height }: Picture): number => INPUT / Math.max(width, height);

/** Scaled to fit the network's square, top left, grey below or at the right: stretching loses cars and people. */
async function letterbox(picture: Picture): Promise<Float32Array> {
  const scale = scaleOf(picture);
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

async function run(model: GraphModel, pixels: Float32Array): Promise<Seen> {
  const input = tensor4d(pixels, [1, INPUT, INPUT, 3]);
  const outputs = model.execute(input, ['tower_0/detections', 'tower_0/wh', 'tower_0/keypoints']) as Tensor[];
  const likeliest = max(outputs[2], -1);
  try {
    const [detections, sizes, heat] = [outputs[0].array(), outputs[1].data(), likeliest.data()];
    return {
      rows: ((await detections) as number[][][])[0],
      sizes: (await sizes) as Float32Array,
      heat: (await heat) as Float32Array,
    };
  } finally {
    dispose([input, ...outputs, likeliest]);
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
