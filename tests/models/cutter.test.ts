import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutOut } from '../../models/render/cutout.ts';
import { createCutter } from '../../models/render/cutter.ts';
import { paintEllipse, photo, still } from './render-scene.ts';

const cut = createCutter();
const picture = photo(112, 80);

test('the thread cuts a thing out once, as it would be cut here', async () => {
  const mask = paintEllipse(picture, 48, 40, 18, 16);
  const begun = cut(picture, mask);
  assert.equal(cut(picture, mask), begun);
  assert.deepEqual(await begun, cutOut(picture, mask, 112 / 512, still.abort));
  assert.equal(await cut(picture, paintEllipse(picture, 48, 40, 0, 0)), undefined);
});

test('what cannot be cut is an error, and the next thing is cut by a new thread', async () => {
  const mask = paintEllipse(picture, 30, 30, 9, 9);
  const broken = { width: 112, height: 80, data: undefined as unknown as Uint8Array };
  await assert.rejects(cut(picture, broken), /undefined/);
  assert.ok(await cut(picture, mask));
});
