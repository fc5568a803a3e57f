import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { PipelineError } from '../../models/errors.ts';
import { createLocator } from '../../models/locate/index.ts';
import { createMaskOf } from '../../models/locate/mask.ts';
import { openMaskNetwork } from '../../models/locate/network.ts';
import { boxOf, reachOf } from '../../models/locate/reach.ts';
import { openSee } from '../../models/locate/see.ts';
import { decodePicture } from '../../models/picture.ts';
import type { Mask, Picture } from '../../models/types.ts';

const calm = new AbortController().signal;
const maskOf = await createMaskOf(await openSee(await openMaskNetwork()));
const isError = (code: string) => (error: unknown) => error instanceof PipelineError && error.code === code;

/** A coloured disc on a darker, noisy ground. */
function disc(
  width: number,
  height: number,
  [cx, cy, r]: number[],
): { picture: Picture; truth: (i: number) => boolean } {
  const truth = (i: number) => Math.hypot((i % width) - cx, Math.floor(i / width) - cy) <= r;
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const noise = (i * 7919) % 23;
    data.set(truth(i) ? [200 + noise, 60 + noise, 40] : [40 + noise, 90 + noise, 60 + noise], 3 * i);
  }
  return { picture: { width, height, data }, truth };
}

function sharedShare(mask: Mask, truth: (i: number) => boolean): number {
  let [both, either] = [0, 0];
  mask.data.forEach((value, i) => {
    const inside = value >= 128;
    if (inside && truth(i)) both++;
    if (inside || truth(i)) either++;
  });
  return both / either;
}

test('a box and a click give the silhouette', async () => {
  const { picture, truth } = disc(200, 150, [90, 70, 40]);
  const box = { x: 48, y: 28, width: 84, height: 84 };
  const mask = await maskOf(
    { picture, clicks: [{ x: 90, y: 70 }], hints: [{ label: 'dog', box, score: 0.5 }] },
    calm,
  );
  assert.ok(sharedShare(mask!, truth) > 0.93);
  const soft = mask!.data.filter((value) => value > 10 && value < 245).length;
  assert.ok(soft > 100, 'the edge is soft');
});

test('a click alone finds a thing by its colour, also where the photo cuts it off', async () => {
  for (const place of [
    [90, 70, 40],
    [0, 75, 60],
  ]) {
    const { picture, truth } = disc(200, 150, place);
    const mask = await maskOf({ picture, clicks: [{ x: place[0] + 5, y: place[1] }], hints: [] }, calm);
    assert.ok(sharedShare(mask!, truth) > 0.93, `${place}`);
  }
});

/** A red disc and a blue one that touch, a box around both, and one around each. */
function neighbours() {
  const { picture, truth } = disc(220, 150, [60, 75, 38]);
  for (let i = 0; i < 220 * 150; i++)
    if (Math.hypot((i % 220) - 140, Math.floor(i / 220) - 75) <= 36)
      picture.data.set([30, 60, 200 + ((i * 31) % 17)], 3 * i);
  const both = { label: 'dog', score: 0.6, box: { x: 20, y: 35, width: 158, height: 80 } };
  const red = { label: 'cat', score: 0.2, box: { x: 22, y: 37, width: 76, height: 76 } };
  const blue = { label: 'dog', score: 0.5, box: { x: 104, y: 37, width: 72, height: 78 } };
  return { picture, isRed: truth, clicks: [{ x: 62, y: 74 }], both, red, blue };
}

test('a box that holds two things, or the wrong one, does not decide against the click', async () => {
  const { picture, isRed, clicks, both, blue } = neighbours();
  // The network itself expects its mask of both discs to fit better than that of one.
  for (const hints of [[both], [both, blue], [blue]]) {
    const mask = await maskOf({ picture, clicks, hints }, calm);
    assert.ok(sharedShare(mask!, isRed) > 0.93, JSON.stringify(hints));
  }
});

test('what was cut out bears the name of the box that it fills', async () => {
  const { picture, isRed, clicks, both, red } = neighbours();
  const locator = await createLocator();
  const [region] = await locator.locate({ picture, clicks, detections: [both, red] }, { abort: calm });
  assert.ok(sharedShare(region.mask, isRed) > 0.93);
  assert.equal(region.label, 'cat');
  assert.equal(region.candidates![0].label, 'dog', 'which was thought to be meant');
});

test('the reach is 30 % of the longest side and 12 pixels around the silhouette', async () => {
  const data = new Uint8Array(200 * 150);
  for (let y = 50; y < 90; y++) data.fill(255, y * 200 + 60, y * 200 + 120);
  const mask = { width: 200, height: 150, data };
  const box = boxOf(mask)!;
  assert.deepEqual(box, { x: 60, y: 50, width: 60, height: 40 });
  const reach = await reachOf(mask, box);
  assert.deepEqual(boxOf(reach), { x: 30, y: 20, width: 120, height: 100 });
  assert.ok(data.every((value, i) => value === 0 || reach.data[i] === 255));
});

test('work that was called off stops', async () => {
  const { picture } = disc(200, 150, [90, 70, 40]);
  await assert.rejects(
    maskOf({ picture, clicks: [{ x: 90, y: 70 }], hints: [] }, AbortSignal.abort(new Error('canceled'))),
    /canceled/,
  );
});

test('repeated masks do not eat memory', async () => {
  const { picture } = disc(160, 120, [80, 60, 30]);
  const box = { x: 48, y: 28, width: 64, height: 64 };
  const run = async (times: number) => {
    for (let i = 0; i < times; i++)
      await maskOf({ picture, clicks: [{ x: 80, y: 60 }], hints: [{ label: 'dog', box, score: 0.5 }] }, calm);
    return process.memoryUsage().rss;
  };
  const warm = await run(20);
  assert.ok((await run(40)) - warm < 60e6);
});

test('the shipped photo', async (t) => {
  const locator = await createLocator();
  const bytes = await readFile(new URL('../../examples/photos/chelsea.jpg', import.meta.url));
  const { picture } = await decodePicture(bytes, { size: 512 });
  const nose = { x: 0.57 * picture.width, y: 0.77 * picture.height };
  const detections = await locator.detect(picture);
  const at = (mask: Mask, x: number, y: number) =>
    mask.data[Math.round(y * (mask.height - 1)) * mask.width + Math.round(x * (mask.width - 1))];

  await t.test('words and click both find the cat', async () => {
    const object = { text: '猫', label: 'cat' };
    for (const [clicks, source] of [
      [[], 'words'],
      [[nose], 'click'],
    ] as const) {
      const [region] = await locator.locate(
        { picture, detections, clicks: [...clicks], command: { object } },
        { abort: calm },
      );
      assert.equal(region.label, 'cat');
      assert.equal(region.source, source);
      for (const [x, y] of [
        [0.57, 0.77],
        [0.38, 0.38],
        [0.7, 0.45],
        [0.3, 0.7],
      ])
        assert.equal(at(region.mask, x, y), 255);
      for (const [x, y] of [
        [0.95, 0.3],
        [0.92, 0.8],
      ])
        assert.equal(at(region.mask, x, y), 0);
      assert.ok(region.mask.data.every((value, i) => value === 0 || region.reach.data[i] === 255));
    }
  });

  await t.test('absent and contrary names are refused', async () => {
    const object = { text: 'bus', label: 'bus' };
    await assert.rejects(
      locator.locate({ picture, detections, clicks: [], command: { object } }, { abort: calm }),
      isError('object_not_found'),
    );
    await assert.rejects(
      locator.locate({ picture, detections, clicks: [nose], command: { object } }, { abort: calm }),
      isError('click_and_words_disagree'),
    );
  });

  await t.test("the caller's mask is the region", async () => {
    const mask = {
      width: picture.width,
      height: picture.height,
      data: new Uint8Array(picture.width * picture.height),
    };
    await assert.rejects(
      locator.locate({ picture, detections, clicks: [], mask }, { abort: calm }),
      isError('mask_empty'),
    );
    mask.data.fill(255, 0, picture.width * 20);
    const [region] = await locator.locate({ picture, detections, clicks: [], mask }, { abort: calm });
    assert.equal(region.source, 'mask');
    assert.equal(region.mask, mask);
    assert.deepEqual(region.box, { x: 0, y: 0, width: picture.width, height: 20 });
  });
});

test('a wall has nothing that could move', async () => {
  const locator = await createLocator();
  const data = new Uint8Array(200 * 150 * 3).fill(120);
  const picture = { width: 200, height: 150, data };
  await assert.rejects(
    locator.locate(
      { picture, detections: await locator.detect(picture), clicks: [{ x: 100, y: 75 }] },
      { abort: calm },
    ),
    isError('nothing_under_click'),
  );
});
