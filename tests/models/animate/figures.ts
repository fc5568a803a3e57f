import type { AnimateInput } from '../../../models/animate/index.ts';
import type { Chain3, Skeleton } from '../../../models/animate/skeleton.ts';
import type { Action, Hooks, Region } from '../../../models/types.ts';

/** A drawn four-legged animal that looks to the right, 256x256, and its skeleton. */
const SIZE = 256;
const leg = (x: number): Chain3 => [
  { x, y: 120 },
  { x: x + 2, y: 160 },
  { x, y: 200 },
];

export const hooks: Hooks = { progress() {}, abort: new AbortController().signal };

export function skeletonOf(kind: Skeleton['kind']): Skeleton {
  return { kind, ears: [], frontLegs: [], backLegs: [], arms: [], wings: [], confidence: 0.9 };
}

export function beast(): Skeleton {
  return {
    ...skeletonOf('animal'),
    head: { x: 190, y: 50, width: 50, height: 60 },
    neck: [
      { x: 195, y: 95 },
      { x: 170, y: 115 },
    ],
    tail: [
      { x: 70, y: 110 },
      { x: 45, y: 90 },
      { x: 20, y: 75 },
    ],
    frontLegs: [leg(160), leg(145)],
    backLegs: [leg(95), leg(80)],
    torso: [
      { x: 165, y: 115 },
      { x: 75, y: 115 },
    ],
    facing: 'right',
  };
}

/** The silhouette of the drawing: body, head, tail and legs. */
function drawing(): Region {
  const data = new Uint8Array(SIZE * SIZE);
  const disc = (cx: number, cy: number, rx: number, ry: number) => {
    for (let y = 0; y < SIZE; y++) {
      for (let x = 0; x < SIZE; x++) {
        if (((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 <= 1) data[y * SIZE + x] = 255;
      }
    }
  };
  disc(120, 115, 62, 25);
  disc(215, 80, 27, 32);
  disc(182, 105, 20, 16);
  for (let t = 0; t <= 1; t += 0.05) disc(70 - 50 * t, 110 - 35 * t, 6, 6);
  for (const x of [160, 145, 95, 80]) for (let y = 120; y <= 200; y += 4) disc(x, y, 6, 6);
  const mask = { width: SIZE, height: SIZE, data };
  const box = { x: 14, y: 48, width: 228, height: 158 };
  return { mask, reach: mask, box, score: 1, source: 'click', clicks: [], alternatives: [] };
}

/** An upright oval, the silhouette of anything without limbs. */
export function oval(rx: number, ry: number): Region {
  const data = new Uint8Array(SIZE * SIZE);
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      if (((x + 0.5 - SIZE / 2) / rx) ** 2 + ((y + 0.5 - SIZE / 2) / ry) ** 2 <= 1) data[y * SIZE + x] = 255;
    }
  }
  const mask = { width: SIZE, height: SIZE, data };
  const box = { x: SIZE / 2 - rx, y: SIZE / 2 - ry, width: 2 * rx, height: 2 * ry };
  return { mask, reach: mask, box, score: 1, source: 'click', clicks: [], alternatives: [] };
}

/** A request on the drawing; `command` is merged into a plain one. */
export function inputOf(changes: Partial<AnimateInput> & { action?: Action }): AnimateInput {
  const { action = 'move', command, ...rest } = changes;
  const picture = { width: SIZE, height: SIZE, data: new Uint8Array(SIZE * SIZE * 3).fill(128) };
  const said = {
    language: 'en',
    text: action,
    action,
    strength: 'normal',
    prompt: action.replace('-', ' '),
    confidence: 1,
  };
  return {
    picture,
    region: drawing(),
    command: { ...said, ...command } as AnimateInput['command'],
    magnitude: 1,
    seed: 1,
    seconds: 2,
    loop: false,
    ...rest,
  };
}
