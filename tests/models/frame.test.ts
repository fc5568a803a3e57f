import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { cropMask, padMask, pasteInside, toInside, toWhole, unframe, widened } from '../../models/frame.ts';
import { createRenderer } from '../../models/render/index.ts';
import type { Box, Picture } from '../../models/types.ts';
import { paintEllipse, photo, regionOf, still, warpMotion } from './render-scene.ts';

const INSIDE = { x: 8, y: 5, width: 104, height: 84 };

/** A noisy photo with a frame of these colours from the edge inwards, each so many pixels wide. */
function framedPhoto(inside: Box, width: number, height: number, colours: number[] = [255]): Picture {
  const whole = { width, height, data: new Uint8Array(3 * width * height) };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const depth = Math.min(x, y, width - 1 - x, height - 1 - y);
      whole.data.fill(
        colours[Math.min(depth, colours.length - 1)],
        3 * (y * width + x),
        3 * (y * width + x) + 3,
      );
    }
  }
  const picture = photo(inside.width, inside.height);
  pasteInside(picture.data, { whole, inside, picture }, whole.data);
  return whole;
}

/** What is found begins two lines farther in: there frame and picture may mix. */
const shrunk = ({ x, y, width, height }: Box) => ({
  x: x + 2,
  y: y + 2,
  width: width - 4,
  height: height - 4,
});

test('a frame is found on four sides, whatever its lines', () => {
  for (const colours of [[255], [0], [5, 0, 172, 138, 14]]) {
    const { inside, picture } = unframe(framedPhoto(INSIDE, 120, 94, colours));
    assert.deepEqual(inside, shrunk(INSIDE));
    assert.deepEqual([picture.width, picture.height], [inside.width, inside.height]);
  }
});

test('black bars above and below are a frame of two sides', () => {
  const { inside } = unframe(framedPhoto({ x: 0, y: 10, width: 120, height: 80 }, 120, 100, [0]));
  assert.deepEqual(inside, { x: 0, y: 12, width: 120, height: 76 });
});

test('a photo without a frame is left whole, and so is a thing on white', () => {
  const plain = photo(120, 90);
  assert.equal(unframe(plain).picture.data, plain.data);
  const white = { width: 120, height: 90, data: new Uint8Array(3 * 120 * 90).fill(255) };
  paintEllipse(white, 60, 45, 20, 38);
  assert.deepEqual(unframe(white).inside, { x: 0, y: 0, width: 120, height: 90 });
});

test('places, boxes and masks go in and come back', () => {
  const framed = unframe(framedPhoto(INSIDE, 120, 94));
  const { inside } = framed;
  const at = toInside({ x: (inside.x + 20) / 120, y: (inside.y + 30) / 94 }, framed);
  assert.ok(Math.abs(at.x - 20) < 1e-9 && Math.abs(at.y - 30) < 1e-9);
  assert.deepEqual(toInside({ x: 0, y: 1 }, framed), { x: 0, y: inside.height });
  const box = toWhole({ x: 0, y: 0, width: inside.width, height: inside.height }, framed);
  assert.deepEqual(box, {
    x: inside.x / 120,
    y: inside.y / 94,
    width: inside.width / 120,
    height: inside.height / 94,
  });
  assert.deepEqual(widened({ x: 0, y: 0, width: 1, height: 1 }, framed), box);
  const mask = paintEllipse({ ...framed.picture, data: framed.picture.data.slice() }, 40, 40, 12, 9);
  assert.deepEqual(cropMask(padMask(mask, framed), framed), mask);
});

test('the clip has the frame, and it does not move', async () => {
  const framed = unframe(framedPhoto(INSIDE, 120, 94, [255]));
  const { picture, whole, inside } = framed;
  const box = { x: 0, y: 20, width: 40, height: 40 };
  const region = regionOf(paintEllipse(picture, 18, 40, 20, 20), box, 16);
  const motion = warpMotion(box, (_x, _y, t) => [9 * Math.sin(2 * Math.PI * t), 0]);
  const renderer = await createRenderer();
  const { video, width, height, report } = await renderer.render(
    { framed, moving: [{ region, motion }], fps: 8, seconds: 1, loop: true, format: 'webp' },
    still,
  );
  assert.deepEqual([width, height], [whole.width, whole.height]);
  assert.ok(report.motion > 1);
  for (let page = 0; page < 8; page++) {
    const { data } = await sharp(video, { page }).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < inside.x - 3; x++) assert.ok(data[3 * (y * width + x)] > 245, `${page} ${x} ${y}`);
    }
  }
});
