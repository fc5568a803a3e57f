import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { PipelineError } from '../../models/errors.ts';
import { unframe } from '../../models/frame.ts';
import { createRenderer, type Format } from '../../models/render/index.ts';
import type { Motion, Picture, Region } from '../../models/types.ts';
import { flowMotion, paintEllipse, photo, regionOf, still, warpMotion } from './render-scene.ts';

const BOX = { x: 30, y: 24, width: 36, height: 32 };

const renderer = await createRenderer();

function scene(motion?: Motion): { picture: Picture; region: Region; motion: Motion } {
  const picture = photo(112, 80);
  const mask = paintEllipse(picture, 48, 40, 18, 16);
  const swing = warpMotion(BOX, (_x, y, t) => [(6 * Math.sin(2 * Math.PI * t) * (56 - y)) / 32, 0]);
  return { picture, region: regionOf(mask, BOX, 16), motion: motion ?? swing };
}

const request = (
  format: Format,
  { motion, ...over }: { motion?: Motion; seconds?: number; fps?: number } = {},
) => {
  const { picture, ...moving } = scene(motion);
  return { ...clip, framed: unframe(picture), moving: [moving], format, ...over };
};
const clip = {
  fps: 12,
  seconds: 1,
  loop: true,
};

/** Top-level boxes of an mp4 file, in order. */
function boxes(file: Uint8Array): string[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const names: string[] = [];
  for (let at = 0; at + 8 <= file.length; at += view.getUint32(at)) {
    names.push(String.fromCharCode(...file.subarray(at + 4, at + 8)));
  }
  return names;
}

test('mp4: plays while it loads, says its colours, and the report proves the rest still', async () => {
  const heard: number[] = [];
  const done = await renderer.render(request('mp4'), { ...still, progress: (f) => heard.push(f) });
  assert.equal(done.contentType, 'video/mp4');
  assert.deepEqual([done.width, done.height], [112, 80]);
  const order = boxes(done.video);
  assert.equal(order[0], 'ftyp');
  assert.ok(order.indexOf('moov') < order.indexOf('mdat'));
  // colr nclx: BT.709 primaries, sRGB transfer, BT.601 matrix.
  const colours = Buffer.from([0x6e, 0x63, 0x6c, 0x78, 0, 1, 0, 13, 0, 6]);
  assert.ok(Buffer.from(done.video).includes(colours));
  const { report } = done;
  assert.equal(report.frames, 12);
  assert.equal(report.outside, 0);
  assert.equal(report.firstFrame, 0);
  assert.equal(report.folds, 0);
  assert.ok(report.motion > 1 && report.motion < 6, `motion ${report.motion}`);
  assert.ok(report.sharpness > 0.5, `sharpness ${report.sharpness}`);
  assert.ok(report.stretch.max > 1 && report.stretch.min < 1);
  assert.equal(heard.at(-1), 1);
  assert.deepEqual(
    heard,
    [...heard].sort((a, b) => a - b),
  );
});

test('poster: a JPEG of the photo', async () => {
  const { poster } = await renderer.render(request('gif'), still);
  const metadata = await sharp(poster).metadata();
  assert.deepEqual([metadata.format, metadata.width, metadata.height], ['jpeg', 112, 80]);
});

test('gif: delays add up to the right time at 24 fps, and it repeats', async () => {
  const { video, contentType } = await renderer.render(request('gif', { fps: 24 }), still);
  assert.equal(contentType, 'image/gif');
  const { pages, delay, loop } = await sharp(video, { animated: true }).metadata();
  assert.equal(pages, 24);
  assert.equal(loop, 0);
  assert.equal(
    delay?.reduce((a, b) => a + b),
    1000,
  );
  assert.ok(delay?.every((ms) => ms === 40 || ms === 50));
});

test('gif: at 60 fps no frame is shown for less than players can', async () => {
  const { video } = await renderer.render(request('gif', { fps: 60, seconds: 0.5 }), still);
  const { delay } = await sharp(video, { animated: true }).metadata();
  assert.equal(
    delay?.reduce((a, b) => a + b),
    500,
  );
  assert.ok(delay?.every((ms) => ms >= 20));
});

test('webp: animated, every frame, right time', async () => {
  const { video, contentType } = await renderer.render(request('webp', { fps: 24 }), still);
  assert.equal(contentType, 'image/webp');
  const { pages, delay, loop } = await sharp(video, { animated: true }).metadata();
  assert.equal(pages, 24);
  assert.equal(loop, 0);
  assert.equal(
    delay?.reduce((a, b) => a + b),
    1000,
  );
});

test('webm without an encoder is refused in both languages', async () => {
  await assert.rejects(renderer.render(request('webm'), still), (error) => {
    assert.ok(error instanceof PipelineError);
    assert.equal(error.code, 'format_unavailable');
    assert.match(error.detail.en, /webm/);
    assert.match(error.detail.zh, /webm/);
    return true;
  });
});

test('webm: an ffmpeg that fails is an error with its own words, not a hang', async () => {
  // Not ffmpeg at all: Node reads `-v`, says its version and ends.
  const renderer = await createRenderer({ ffmpeg: process.execPath });
  await assert.rejects(
    renderer.render(request('webm'), still),
    /ffmpeg ended without an error but wrote no file/,
  );
  const missing = await createRenderer({ ffmpeg: '/nowhere/ffmpeg' });
  await assert.rejects(missing.render(request('webm'), still), /ffmpeg could not be started/);
});

test('fluid: the clip starts as the photo, loops, and changes nothing else', async () => {
  const done = await renderer.render(request('webp', { motion: flowMotion(BOX, 9, 3) }), still);
  assert.equal(done.report.outside, 0);
  assert.equal(done.report.firstFrame, 0);
  assert.ok(done.report.motion > 2);
});

for (const format of ['mp4', 'webp'] as const) {
  test(`${format}: cancelling stops it at the next frame`, async () => {
    const renderer = await createRenderer();
    let frames = 0;
    const abort = {
      get aborted() {
        return frames >= 3;
      },
      throwIfAborted() {
        if (this.aborted) throw new Error('canceled by the test');
      },
    };
    const progress = () => {
      frames++;
    };
    await assert.rejects(
      renderer.render(request(format, { seconds: 10 }), { abort, progress }),
      /canceled by the test/,
    );
    assert.equal(frames, 3);
    // The renderer is as good as new afterwards.
    const next = await renderer.render(request(format), still);
    assert.equal(next.report.frames, 12);
  });
}

test('a sheet shows photo, mask, matte, plate, flow and six frames', async () => {
  const { sheet } = await renderer.render({ ...request('gif'), sheet: true }, still);
  const { data, info } = await sharp(sheet).raw().toBuffer({ resolveWithObject: true });
  assert.deepEqual([info.width, info.height], [4 * 118 + 6, 3 * 86 + 6]);
  const cell = (k: number, x: number, y: number) => {
    const o = 3 * ((6 + Math.floor(k / 4) * 86 + y) * info.width + 6 + (k % 4) * 118 + x);
    return [...data.subarray(o, o + 3)];
  };
  const near = (a: number[], b: number[]) => a.every((v, c) => Math.abs(v - b[c]) < 40);
  assert.ok(
    cell(1, 100, 10).every((v) => v < 90),
    'dark beside the thing',
  );
  assert.ok(near(cell(2, 48, 40), cell(0, 48, 40)), 'the matte shows the thing');
  assert.ok(near(cell(2, 100, 10), [70, 70, 90]), 'and nothing else');
  assert.ok(!near(cell(3, 48, 30), cell(0, 48, 30)), 'the plate does not');
  assert.ok(!near(cell(4, 48, 28), [255, 255, 255]), 'flow has a colour where it is');
  assert.ok(near(cell(4, 100, 10), [255, 255, 255]), 'and none where nothing moves');
  assert.ok(near(cell(5, 60, 20), cell(0, 60, 20)), 'the first frame is the photo');
});

test('an empty mask is a typed error', async () => {
  const input = request('mp4');
  input.moving[0].region.mask.data.fill(0);
  await assert.rejects(
    renderer.render(input, still),
    (error) => error instanceof PipelineError && error.code === 'mask_empty',
  );
});
