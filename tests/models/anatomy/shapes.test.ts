import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cut, extentOf, toCrop, toPicture, windowOf } from '../../../models/animate/anatomy/crop.ts';
import { fixedEndOf, isAir, kindOf, stiffOf } from '../../../models/animate/anatomy/kinds.ts';
import { type Keypoints, person } from '../../../models/animate/anatomy/people.ts';
import { Silhouette } from '../../../models/animate/anatomy/silhouette.ts';
import { withSpreadWings } from '../../../models/animate/anatomy/spread.ts';
import { SIZE } from '../../../models/animate/anatomy/tables.ts';
import { thing } from '../../../models/animate/anatomy/things.ts';
import { pointsDown, tidy } from '../../../models/animate/anatomy/tidy.ts';
import type { Skeleton } from '../../../models/animate/skeleton.ts';
import type { Mask, Picture } from '../../../models/types.ts';

function mask(width: number, height: number, inside: (x: number, y: number) => boolean): Mask {
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) if (inside(x, y)) data[y * width + x] = 255;
  }
  return { width, height, data };
}

const shapeOf = (m: Mask) => new Silhouette(m, extentOf(m)!);

test('words tell how a thing is built, the command before the detector', () => {
  assert.equal(kindOf('cat', undefined), 'animal');
  assert.equal(kindOf('bird', undefined), 'bird');
  assert.equal(kindOf('car', 'it'), 'rigid');
  assert.equal(kindOf('potted plant', undefined), 'chain');
  assert.equal(kindOf('teddy bear', undefined), 'blob');
  assert.equal(kindOf('cup', 'the coffee'), 'fluid');
  assert.equal(kindOf('cow', 'rhino'), 'animal');
  assert.equal(kindOf(undefined, '那只火烈鸟'), 'bird');
  assert.equal(kindOf(undefined, '火箭'), 'rigid');
  assert.equal(kindOf(undefined, '天上的云'), 'fluid');
  assert.equal(kindOf(undefined, 'clouds'), 'fluid');
  assert.equal(kindOf('bird', 'goldfish'), 'fish');
  assert.equal(kindOf(undefined, '小金鱼'), 'fish');
  assert.equal(kindOf(undefined, '鳄鱼'), 'animal');
  assert.equal(kindOf(undefined, 'teddy bear'), 'blob');
  assert.equal(kindOf(undefined, '雪人'), 'blob');
  assert.equal(kindOf(undefined, 'hot-air balloon'), 'rigid');
  // What a name begins with is not what it names.
  for (const [label, name, kind] of [
    ['bird', '海鸥', 'bird'],
    ['bird', '云雀', 'bird'],
    ['person', '水手', 'person'],
    ['cow', 'water vole', 'animal'],
    ['person', '女孩的裙子', 'chain'],
    ['dog', 'dog on the left', 'animal'],
    [undefined, '海龟', 'blob'],
    [undefined, '草莓', 'rigid'],
    [undefined, '茶杯', 'rigid'],
    [undefined, '浪花', 'fluid'],
    [undefined, '水面', 'fluid'],
    ['cat', '喵星人', 'animal'],
    ['dog', '吉娃娃', 'animal'],
    ['surfboard', '冲浪板', 'rigid'],
    ['fire hydrant', 'fire hydrant', 'rigid'],
    ['hot dog', 'hot dog', 'rigid'],
    [undefined, 'rain boots', undefined],
    [undefined, 'water lilies on the left', 'chain'],
    [undefined, 'rose bushes', 'chain'],
    [undefined, 'fire engine', 'rigid'],
    [undefined, '仙人掌', 'chain'],
    [undefined, '无人机', 'rigid'],
    [undefined, '潜水艇', 'rigid'],
  ] as const)
    assert.equal(kindOf(label, name), kind, name);
  assert.equal(kindOf(undefined, 'scar'), undefined);
  assert.equal(kindOf(undefined, undefined), undefined);
  assert.equal(fixedEndOf('potted plant', undefined), 'bottom');
  assert.equal(fixedEndOf(undefined, 'the curtain'), 'top');
  assert.equal(fixedEndOf(undefined, '红旗'), 'side');
  assert.equal(fixedEndOf(undefined, 'kitties'), 'bottom');
  assert.ok(isAir(undefined, '天上的云') && !isAir(undefined, 'the sea'));
});

test('the window is the square round the object and places survive it', () => {
  const m = mask(200, 100, (x, y) => x >= 50 && x < 150 && y >= 20 && y < 60);
  const window = windowOf(extentOf(m)!);
  assert.deepEqual(toCrop({ x: 100, y: 40 }, window), { x: SIZE / 2, y: SIZE / 2 });
  assert.ok(Math.abs(window.scale - SIZE / 120) < 1e-9);
  const back = toPicture(toCrop({ x: 63, y: 17 }, window), window);
  assert.ok(Math.hypot(back.x - 63, back.y - 17) < 1e-9);
  assert.equal(extentOf(mask(10, 10, () => false)), undefined);
});

test('the crop holds colour, mask, frame and click where they belong', () => {
  const m = mask(60, 60, (x, y) => x >= 20 && x < 40 && y >= 30);
  const data = new Uint8Array(60 * 60 * 3).map((_, i) => (i % 3 === 0 ? 200 : 10));
  const picture: Picture = { width: 60, height: 60, data };
  const window = windowOf(extentOf(m)!);
  const { image, hints } = cut(picture, m, window, { x: 30, y: 45 });
  const at = (x: number, y: number) => y * SIZE + x;
  const centre = at(SIZE / 2, SIZE / 2);
  assert.ok(Math.abs(image[centre] - 200) < 1e-3);
  assert.ok(Math.abs(image[SIZE * SIZE + centre] - 10) < 1e-3);
  assert.ok(Math.abs(hints[centre] - 1) < 1e-6);
  assert.ok(hints[2 * SIZE * SIZE + centre] > 0.98);
  // Below the photo's edge all is grey, and said to be outside.
  const below = at(SIZE / 2, SIZE - 2);
  assert.equal(image[below], 118);
  assert.equal(hints[SIZE * SIZE + below], 0);
});

test('a plant is held below, a curtain above, a flag where it is fullest', () => {
  const tall = shapeOf(mask(50, 100, (x, y) => x >= 20 && x < 30 && y >= 5 && y < 95));
  const plant = thing('chain', tall, 'bottom').torso!;
  assert.ok(plant[0].y > 90 && plant[1].y < 10);
  const curtain = thing('chain', tall, 'top').torso!;
  assert.ok(curtain[0].y < 10 && curtain[1].y > 90);
  const flag = thing('chain', shapeOf(mask(100, 50, (_, y) => y >= 20 && y < 30)), 'side').torso!;
  assert.ok(flag[0].x < 5 && flag[1].x > 95);
  const pennant = shapeOf(mask(100, 50, (x, y) => Math.abs(y - 25) < x / 5));
  assert.ok(thing('chain', pennant, 'side').torso![0].x > 95, 'a pennant is held at its broad edge');
});

test('a bush wider than tall bends from the ground, a level branch from its left end', () => {
  const bush = shapeOf(mask(100, 60, (x, y) => ((x - 50) / 45) ** 2 + ((y - 30) / 28) ** 2 < 1));
  const [foot, top] = thing('chain', bush, 'bottom').torso!;
  assert.ok(foot.y > 55 && top.y < 5);
  const branch = shapeOf(mask(100, 60, (_, y) => y >= 28 && y < 34));
  const [held, free] = thing('chain', branch, 'bottom').torso!;
  assert.ok(held.x < 5 && free.x > 95);
});

test('the pot of a plant does not bend', () => {
  const tall = shapeOf(mask(50, 100, (x) => x >= 15 && x < 35));
  const [held, free] = thing('chain', tall, 'bottom', stiffOf('potted plant', 'flowers')).torso!;
  assert.ok(held.y < 65 && held.y > 55 && free.y < 5);
  assert.equal(stiffOf(undefined, 'tree'), 0);
});

test('the head of a fish is opposite its tail fin', () => {
  // Body, thin root of the tail, and a fin that opens again.
  const fish = (x: number, y: number) =>
    ((x - 62) / 32) ** 2 + ((y - 50) / 16) ** 2 < 1 ||
    (x > 8 && x < 34 && Math.abs(y - 50) < 3 + Math.max(0, 24 - x));
  for (const flip of [false, true]) {
    const shape = shapeOf(mask(100, 100, (x, y) => fish(flip ? 99 - x : x, y)));
    const [head, tail] = thing('fish', shape, 'bottom').torso!;
    assert.equal(head.x > tail.x, !flip);
  }
});

const BARE: Skeleton = {
  kind: 'animal',
  ears: [],
  frontLegs: [],
  backLegs: [],
  arms: [],
  wings: [],
  confidence: 1,
};

test('a leg hangs down, also when it runs; a tail does not', () => {
  const leg = (x: number, y: number) =>
    pointsDown([
      { x: 50, y: 50 },
      { x: 50, y: 60 },
      { x, y },
    ]);
  assert.deepEqual([leg(50, 90), leg(90, 75), leg(95, 55), leg(50, 40)], [true, true, false, false]);
});

test('tidying puts points into the silhouette, feet on the ground and chains the right way round', () => {
  // A table: a slab with two legs.
  const table = (x: number, y: number) =>
    (y >= 30 && y < 60 && x >= 10 && x < 90) ||
    (y >= 60 && y < 95 && ((x >= 12 && x < 22) || (x >= 78 && x < 88)));
  const shape = shapeOf(mask(100, 100, table));
  const neat = tidy(
    {
      ...BARE,
      head: { x: -5, y: 25, width: 30, height: 30 },
      torso: [
        { x: 25, y: 45 },
        { x: 80, y: 45 },
      ],
      tail: [
        { x: 89, y: 31 },
        { x: 86, y: 40 },
        { x: 82, y: 50 },
      ],
      frontLegs: [
        [
          { x: 17, y: 55 },
          { x: 24, y: 75 },
          { x: 17, y: 92 },
        ],
      ],
      backLegs: [
        [
          { x: 50, y: 55 },
          { x: 50, y: 75 },
          { x: 50, y: 92 },
        ],
      ],
    },
    shape,
  );
  assert.deepEqual(neat.head, { x: 10, y: 30, width: 15, height: 25 });
  const [hip, knee, foot] = neat.frontLegs[0];
  assert.ok(shape.has(hip) && shape.has(knee) && shape.has(foot));
  assert.equal(Math.floor(foot.y), 94);
  assert.equal(neat.backLegs.length, 0, 'a leg in the open belongs to nothing');
  assert.deepEqual(neat.tail![0], { x: 82, y: 50 }, 'the tail starts at the hip');
});

test('keypoints of a person become head, torso and limbs; those outside cost confidence', () => {
  const body: [number, number][] = [
    [50, 15],
    [53, 12],
    [47, 12],
    [56, 14],
    [44, 14],
    [62, 35],
    [38, 35],
    [66, 55],
    [34, 55],
    [68, 75],
    [32, 75],
    [58, 80],
    [42, 80],
    [58, 110],
    [42, 110],
    [58, 140],
    [42, 140],
  ];
  const names =
    'nose leftEye rightEye leftEar rightEar leftShoulder rightShoulder leftElbow rightElbow leftWrist rightWrist leftHip rightHip leftKnee rightKnee leftAnkle rightAnkle'.split(
      ' ',
    );
  const k = Object.fromEntries(
    names.map((name, i) => [name, { x: body[i][0], y: body[i][1], score: 0.8 }]),
  ) as Keypoints;
  const whole = shapeOf(mask(100, 150, (x, y) => x > 28 && x < 72 && y > 4 && y < 146));
  const s = person(k, whole);
  assert.equal(s.arms.length, 2);
  assert.equal(s.backLegs.length, 2);
  assert.deepEqual(s.torso, [
    { x: 50, y: 35 },
    { x: 50, y: 80 },
  ]);
  assert.equal(s.facing, 'front');
  assert.ok(s.head!.x < 44 && s.head!.x + s.head!.width > 56 && s.head!.y < 12);
  assert.ok(Math.abs(s.confidence - 0.8) < 1e-6);
  const legs = shapeOf(mask(100, 150, (x, y) => x > 28 && x < 72 && y > 100 && y < 146));
  assert.ok(person(k, legs).confidence < 0.3);
});

/** A bird that flies towards the viewer: a body of ten pixels and two slender wings. */
const flying = mask(200, 100, (x, y) => {
  const body = Math.hypot(x - 100, y - 70) < 10;
  return body || (Math.abs(x - 100) < 90 && Math.abs(y - 70 + 0.4 * Math.abs(x - 100)) < 3);
});
const bird: Skeleton = {
  kind: 'bird',
  ears: [],
  frontLegs: [],
  backLegs: [],
  arms: [],
  wings: [[{ x: 98, y: 70 }, { x: 104, y: 74 }]],
  head: { x: 96, y: 64, width: 8, height: 8 },
  confidence: 0.8,
}; // biome-ignore format: one thing

test('the deepest place of a silhouette is the middle of its body', () => {
  const { middle, radius } = shapeOf(flying).heart();
  assert.ok(Math.hypot(middle.x - 100, middle.y - 69) < 3, JSON.stringify(middle));
  assert.ok(radius > 8 && radius < 13, String(radius));
});

test('long lobes that nothing explains are the wings of a bird, a neck and a leg are not', () => {
  const { wings } = withSpreadWings(bird, shapeOf(flying));
  const tips = wings.map(([, tip]) => Math.round(tip.x)).sort((a, b) => a - b);
  assert.equal(tips.length, 2);
  assert.ok(tips[0] < 16 && tips[1] > 184, String(tips));
  const necked: Skeleton = { ...bird, neck: [{ x: 15, y: 36 }, { x: 90, y: 68 }] }; // biome-ignore format: one thing
  assert.deepEqual(withSpreadWings(necked, shapeOf(flying)), necked);
  const round = mask(100, 100, (x, y) => Math.hypot(x - 50, y - 50) < 40);
  assert.deepEqual(withSpreadWings(bird, shapeOf(round)), bird);
});
