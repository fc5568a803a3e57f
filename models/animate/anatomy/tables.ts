import type { Skeleton } from '../skeleton.ts';

/** Pixels of the square crop that the network sees, cells of its maps, and pixels per cell. */
export const SIZE = 192;
export const STRIDE = 4;
export const GRID = SIZE / STRIDE;

/** One heat map per kind of point; paired parts share one. The order is that of models/training/anatomy/parts.py. */
export const POINTS = [
  'head',
  'neckHead',
  'neckTorso',
  'ear',
  'trunkRoot',
  'trunkMid',
  'trunkTip',
  'tailRoot',
  'tailMid',
  'tailTip',
  'frontFoot',
  'frontKnee',
  'shoulder',
  'backFoot',
  'backKnee',
  'hip',
  'wingTip',
  'wingShoulder',
  'torsoShoulder',
  'torsoHip',
] as const;
export type PointName = (typeof POINTS)[number];

/** Dense maps: 0 and 1 are the logarithm of the head's width and height, then dx, dy per pair of points. */
export const OFFSETS: readonly [PointName, PointName][] = [
  ['frontFoot', 'frontKnee'],
  ['frontFoot', 'shoulder'],
  ['backFoot', 'backKnee'],
  ['backFoot', 'hip'],
  ['wingTip', 'wingShoulder'],
];
export const DENSE = 2 + 2 * OFFSETS.length;

/** Visible or not. */
export const SINGLES = ['head', 'neck', 'trunk', 'tail', 'torso'] as const;
/** None, one or two visible. */
export const PAIRS = ['ear', 'frontFoot', 'backFoot', 'wingTip'] as const;
export const FACINGS = [
  'left',
  'right',
  'front',
  'back',
  'front-left',
  'front-right',
  'back-left',
  'back-right',
] as const satisfies readonly NonNullable<Skeleton['facing']>[];
export const KINDS = ['animal', 'bird', 'person', 'thing'] as const;
export const GLOBALS = SINGLES.length + 3 * PAIRS.length + FACINGS.length + KINDS.length;

/** What the detector's word tells the network; 0 where there is none. */
export const GROUPS = [
  'unknown',
  'cat',
  'dog',
  'bird',
  'elephant',
  'hoofed',
  'bear',
  'person',
  'thing',
] as const;

const HOOFED = new Set(['horse', 'cow', 'sheep', 'zebra', 'giraffe']);

/** @param label a word of the detector */
export function groupOf(label: string | undefined): number {
  const word = label !== undefined && HOOFED.has(label) ? 'hoofed' : label;
  return Math.max(0, (GROUPS as readonly (string | undefined)[]).indexOf(word));
}
