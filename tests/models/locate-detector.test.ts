import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { createDetector, overlap } from '../../models/locate/detector.ts';
import { decodePicture } from '../../models/picture.ts';

const detector = await createDetector();

test('the size of a thing is known wherever it is clicked, and that of nothing nowhere', async () => {
  const bytes = await readFile(new URL('../../examples/photos/chelsea.jpg', import.meta.url));
  const { picture } = await decodePicture(bytes, { size: 512 });
  const [{ box, label }] = await detector.detect(picture);
  assert.equal(label, 'cat');
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const size = await detector.sizeAt(picture, middle);
  assert.ok(size && overlap(size, box) > 0.6, JSON.stringify({ size, box }));
  assert.ok(size.x >= 0 && size.x + size.width <= picture.width && size.y + size.height <= picture.height);

  const wall = { width: 200, height: 150, data: new Uint8Array(200 * 150 * 3).fill(120) };
  for (const [x, y] of [
    [0, 0],
    [100, 75],
    [200, 150],
  ])
    assert.equal(await detector.sizeAt(wall, { x, y }), undefined);
});
