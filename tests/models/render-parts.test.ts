/** The renderer's building blocks, one by one. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { seededRandom } from '../../models/random.ts';
import { checkField } from '../../models/render/checks.ts';
import { createClock } from '../../models/render/clock.ts';
import { distanceTo } from '../../models/render/distance.ts';
import { schedule } from '../../models/render/encode/animated.ts';
import { createMp4Encoder } from '../../models/render/encode/mp4.ts';
import { withColour } from '../../models/render/encode/sps.ts';
import { toYuv420 } from '../../models/render/encode/yuv.ts';
import { createField } from '../../models/render/field.ts';
import { matte } from '../../models/render/matte.ts';
import { fillPlate } from '../../models/render/plate.ts';
import { pushPull } from '../../models/render/push-pull.ts';
import { compileWarp } from '../../models/render/wasm/build.ts';
import { paintEllipse, photo, regionOf, still, type Way, warpMotion } from './render-scene.ts';

test('warp.wasm is what warp.as compiles to', async () => {
  const committed = await readFile(new URL('../../models/render/wasm/warp.wasm', import.meta.url));
  assert.ok(
    Buffer.from(await compileWarp()).equals(committed),
    'run node --import tsx models/render/wasm/build.ts',
  );
});

test('distance: the same as by brute force', () => {
  const [width, height] = [23, 17];
  const random = seededRandom(5);
  const feature = Uint8Array.from({ length: width * height }, () => (random() < 0.03 ? 1 : 0));
  const distance = distanceTo(feature, width, height);
  for (let i = 0; i < feature.length; i++) {
    let least = Number.POSITIVE_INFINITY;
    for (let j = 0; j < feature.length; j++) {
      if (!feature[j]) continue;
      const dx = (i % width) - (j % width);
      const dy = Math.floor(i / width) - Math.floor(j / width);
      least = Math.min(least, Math.hypot(dx, dy));
    }
    assert.ok(Math.abs(distance[i] - least) < 1e-4, `pixel ${i}: ${distance[i]} instead of ${least}`);
  }
});

test('push-pull keeps what is known and stays within its range', () => {
  const values = new Float32Array(40 * 30);
  const weights = new Float32Array(40 * 30);
  for (const [i, value] of [
    [45, 3],
    [700, -2],
    [1100, 8],
  ]) {
    values[i] = value;
    weights[i] = 1;
  }
  pushPull(values, weights, 40, 30, 1);
  assert.deepEqual([values[45], values[700], values[1100]], [3, -2, 8]);
  for (const value of values) assert.ok(value >= -2 && value <= 8);
});

test('matte: finds the true edge of a thing whose mask is three pixels too large', () => {
  const picture = photo(112, 80);
  paintEllipse(picture, 56, 40, 20, 20);
  const loose = paintEllipse(photo(112, 80), 56, 40, 23, 23);
  const window = { x: 20, y: 4, width: 72, height: 72 };
  const alpha = matte(picture, loose, window, 1, still.abort);
  const radius = (i: number) => Math.hypot((i % 72) + 20.5 - 56, Math.floor(i / 72) + 4.5 - 40);
  let [inside, outside, n, m] = [0, 0, 0, 0];
  alpha.forEach((a, i) => {
    if (radius(i) < 18) {
      inside += a;
      n++;
    } else if (radius(i) > 21.5 && radius(i) < 23) {
      outside += a;
      m++;
    }
  });
  assert.ok(inside / n > 0.97, `inside ${inside / n}`);
  // A ring of the mask that is not the thing; the mask itself says 1 there.
  assert.ok(outside / m < 0.45, `outside ${outside / m}`);
});

test('plate: a gradient is continued through the hole, texture keeps its strength', () => {
  const [width, height] = [120, 90];
  const random = seededRandom(9);
  const build = (grain: number) => {
    const data = new Float32Array(width * height * 3);
    for (let i = 0; i < width * height; i++)
      data.fill(60 + (i % width) + grain * (random() - 0.5), 3 * i, 3 * i + 3);
    return { width, height, data };
  };
  const hole = new Uint8Array(width * height);
  for (let y = 30; y < 60; y++) hole.fill(2, y * width + 45, y * width + 75);
  const flat = build(0);
  for (let i = 0; i < hole.length; i++) if (hole[i]) flat.data.fill(255, 3 * i, 3 * i + 3);
  fillPlate(flat, hole, 512, still.abort);
  for (let x = 45; x < 75; x++)
    assert.ok(Math.abs(flat.data[3 * (45 * width + x)] - 60 - x) < 8, `column ${x}`);

  const rough = build(80);
  fillPlate(rough, hole, 512, still.abort);
  const roughness = (rows: [number, number], columns: [number, number]) => {
    let sum = 0;
    for (let y = rows[0]; y < rows[1]; y++) {
      for (let x = columns[0]; x < columns[1]; x++)
        sum += Math.abs(rough.data[3 * (y * width + x)] - rough.data[3 * (y * width + x + 1)]);
    }
    return sum / (rows[1] - rows[0]) / (columns[1] - columns[0]);
  };
  const share = roughness([32, 58], [47, 73]) / roughness([32, 58], [5, 40]);
  assert.ok(share > 0.6 && share < 1.3, `texture ${share}`);
});

const BOX = { x: 30, y: 24, width: 36, height: 32 };
function fieldOf(way: Way, steps = 8) {
  const picture = photo(112, 80);
  const region = regionOf(paintEllipse(picture, 48, 40, 18, 16), BOX, 60);
  const motion = warpMotion(BOX, way, { steps });
  const field = createField(motion, region.mask, region.reach, { x: 22, y: 16, width: 52, height: 48 }, 4, 1);
  return checkField(field, region.mask, Float64Array.of(0, 0.25, 0.5, 0.75));
}

test('checks: a mirrored half is a fold, a rotation is none', () => {
  const turn: Way = (x, y, t) => {
    const a = 0.3 * Math.sin(2 * Math.PI * t);
    const [u, v] = [x - 48, y - 40];
    return [u * Math.cos(a) - v * Math.sin(a) - u, u * Math.sin(a) + v * Math.cos(a) - v];
  };
  const turned = fieldOf(turn);
  assert.equal(turned.folds, 0);
  assert.ok(turned.stretch.max < 1.05 && turned.stretch.min > 0.95, JSON.stringify(turned.stretch));
  const mirrored = fieldOf((x, _y, t) => [t > 0 ? 2 * (48 - x) : 0, 0]);
  assert.ok(mirrored.folds > 0.5);
});

test('checks: stretching by 1.3 is measured as 1.3', () => {
  const wide = fieldOf((x, _y, t) => [0.3 * (x - 48) * (t > 0 ? 1 : 0), 0]);
  assert.ok(Math.abs(wide.stretch.max - 1.3) < 0.03, JSON.stringify(wide.stretch));
});

test('checks: a zigzag in time is a kink, a sine is none', () => {
  const smooth = fieldOf((_x, _y, t) => [8 * Math.sin(2 * Math.PI * t), 0], 16);
  const zigzag = fieldOf((_x, _y, t) => [Math.round(16 * t) % 2 ? 8 : 0, 0], 16);
  assert.ok(smooth.kink < 1.5, `sine ${smooth.kink}`);
  assert.ok(zigzag.kink > 1.5, `zigzag ${zigzag.kink}`);
});

test('clock: loops hold whole periods, or go there and back; other clips end at rest', () => {
  const whole = createClock({ seconds: 1.3, periodic: true }, { seconds: 4, loop: true });
  assert.ok(Math.abs(whole(4) / 1.3 - Math.round(whole(4) / 1.3)) < 1e-9);
  const back = createClock({ seconds: 2, periodic: false }, { seconds: 2, loop: true });
  assert.deepEqual(
    [back(0), back(1), back(2)].map((t) => +t.toFixed(9)),
    [0, 2, 0],
  );
  const once = createClock({ seconds: 2, periodic: true }, { seconds: 2, loop: false });
  assert.equal(once(1), 1);
  assert.ok(once(2) - once(1.99) < 0.001 && once(2) > once(1.9));
});

test('schedule: whole units, right sum, at any frame rate', () => {
  for (const fps of [7, 12, 24, 25, 29.97, 30, 50, 60]) {
    const frames = Math.round(2 * fps);
    const { shown, delays } = schedule({ frames, fps }, 10, 20);
    assert.equal(shown.length, delays.length);
    assert.ok(delays.every((ms) => ms >= 20 && ms % 10 === 0));
    assert.ok(Math.abs(delays.reduce((a, b) => a + b) - (1000 * frames) / fps) <= 10, `${fps} fps`);
  }
});

test('yuv: flat colours come back through the BT.601 matrix', () => {
  for (const colour of [
    [0, 0, 0],
    [255, 255, 255],
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
    [200, 120, 40],
  ]) {
    const yuv = new Uint8Array(24);
    toYuv420(
      Uint8Array.from({ length: 48 }, (_, i) => colour[i % 3]),
      4,
      4,
      yuv,
    );
    const y = (yuv[0] - 16) * (255 / 219);
    const cb = (yuv[16] - 128) * (255 / 224);
    const cr = (yuv[20] - 128) * (255 / 224);
    const back = [y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr, y + 1.772 * cb];
    back.forEach((value, c) => {
      assert.ok(Math.abs(value - colour[c]) <= 2.5, `${colour} came back as ${back}`);
    });
  }
});

test('sps: the colour description is added once and only once', () => {
  // A Baseline set as minih264 writes it.
  const plain = Uint8Array.from([103, 66, 0, 21, 166, 128, 128, 47, 249, 208]);
  const described = withColour(plain);
  assert.ok(described.length > plain.length);
  assert.throws(() => withColour(described), /already describes/);
});

test('mp4 thread: what goes wrong in it is an error here', async () => {
  const encoder = createMp4Encoder({ width: 31, height: 30, fps: 12, frames: 2, loop: false });
  try {
    await assert.rejects(async () => {
      for (let k = 0; k < 9; k++) await encoder.add(new Uint8Array(31 * 30 * 3));
      await encoder.finish(still.abort);
    }, /mp4 (encoder|thread)/);
  } finally {
    encoder.close();
  }
});
