import { type Tensor, tensor4d } from '@tensorflow/tfjs-core';
import { interleaved } from '../../pixels.ts';
import { openGraph } from '../../tfjs.ts';
import type { Picture, Point } from '../../types.ts';
import type { Chain3, Skeleton } from '../skeleton.ts';
import { cut, toPicture, type Window, windowOf } from './crop.ts';
import type { Silhouette } from './silhouette.ts';
import { SIZE } from './tables.ts';

/** MoveNet's seventeen keypoints in its order. */
const NAMES = [
  'nose',
  'leftEye',
  'rightEye',
  'leftEar',
  'rightEar',
  'leftShoulder',
  'rightShoulder',
  'leftElbow',
  'rightElbow',
  'leftWrist',
  'rightWrist',
  'leftHip',
  'rightHip',
  'leftKnee',
  'rightKnee',
  'leftAnkle',
  'rightAnkle',
] as const;
export type Keypoints = Record<(typeof NAMES)[number], Point & { score: number }>;

/** A keypoint with a lower score is a guess at what the picture does not show. */
const SEEN = 0.25;
/** Faces are this many times as wide as the ears are apart, and heads as high. */
const EAR_TO_HEAD = 1.25;
const HEAD_HEIGHT = 1.35;

export interface People {
  /** Pixels of the picture, scores 0..1. About 20 ms. */
  keypoints(picture: Picture, shape: Silhouette): Promise<Keypoints>;
}

/** MoveNet lightning (Google, Apache 2.0) as packaged by @vladmandic/human: one person in a square of 192 pixels. */
export async function createPeople(): Promise<People> {
  const model = await openGraph('movenet-lightning');
  return {
    async keypoints(picture, shape) {
      const window = windowOf(shape.extent, 1.25);
      const { image } = cut(picture, shape.mask, window, undefined);
      const input = tensor4d(
        interleaved(image, new Int32Array(3 * SIZE * SIZE)),
        [1, SIZE, SIZE, 3],
        'int32',
      );
      const output = model.execute(input) as Tensor;
      try {
        return readKeypoints((await output.data()) as Float32Array, window);
      } finally {
        input.dispose();
        output.dispose();
      }
    },
  };
}

/** Rows of (y, x, score), 0..1 of the crop. */
function readKeypoints(rows: Float32Array, window: Window): Keypoints {
  const entries = NAMES.map((name, i) => {
    const [y, x, score] = rows.subarray(3 * i, 3 * i + 3);
    return [name, { ...toPicture({ x: x * SIZE, y: y * SIZE }, window), score }];
  });
  return Object.fromEntries(entries);
}

/** Keypoints to a skeleton. The confidence is their mean score, counting those outside the silhouette as zero. */
export function person(k: Keypoints, shape: Silhouette): Skeleton {
  const seen = (...names: (keyof Keypoints)[]) => names.every((name) => k[name].score >= SEEN);
  const chains = (limbs: [keyof Keypoints, keyof Keypoints, keyof Keypoints][]): Chain3[] =>
    limbs.filter((names) => seen(...names)).map((names) => names.map((name) => place(k[name])) as Chain3);
  const shoulders = seen('leftShoulder', 'rightShoulder')
    ? middle(k.leftShoulder, k.rightShoulder)
    : undefined;
  const hips = seen('leftHip', 'rightHip') ? middle(k.leftHip, k.rightHip) : undefined;
  const head = headOf(k, shape, shoulders);
  const skeleton: Skeleton = {
    kind: 'person',
    ears: [],
    frontLegs: [],
    backLegs: chains([
      ['leftHip', 'leftKnee', 'leftAnkle'],
      ['rightHip', 'rightKnee', 'rightAnkle'],
    ]),
    arms: chains([
      ['leftShoulder', 'leftElbow', 'leftWrist'],
      ['rightShoulder', 'rightElbow', 'rightWrist'],
    ]),
    wings: [],
    head,
    facing: facingOf(k),
    confidence: confidenceOf(k, shape),
  };
  if (shoulders) {
    // A person cut off by the frame still has a torso: down to where the silhouette ends.
    skeleton.torso = [
      shoulders,
      hips ?? { x: shoulders.x, y: Math.max(shoulders.y + 1, shape.extent.y1 - 1) },
    ];
    if (head) skeleton.neck = [{ x: head.x + head.width / 2, y: head.y + 0.9 * head.height }, shoulders];
  }
  return skeleton;
}

function headOf(k: Keypoints, shape: Silhouette, shoulders: Point | undefined) {
  const face = (['nose', 'leftEye', 'rightEye', 'leftEar', 'rightEar'] as const)
    .map((name) => k[name])
    .filter(({ score }) => score >= SEEN);
  if (face.length < 2) return undefined;
  const centre = { x: mean(face.map((p) => p.x)), y: mean(face.map((p) => p.y)) };
  const spread = Math.max(...face.map((p) => p.x)) - Math.min(...face.map((p) => p.x));
  // In profile the ears lie behind each other: then the distance to the shoulders tells the size.
  const byNeck = shoulders ? 0.75 * Math.hypot(shoulders.x - centre.x, shoulders.y - centre.y) : 0;
  const width = Math.max(EAR_TO_HEAD * spread, byNeck, 0.06 * shape.size);
  const top = Math.max(centre.y - 0.62 * HEAD_HEIGHT * width, shape.extent.y0);
  return { x: centre.x - width / 2, y: top, width, height: centre.y + 0.5 * HEAD_HEIGHT * width - top };
}

/** Seen from the front, a person's left is on the picture's right. */
function facingOf(k: Keypoints): Skeleton['facing'] {
  const [left, right] = [k.leftEar.score >= SEEN, k.rightEar.score >= SEEN];
  if (k.nose.score < SEEN) return 'back';
  if (left && !right) return 'right';
  if (right && !left) return 'left';
  const half = Math.abs(k.leftEar.x - k.rightEar.x) / 2;
  const aside = (k.nose.x - (k.leftEar.x + k.rightEar.x) / 2) / Math.max(half, 1);
  return Math.abs(aside) < 0.45 ? 'front' : aside < 0 ? 'front-left' : 'front-right';
}

function confidenceOf(k: Keypoints, shape: Silhouette): number {
  const seen = Object.values(k).filter(({ score }) => score >= SEEN);
  if (seen.length < 5) return 0;
  return mean(seen.map((p) => (shape.nearest(p, 0.03 * shape.size) ? p.score : 0)));
}

const place = ({ x, y }: Point): Point => ({ x, y });
const middle = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
