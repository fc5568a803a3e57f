import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { type Anatomist, createAnatomist } from '../../../models/animate/anatomy/index.ts';
import type { Mask, Picture, Region } from '../../../models/types.ts';

let anatomist: Anatomist;
before(async () => {
  anatomist = await createAnatomist();
});

/** A light oval with legs on a dark ground, and its mask. */
function scene(): { picture: Picture; mask: Mask } {
  const [width, height] = [240, 180];
  const mask: Mask = { width, height, data: new Uint8Array(width * height) };
  const picture: Picture = { width, height, data: new Uint8Array(3 * width * height) };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const body = ((x - 120) / 70) ** 2 + ((y - 80) / 35) ** 2 < 1;
      const leg = y > 80 && y < 150 && (Math.abs(x - 80) < 8 || Math.abs(x - 160) < 8);
      if (body || leg) mask.data[y * width + x] = 255;
      picture.data.fill(body || leg ? 190 : 40, 3 * (y * width + x), 3 * (y * width + x) + 3);
    }
  }
  return { picture, mask };
}

function region(mask: Mask, label?: string): Region {
  const box = { x: 50, y: 45, width: 140, height: 105 };
  return { mask, reach: mask, box, label, score: 1, source: 'mask', clicks: [], alternatives: [] };
}

test('every point of an animal lies inside its mask', async () => {
  const { picture, mask } = scene();
  const s = await anatomist.find(picture, region(mask, 'dog'));
  assert.equal(s.kind, 'animal');
  assert.ok(s.confidence >= 0 && s.confidence <= 1);
  const points = [
    s.neck,
    s.tail,
    s.trunk,
    s.torso,
    s.ears,
    ...s.frontLegs,
    ...s.backLegs,
    ...s.wings,
  ].flatMap((part) => part ?? []);
  assert.ok(points.length > 0);
  for (const { x, y } of points) {
    assert.ok(mask.data[Math.floor(y) * mask.width + Math.floor(x)] === 255, `${x}, ${y} is outside`);
  }
});

test('the same picture gives the same skeleton, however often it is asked', async () => {
  const { picture, mask } = scene();
  const [a, b] = [
    await anatomist.find(picture, region(mask, 'cat')),
    await anatomist.find(picture, region(mask, 'cat')),
  ];
  assert.deepEqual(a, b);
});

test('words choose the kind: label, then what the command says', async () => {
  const { picture, mask } = scene();
  assert.equal((await anatomist.find(picture, region(mask, 'car'))).kind, 'rigid');
  assert.equal((await anatomist.find(picture, region(mask, 'bird'))).kind, 'bird');
  assert.equal((await anatomist.find(picture, region(mask, 'cup'), { named: '咖啡' })).kind, 'fluid');
  const plant = await anatomist.find(picture, region(mask), { label: 'potted plant' });
  assert.equal(plant.kind, 'chain');
  assert.ok(plant.torso);
});

test('a person in whom no keypoint is found has no confidence', async () => {
  const { picture, mask } = scene();
  const s = await anatomist.find(picture, region(mask, 'person'));
  assert.equal(s.kind, 'person');
  assert.ok(s.confidence < 0.35, `${s.confidence}`);
});

test('an empty mask is a blob without confidence', async () => {
  const { picture, mask } = scene();
  const s = await anatomist.find(picture, region({ ...mask, data: new Uint8Array(mask.data.length) }));
  assert.equal(s.kind, 'blob');
  assert.equal(s.confidence, 0);
});
