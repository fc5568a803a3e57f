import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { PipelineError } from '../../models/errors.ts';
import { decodeMask, decodePicture, encodeJpeg, encodePng } from '../../models/picture.ts';

const RED = { r: 200, g: 30, b: 40 };
const plain = (width = 100, height = 60, background = RED) =>
  sharp({ create: { width, height, channels: 3, background } });
const isError = (code: string) => (error: unknown) => error instanceof PipelineError && error.code === code;

function near(actual: Iterable<number>, expected: number[], tolerance: number): void {
  const values = [...actual];
  expected.forEach((value, i) => {
    assert.ok(Math.abs(values[i] - value) <= tolerance, `${values} is not ${expected}`);
  });
}

/** Inside what four inks can print. */
const MILD = { r: 150, g: 110, b: 100 };

/** A left half red, right half blue picture, so that turning shows. */
const halves = () =>
  plain(80, 40).composite([
    { input: { create: { width: 40, height: 40, channels: 3, background: 'blue' } }, left: 40, top: 0 },
  ]);

test('a photo is scaled to the asked size, with even sides, and never enlarged', async () => {
  const bytes = await plain(451, 301).png().toBuffer();
  const whole = await decodePicture(bytes, { size: 1000 });
  assert.deepEqual([whole.picture.width, whole.picture.height], [450, 300]);
  assert.deepEqual(whole.original, { width: 451, height: 301 });
  assert.equal(whole.picture.data.length, 450 * 300 * 3);
  const small = await decodePicture(bytes, { size: 100 });
  assert.deepEqual([small.picture.width, small.picture.height], [100, 66]);
});

test('EXIF-turned photos come out upright', async () => {
  const turned = await sharp(await halves().png().toBuffer())
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
  const { picture, original } = await decodePicture(turned, { size: 512 });
  assert.deepEqual(original, { width: 40, height: 80 });
  near(picture.data.subarray(0, 3), [200, 30, 40], 6);
  near(picture.data.subarray(-3), [0, 0, 255], 6);
});

for (const [name, make, tolerance] of [
  ['CMYK jpeg', () => plain(100, 60, MILD).toColourspace('cmyk').jpeg(), 12],
  ['16-bit png', () => plain(100, 60, MILD).toColourspace('rgb16').png(), 1],
  ['Display P3 png', () => plain(100, 60, MILD).withIccProfile('p3').png(), 3],
  ['avif', () => plain(100, 60, MILD).avif(), 6],
  ['webp', () => plain(100, 60, MILD).webp(), 6],
] as const) {
  test(`${name} keeps its colours`, async () => {
    const { picture } = await decodePicture(await make().toBuffer(), { size: 512 });
    near(picture.data.subarray(0, 3), [150, 110, 100], tolerance);
  });
}

test('grey and grey 16-bit pictures become RGB', async () => {
  for (const space of ['b-w', 'grey16']) {
    const bytes = await plain().greyscale().toColourspace(space).png().toBuffer();
    const { data } = (await decodePicture(bytes, { size: 512 })).picture;
    assert.equal(data.length, 100 * 60 * 3);
    assert.ok(data[0] === data[1] && data[1] === data[2] && data[0] > 50 && data[0] < 150);
  }
});

test('transparency is flattened on white', async () => {
  const clear = sharp({ create: { width: 40, height: 40, channels: 4, background: { ...RED, alpha: 0 } } });
  const { picture } = await decodePicture(await clear.png().toBuffer(), { size: 512 });
  assert.deepEqual([...picture.data.subarray(0, 3)], [255, 255, 255]);
});

test('of an animation the first frame is used, with a note', async () => {
  const frames = [await plain().png().toBuffer(), await plain().negate().png().toBuffer()];
  for (const format of ['gif', 'webp'] as const) {
    const bytes = await sharp(frames, { join: { animated: true } })
      .toFormat(format)
      .toBuffer();
    const { picture, notes } = await decodePicture(bytes, { size: 512 });
    assert.deepEqual(
      notes.map(({ code }) => code),
      ['first_frame_used'],
    );
    assert.equal(picture.height, 60);
    near(picture.data.subarray(0, 3), [200, 30, 40], 8);
  }
});

test('what cannot be decoded is refused with a typed error', async () => {
  const jpeg = await sharp({
    create: {
      width: 200,
      height: 200,
      channels: 3,
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
      background: RED,
    },
  })
    .jpeg()
    .toBuffer();
  const svg = Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90"><image href="file:///etc/passwd"/></svg>',
  );
  for (const bytes of [
    Buffer.from('not an image'),
    Buffer.alloc(0),
    jpeg.subarray(0, jpeg.length / 2),
    svg,
    await plain().tiff().toBuffer(),
  ]) {
    await assert.rejects(decodePicture(bytes, { size: 512 }), isError('image_unreadable'));
  }
});

test('a picture that is larger than its header says is not decoded', async () => {
  const liar = await plain(1500, 1000).avif({ effort: 0 }).toBuffer();
  const at = liar.indexOf('ispe');
  liar.writeUInt32BE(64, at + 8);
  liar.writeUInt32BE(48, at + 12);
  await assert.rejects(decodePicture(liar, { size: 512 }), isError('image_unreadable'));
});

test('too small, too narrow and too large pictures are refused before they are decoded', async () => {
  await assert.rejects(
    decodePicture(await plain(1, 1).png().toBuffer(), { size: 512 }),
    isError('image_too_small'),
  );
  await assert.rejects(
    decodePicture(await plain(3000, 20).png().toBuffer(), { size: 512 }),
    isError('image_too_small'),
  );
  const bomb = await plain(8000, 7500).png({ compressionLevel: 9 }).toBuffer();
  assert.ok(bomb.length < 1e6, 'small in the file, 180 MB when decoded');
  await assert.rejects(decodePicture(bomb, { size: 512 }), isError('image_too_large'));
});

test("a caller's mask may be white on black or opaque on clear, at the photo's size or the working size", async () => {
  const photo = await decodePicture(await plain(451, 301).png().toBuffer(), { size: 226 });
  const white = { create: { width: 200, height: 100, channels: 3 as const, background: 'white' } };
  const black = {
    create: { width: 200, height: 100, channels: 4 as const, background: { r: 0, g: 0, b: 0, alpha: 1 } },
  };
  const onBlack = sharp({ create: { width: 451, height: 301, channels: 3, background: 'black' } }).composite([
    { input: white, left: 20, top: 40 },
  ]);
  const onClear = sharp({
    create: { width: 451, height: 301, channels: 4, background: { r: 9, g: 9, b: 9, alpha: 0 } },
  }).composite([{ input: black, left: 20, top: 40 }]);
  for (const image of [onBlack, onClear]) {
    const mask = await decodeMask(await image.png().toBuffer(), photo.picture, photo.original);
    assert.deepEqual([mask.width, mask.height], [226, 150]);
    const inside = mask.data.filter((value) => value >= 128).length;
    assert.ok(Math.abs(inside - 5000) < 200, `${inside}`);
    assert.equal(mask.data[(40 / 2 + 10) * 226 + 10 + 10], 255);
  }
  const working = await sharp({ create: { width: 226, height: 150, channels: 3, background: 'white' } })
    .png()
    .toBuffer();
  assert.ok((await decodeMask(working, photo.picture, photo.original)).data.every((value) => value === 255));
});

test('a mask of another size or without anything inside is refused', async () => {
  const photo = await decodePicture(await plain(451, 301).png().toBuffer(), { size: 512 });
  const other = await plain(300, 300).png().toBuffer();
  await assert.rejects(decodeMask(other, photo.picture, photo.original), isError('mask_size'));
  const empty = await sharp({ create: { width: 451, height: 301, channels: 3, background: 'black' } })
    .png()
    .toBuffer();
  await assert.rejects(decodeMask(empty, photo.picture, photo.original), isError('mask_empty'));
});

test('masks and pictures are encoded without loss of shape', async () => {
  const data = Uint8Array.from({ length: 32 * 20 }, (_, i) => (i % 32 < 16 ? 0 : 255));
  const png = await encodePng({ width: 32, height: 20, data });
  const { data: back, info } = await sharp(png)
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  assert.equal(info.channels, 1);
  assert.deepEqual(new Uint8Array(back), data);
  const { picture } = await decodePicture(await halves().png().toBuffer(), { size: 512 });
  const jpeg = await sharp(await encodeJpeg(picture)).metadata();
  assert.deepEqual([jpeg.width, jpeg.height, jpeg.chromaSubsampling], [80, 40, '4:4:4']);
});

test('a decoded picture can be copied: changing the copy leaves it alone', async () => {
  const bytes = await sharp({ create: { width: 32, height: 32, channels: 3, background: '#808080' } })
    .png()
    .toBuffer();
  const { picture } = await decodePicture(bytes, { size: 64 });
  const copy = picture.data.slice();
  copy.fill(0);
  assert.equal(picture.data[0], 128);
});
