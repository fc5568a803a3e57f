import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Draft, Points, Sight } from '../../models/locate/network.ts';
import { loadOpenCv } from '../../models/locate/opencv.ts';
import { withHead } from '../../models/locate/taller.ts';
import type { Box } from '../../models/types.ts';

const { cv } = await loadOpenCv();
/** A draft's cells; the window is four times as large and its corner is at (100, 50). */
const SIZE = 64;
const seen = {
  window: { x: 100, y: 50, width: 4 * SIZE, height: 4 * SIZE },
  width: 4 * SIZE,
  height: 4 * SIZE,
  planes: new Float32Array(),
};
const inPicture = ({ x, y, width, height }: Box): Box => ({
  x: 100 + 4 * x,
  y: 50 + 4 * y,
  width: 4 * width,
  height: 4 * height,
});

function drawn(boxes: Box[], fit: number): Draft {
  const logits = new Float32Array(SIZE * SIZE).fill(-3);
  for (const { x, y, width, height } of boxes)
    for (let row = y; row < y + height; row++) logits.fill(3, row * SIZE + x, row * SIZE + x + width);
  return { width: SIZE, height: SIZE, logits, fit };
}

const BODY = { x: 20, y: 32, width: 30, height: 16 };
/** The neck as far as the box goes, and as far as it goes. */
const STUMP = { x: 20, y: 28, width: 3, height: 4 };
const NECK = { x: 20, y: 18, width: 3, height: 14 };
const BOX = { x: 19, y: 28, width: 32, height: 20 };
const short = drawn([BODY, STUMP], 0.77);
const tall = drawn([BODY, NECK], 0.85);
const clicks = [{ x: 100 + 4 * 35, y: 50 + 4 * 40 }];

/** @returns the draft taken and the boxes that were asked for */
async function taken({ label = 'bird', box = BOX, first = short, answer = tall }) {
  const asked: Points[] = [];
  const sight = {
    draft: async (questions) => {
      asked.push(...questions);
      return [answer];
    },
  } as Partial<Sight> as Sight;
  const hint = { label, score: 0.4, box: inPicture(box) };
  const draft = await withHead(cv, first, hint, clicks, seen, sight);
  return { draft, asked };
}

test('a neck that was cut off at the box of a bird goes on in a taller one', async () => {
  const { draft, asked } = await taken({});
  assert.equal(draft, tall);
  assert.deepEqual(asked, [{ clicks, box: inPicture({ ...BOX, y: 20, height: 28 }) }]);
});

test('nobody is asked where it is no bird, where it ends below its box, or where the box ends with the window', async () => {
  for (const asked of [
    await taken({ label: 'dog' }),
    await taken({ first: drawn([BODY], 0.77) }),
    await taken({
      box: { ...BOX, y: 0, height: 48 },
      first: drawn([BODY, { ...NECK, y: 0, height: 32 }], 0.77),
    }),
  ])
    assert.deepEqual(asked.asked, []);
});

test('the answer to the taller box is not taken where it is much less sure, no higher, or another thing', async () => {
  for (const answer of [
    { ...tall, fit: 0.73 },
    drawn([BODY, STUMP], 0.9),
    drawn([{ ...BODY, width: 20 }, NECK], 0.9),
  ])
    assert.equal((await taken({ answer })).draft, short);
});
