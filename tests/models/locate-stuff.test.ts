import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { PipelineError } from '../../models/errors.ts';
import { createLocator } from '../../models/locate/index.ts';
import type { Draft, Points, Sight } from '../../models/locate/network.ts';
import { createStuffIn, stuffNamed } from '../../models/locate/stuff.ts';
import { decodePicture } from '../../models/picture.ts';
import type { Picture } from '../../models/types.ts';

const calm = { abort: new AbortController().signal };
const named = (english: string) => ({ object: { text: english, english } });

test('names of what has no instances, in English and where there is none in Chinese', () => {
  const stuffOf = (text: string, english?: string) => stuffNamed({ text, english });
  assert.equal(stuffOf('clouds', 'clouds'), 'sky');
  assert.equal(stuffOf('海浪', 'waves'), 'water');
  assert.equal(stuffOf('湖面'), 'water');
  assert.equal(stuffOf('tall grass', 'tall grass'), 'grass');
  assert.equal(stuffOf('树叶', 'leaves'), 'trees');
  for (const thing of [
    'dog',
    'water bottle',
    'sea lion',
    'skyscraper',
    'grasshopper',
    'Christmas tree ornament',
  ])
    assert.equal(stuffOf(thing, thing), undefined, thing);
  for (const name of ['水母', '河马', '雪']) assert.equal(stuffOf(name), undefined, name);
});

describe('by words alone', async () => {
  const locator = await createLocator();
  const file = new URL('../../examples/photos/rocket.jpg', import.meta.url);
  const { picture } = await decodePicture(readFileSync(file), { size: 384 });
  const detections = await locator.detect(picture);
  const locate = (command: object) => locator.locate({ picture, detections, clicks: [], command }, calm);

  test('the sky is all of it and nothing of the rocket before it', async () => {
    const [{ mask, label, source, score }] = await locate(named('night sky'));
    assert.deepEqual([label, source], ['sky', 'words']);
    assert.ok(score > 0.5 && score <= 1);
    const at = (x: number, y: number) =>
      mask.data[Math.round(y * mask.height) * mask.width + Math.round(x * mask.width)];
    for (const [x, y] of [[0.4, 0.4], [0.8, 0.4], [0.5, 0.1]]) assert.equal(at(x, y), 255); // biome-ignore format: places
    assert.equal(at(0.5, 0.6), 0);
    assert.equal(at(0.5, 0.97), 0);
  });

  test('what the photo does not show is not found', async () => {
    await assert.rejects(
      locate(named('grass')),
      (error) => error instanceof PipelineError && error.code === 'object_not_found',
    );
  });
});

test('what surely stands before it is left out: a boat, but no bottle, no doubt and nothing that fills the picture', async () => {
  const picture: Picture = { width: 128, height: 128, data: new Uint8Array(3 * 128 * 128) };
  const [cells, size] = [8, 32];
  /** Water everywhere, and in each box a thing. */
  const sight: Sight = {
    stuff: async () => ({
      width: cells,
      height: cells,
      shares: Float32Array.from({ length: 6 * cells * cells }, (_, i) =>
        Math.floor(i / cells ** 2) === 2 ? 1 : 0,
      ),
    }),
    draft: async (questions: Points[]) =>
      questions.map(({ box }): Draft => {
        const inside = (i: number) => {
          const [x, y] = [((i % size) * 128) / size, (Math.floor(i / size) * 128) / size];
          return !box || (x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height);
        };
        const logits = Float32Array.from({ length: size * size }, (_, i) => (inside(i) ? 4 : -4));
        return { width: size, height: size, logits, fit: 1 };
      }),
    sharpen: async (draft) => draft,
  };
  const stuffIn = await createStuffIn(async () => sight);
  const thing = (label: string, score: number, x: number, y: number, side = 24) => ({
    label,
    score,
    box: { x, y, width: side, height: side },
  });
  const seen = [
    thing('boat', 0.7, 16, 16),
    thing('boat', 0.2, 80, 16),
    thing('bottle', 0.9, 16, 80),
    thing('bird', 0.9, 0, 0, 120),
  ];
  const { mask } = (await stuffIn(picture, 'water', seen, calm.abort))!;
  const at = (x: number, y: number) => mask.data[y * 128 + x];
  assert.deepEqual([at(28, 28), at(92, 28), at(28, 92), at(92, 92)], [0, 255, 255, 255]);
});
