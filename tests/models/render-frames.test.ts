/** What the frames look like before they are encoded. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createInspector } from '../../models/render/checks.ts';
import { cutOut } from '../../models/render/cutout.ts';
import { prepareFluid } from '../../models/render/flow.ts';
import { prepareSolid } from '../../models/render/scene.ts';
import { stack, timed } from '../../models/render/stack.ts';
import type { Mask, Picture, Region, WarpMotion } from '../../models/types.ts';
import { flowMotion, paintEllipse, photo, regionOf, still, warpMotion } from './render-scene.ts';

const BOX = { x: 30, y: 24, width: 36, height: 32 };
const TIMES = Float64Array.from({ length: 12 }, (_, k) => k / 12);

function blob(): { picture: Picture; region: Region } {
  const picture = photo(112, 80);
  const mask = paintEllipse(picture, 48, 40, 18, 16);
  return { picture, region: regionOf(mask, BOX, 16) };
}

/** A painter of a thing that swings sideways by so many pixels. */
function swinging(picture: Picture, { mask, reach }: Region, box: Region['box'], pixels: number) {
  const cutout = cutOut(picture, mask, 0.5, still.abort);
  assert.ok(cutout);
  const motion = warpMotion(box, (_x, _y, t) => [pixels * Math.sin(2 * Math.PI * t), 0]);
  return prepareSolid(picture, cutout, motion, mask, reach, TIMES, 0.5, still).painter;
}

function paintAll(
  picture: Picture,
  region: { mask: Mask; reach: Mask },
  motion: WarpMotion,
  times = TIMES,
): Uint8Array[] {
  const scale = 0.5;
  const cutout = cutOut(picture, region.mask, scale, still.abort);
  assert.ok(cutout);
  const { painter } = prepareSolid(picture, cutout, motion, region.mask, region.reach, times, scale, still);
  const frame = picture.data.slice();
  return Array.from(times, (time) => {
    painter.paint(time, 0, frame);
    return frame.slice();
  });
}

const largestChange = (a: Uint8Array, b: Uint8Array, where: (pixel: number) => boolean = () => true) => {
  let most = 0;
  for (let i = 0; i < a.length; i++)
    if (where(Math.floor(i / 3))) most = Math.max(most, Math.abs(a[i] - b[i]));
  return most;
};

test('no motion: every frame is the photo, bit for bit', () => {
  const { picture, region } = blob();
  for (const frame of paintAll(
    picture,
    region,
    warpMotion(BOX, () => [0, 0]),
  )) {
    assert.equal(largestChange(frame, picture.data), 0);
  }
});

test('frame 0 is the photo and nothing ever changes outside the reach', () => {
  const { picture, region } = blob();
  const swing = warpMotion(BOX, (_x, _y, t) => [
    10 * Math.sin(2 * Math.PI * t),
    4 * Math.sin(4 * Math.PI * t),
  ]);
  const frames = paintAll(picture, region, swing);
  assert.equal(largestChange(frames[0], picture.data), 0);
  for (const frame of frames)
    assert.equal(
      largestChange(frame, picture.data, (i) => region.reach.data[i] < 128),
      0,
    );
  assert.ok(largestChange(frames[3], picture.data) > 50);
});

test("a motion by whole pixels carries the thing's own pixels along exactly", () => {
  const { picture, region } = blob();
  const motion = warpMotion(BOX, (_x, _y, t) => (t > 0 ? [7, -3] : [0, 0]), { periodic: false, steps: 2 });
  const [, moved] = paintAll(picture, region, motion, Float64Array.of(0, 1));
  for (let y = 34; y < 46; y++) {
    for (let x = 40; x < 56; x++) {
      for (let c = 0; c < 3; c++) {
        assert.equal(moved[3 * ((y - 3) * 112 + x + 7) + c], picture.data[3 * (y * 112 + x) + c]);
      }
    }
  }
});

test("what was hidden is filled from the surroundings, not with the thing's colour", () => {
  const { picture, region } = blob();
  const away = warpMotion(BOX, (_x, _y, t) => (t > 0 ? [40, 0] : [0, 0]), { periodic: false, steps: 2 });
  const wide = regionOf(region.mask, BOX, 60);
  const [, moved] = paintAll(picture, wide, away, Float64Array.of(0, 1));
  let [red, green] = [0, 0];
  for (let y = 30; y < 50; y++) {
    for (let x = 34; x < 50; x++) {
      red += moved[3 * (y * 112 + x)];
      green += moved[3 * (y * 112 + x) + 1];
    }
  }
  // The thing is red (about 200, 75), the surroundings are not (about 105, 125).
  assert.ok(red < 1.25 * green, `red ${red} green ${green}`);
});

test('near the border of the reach the motion fades instead of being cut', () => {
  const { picture, region } = blob();
  const narrow = regionOf(region.mask, BOX, 6);
  const frames = paintAll(
    picture,
    narrow,
    warpMotion(BOX, (_x, _y, t) => [30 * Math.sin(2 * Math.PI * t), 0]),
  );
  const [, , , far] = frames;
  assert.equal(
    largestChange(far, picture.data, (i) => narrow.reach.data[i] < 128),
    0,
  );
  // The thing's right edge is still a whole red edge inside the reach: its last columns hold background again.
  const row = 40 * 112;
  const last = 3 * (row + BOX.x + BOX.width + 5);
  assert.ok(Math.abs(far[last] - picture.data[last]) < 60);
});

test('a periodic motion ends where it began', () => {
  const { picture, region } = blob();
  const swing = warpMotion(BOX, (_x, _y, t) => [8 * Math.sin(2 * Math.PI * t), 0]);
  const [first, again] = paintAll(picture, region, swing, Float64Array.of(0, 1));
  assert.equal(largestChange(first, again), 0);
});

test("a thing cut by the picture's edge leaves no gap there", () => {
  const picture = photo(112, 80);
  const mask = paintEllipse(picture, 0, 40, 30, 16);
  const box = { x: 0, y: 24, width: 30, height: 32 };
  const motion = warpMotion(box, (_x, _y, t) => (t > 0 ? [3, 0] : [0, 0]), { periodic: false, steps: 2 });
  const [, moved] = paintAll(picture, regionOf(mask, box, 20), motion, Float64Array.of(0, 1));
  for (let y = 34; y < 46; y++) {
    const o = 3 * y * 112;
    assert.ok(moved[o] > moved[o + 1] + 60, `pixel (0, ${y}) is not the thing: ${moved.subarray(o, o + 3)}`);
  }
});

test('parts in front hide parts behind', () => {
  const { picture, region } = blob();
  // The left half swings to the right, over or under the right half.
  const way = (x: number, _y: number, t: number): [number, number] => (t > 0 && x < 46 ? [9, 0] : [0, 0]);
  const shown = (leftInFront: boolean) => {
    const order = Float32Array.from({ length: 81 }, (_, i) => (i % 9 < 4 === leftInFront ? 1 : 0));
    const motion = warpMotion(BOX, way, { periodic: false, steps: 2, order });
    const [, moved] = paintAll(picture, region, motion, Float64Array.of(0, 1));
    return moved.subarray(3 * (40 * 112 + 50), 3 * (40 * 112 + 53));
  };
  const original = picture.data.subarray(3 * (40 * 112 + 50), 3 * (40 * 112 + 53));
  assert.ok(largestChange(shown(false), original) <= 1);
  assert.ok(largestChange(shown(true), original) > 1);
});

test('fluid: frame 0 and the end of the period are the photo; only the fluid changes', () => {
  const { picture, region } = blob();
  const fluid = prepareFluid(picture, flowMotion(BOX, 12, 5), region.mask, region.reach, 0.5, still);
  assert.ok(fluid);
  const paint = (time: number) => {
    const frame = picture.data.slice();
    fluid.painter.paint(time, 0, frame);
    return frame;
  };
  assert.equal(largestChange(paint(0), picture.data), 0);
  assert.equal(largestChange(paint(1), picture.data), 0);
  const middle = paint(0.4);
  assert.ok(largestChange(middle, picture.data) > 10);
  // The soft edge of the matte may reach some pixels beyond the mask, never farther.
  const far = (i: number) =>
    ((i % 112) + 0.5 - 48) ** 2 / 26 ** 2 + (Math.floor(i / 112) + 0.5 - 40) ** 2 / 24 ** 2 > 1;
  assert.equal(largestChange(middle, picture.data, far), 0);
});

test('the inspector measures: a single wrong value outside the path shows in the report', () => {
  const { picture, region } = blob();
  const painter = swinging(picture, region, BOX, 5);
  const inspector = createInspector(picture, painter, region.reach, new Set());
  const frame = picture.data.slice();
  painter.paint(0, 0, frame);
  inspector.look(frame, 0);
  assert.deepEqual(inspector.result(), { outside: 0, firstFrame: 0, sharpness: 1, flicker: 0 });
  painter.paint(0.25, 0, frame);
  frame[3 * (70 * 112 + 100)] ^= 9;
  inspector.look(frame, 1);
  assert.ok(inspector.result().outside > 0);
  assert.equal(inspector.result().firstFrame, 0);
});

test('the inspector measures: a plate that changes from frame to frame flickers', () => {
  const { picture, region } = blob();
  const painter = swinging(picture, region, BOX, 9);
  const flickerOf = (change: number) => {
    const inspector = createInspector(picture, painter, region.reach, new Set([2]));
    const frame = picture.data.slice();
    for (const [k, time] of [0, 0.25, 0.26].entries()) {
      painter.paint(time, 0, frame);
      const brighter = k === 2 ? frame.map((value) => Math.min(255, value + change)) : frame;
      inspector.look(brighter, k);
    }
    return inspector.result().flicker;
  };
  assert.equal(flickerOf(0), 0);
  assert.ok(Math.abs(flickerOf(6) - 6) < 0.5);
});

test('several things in one clip are each drawn as if they were alone', () => {
  const picture = photo(160, 80);
  const alone = [12, 98].map((x) => {
    const box = { x, y: 24, width: 36, height: 32 };
    return { box, mask: paintEllipse(picture, x + 18, 40, 18, 16) };
  });
  const painters = alone.map(({ box, mask }) => swinging(picture, regionOf(mask, box, 14), box, 5));
  const clips = painters.map((painter) => timed(painter, (t) => t, 8));
  const both = stack(clips);
  const frames = [0, 1, 2].map(() => picture.data.slice());
  for (const k of [0, 2, 5]) {
    both.paint(k, frames[0]);
    clips[0].paint(k, frames[1]);
    clips[1].paint(k, frames[2]);
    for (let i = 0; i < frames[0].length; i++) {
      const own = Math.floor(i / 3) % 160 < 73 ? frames[1] : frames[2];
      if (frames[0][i] !== own[i]) assert.fail(`frame ${k}, byte ${i}`);
    }
    assert.equal(largestChange(frames[0], picture.data, () => true) > 0, k > 0);
  }
  const ones = (map: Uint8Array) => map.reduce((sum, v) => sum + v, 0);
  assert.equal(ones(both.path), ones(painters[0].path) + ones(painters[1].path));
});
