/** OWL-ViT, SAM and CLIP through transformers.js, with tiny models that see colours (models/training/tests/tiny_hub.py). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '../../infra/config.ts';
import { PipelineError } from '../../models/errors.ts';
import { createLocator } from '../../models/locate/index.ts';
import { createMaskOf } from '../../models/locate/mask.ts';
import { createClip } from '../../models/locate/open-vocabulary/clip.ts';
import { createOwlVit } from '../../models/locate/open-vocabulary/owlvit.ts';
import { createSam } from '../../models/locate/open-vocabulary/sam.ts';
import { encodeJpeg } from '../../models/picture.ts';
import { createPipeline, type PipelineHooks } from '../../models/pipeline.ts';
import type { Box, Detection, Mask, Picture } from '../../models/types.ts';
import { readCatalogue } from '../../models/weights.ts';

// Everything must come from the folder; the package takes hold of fetch when it is first imported.
globalThis.fetch = async (url) => {
  throw new Error(`the network was asked for ${url}`);
};

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));
const cacheDir = `${fixtures}hub`;
const owlvit = { name: 'tiny/owlvit', cacheDir };
const sam = { name: 'tiny/sam', cacheDir };
const clip = { name: 'tiny/clip', cacheDir };
const calm = new AbortController().signal;
const isError = (code: string) => (error: unknown) => error instanceof PipelineError && error.code === code;

const RED = { x: 60, y: 70, r: 35 };
const BLUE = { x: 150, y: 60, r: 25 };
type Disc = typeof RED;
const boxOf = ({ x, y, r }: Disc): Box => ({ x: x - r, y: y - r, width: 2 * r, height: 2 * r });
const inside = ({ x, y, r }: Disc, i: number) => Math.hypot((i % 200) - x, Math.floor(i / 200) - y) <= r;
const cup = (disc: Disc): Detection => ({ label: 'cup', score: 0.5, box: boxOf(disc) });

/** A red and a blue disc on grey. */
const picture: Picture = { width: 200, height: 150, data: new Uint8Array(200 * 150 * 3) };
for (let i = 0; i < 200 * 150; i++) {
  const noise = (i * 7919) % 23;
  const red = [200 + noise, 60 + noise, 40];
  const blue = [30, 60 + noise, 220];
  const grey = [90 + noise, 90 + noise, 90 + noise];
  picture.data.set(inside(RED, i) ? red : inside(BLUE, i) ? blue : grey, 3 * i);
}

/** Intersection over union with a disc. */
function iou(mask: Mask | undefined, disc: Disc): number {
  let [both, either] = [0, 0];
  mask!.data.forEach((value, i) => {
    const [a, b] = [value >= 128, inside(disc, i)];
    if (a && b) both++;
    if (a || b) either++;
  });
  return both / either;
}

function isNear(box: Box, disc: Disc): void {
  const truth = boxOf(disc);
  for (const key of ['x', 'y', 'width', 'height'] as const)
    assert.ok(
      Math.abs(box[key] - truth[key]) <= 13,
      `${JSON.stringify(box)} is not ${JSON.stringify(truth)}`,
    );
}

test('OWL-ViT finds what a noun names, and nothing where it is not', async () => {
  const find = createOwlVit(owlvit);
  const found = await find(picture, 'red mug');
  assert.deepEqual(
    found.map(({ label }) => label),
    ['red mug'],
  );
  assert.ok(found[0].score > 0.5 && found[0].score <= 1);
  isNear(found[0].box, RED);
  isNear((await find(picture, 'blue balloon'))[0].box, BLUE);
  assert.deepEqual(await find(picture, 'green mug'), []);
  assert.deepEqual(await find(picture, 'red mug'), found);
});

test('CLIP tells which crop shows what was said', async () => {
  const align = createClip(clip);
  const [red, blue] = await align(picture, [cup(RED), cup(BLUE)], 'red mug');
  assert.ok(red > 0.9 && blue < 0.1, `${red} ${blue}`);
  const [, other] = await align(picture, [cup(RED), cup(BLUE)], 'blue mug');
  assert.ok(other > 0.9);
  assert.deepEqual(await align(picture, [cup(RED), cup(BLUE)], 'red mug'), [red, blue]);
});

test('SAM cuts out what is clicked, leaves what is excluded, and a box says which of its masks is meant', async () => {
  const maskOf = await createMaskOf(createSam(sam));
  const clicks = [{ x: RED.x + 10, y: RED.y - 8 }];
  const mask = await maskOf({ picture, clicks, hints: [] }, calm);
  assert.deepEqual([mask?.width, mask?.height], [200, 150]);
  assert.ok(iou(mask, RED) > 0.9, `click ${iou(mask, RED)}`);
  assert.deepEqual(await maskOf({ picture, clicks, hints: [] }, calm), mask);

  const boxed = await maskOf({ picture, clicks: [], hints: [cup(BLUE)] }, calm);
  assert.ok(iou(boxed, BLUE) > 0.9, `box ${iou(boxed, BLUE)}`);
  const part = { ...RED, r: 15 };
  const narrow = await maskOf({ picture, clicks: [{ x: RED.x, y: RED.y }], hints: [cup(part)] }, calm);
  assert.ok(iou(narrow, part) > 0.8, `part ${iou(narrow, part)}`);

  const ground = { x: 5, y: 5 };
  const without = { ...BLUE, exclude: true };
  const both = await maskOf({ picture, clicks: [ground, { x: RED.x, y: RED.y }], hints: [] }, calm);
  const one = await maskOf({ picture, clicks: [ground, { x: RED.x, y: RED.y }, without], hints: [] }, calm);
  const at = (it: Mask | undefined, { x, y }: Disc) => it!.data[y * 200 + x];
  assert.deepEqual([at(both, RED), at(one, RED), at(one, BLUE)], [255, 255, 0]);
});

test('the locator finds by any noun, cuts with SAM, and says why', async () => {
  const locator = await createLocator({ cacheDir, owlvit: owlvit.name, sam: sam.name, clip: clip.name });
  const locate = (object: { text: string; label?: string; english?: string }, detections: Detection[]) =>
    locator.locate({ picture, detections, clicks: [], command: { object } }, { abort: calm });

  const [balloon] = await locate({ text: '红气球', english: 'red balloon' }, []);
  assert.equal(balloon.label, 'red balloon');
  assert.ok(iou(balloon.mask, RED) > 0.9);
  assert.deepEqual(
    balloon.candidates?.map(({ label, words, reason }) => [label, words, reason]),
    [['red balloon', 1, 'chosen']],
  );
  await assert.rejects(
    locate({ text: 'green balloon', english: 'green balloon' }, []),
    isError('object_not_found'),
  );
});

test('CLIP decides between things of one name', async () => {
  const locator = await createLocator({ cacheDir, clip: clip.name });
  for (const [colour, disc] of [
    ['red', RED],
    ['blue', BLUE],
  ] as const) {
    const object = { text: `${colour} mug`, label: 'cup', english: `${colour} mug` };
    const [region] = await locator.locate(
      { picture, detections: [cup(RED), cup(BLUE)], clicks: [], command: { object } },
      { abort: calm },
    );
    assert.ok(iou(region.mask, disc) > 0.9, colour);
    const [chosen, other] = region.candidates!;
    assert.deepEqual([chosen.reason, other.reason], ['chosen', 'fits_less']);
    assert.ok(chosen.alike! > 0.9 && other.alike! < 0.1);
  }
});

test('CLIP is asked only where the names leave it open', async () => {
  const locator = await createLocator({ cacheDir, clip: 'tiny/none' });
  const object = { text: 'cup', label: 'cup', english: 'cup' };
  const kite = { ...cup(BLUE), label: 'kite' };
  const locate = (detections: Detection[]) =>
    locator.locate({ picture, detections, clicks: [], command: { object } }, { abort: calm });
  const [{ candidates }] = await locate([cup(RED), kite]);
  assert.deepEqual(
    candidates?.map(({ label, alike, reason }) => [label, alike, reason]),
    [
      ['cup', undefined, 'chosen'],
      ['kite', undefined, 'other_name'],
    ],
  );
  await assert.rejects(locate([cup(RED), cup(BLUE)]), isError('weights_unavailable'));
});

test('a model that is nowhere is a typed error, each time', async () => {
  const find = createOwlVit({ name: 'tiny/none', cacheDir });
  for (let i = 0; i < 2; i++) await assert.rejects(find(picture, 'cup'), isError('weights_unavailable'));
});

test('the models come by configuration, and weights.json names the defaults with their licences', async () => {
  assert.deepEqual(loadConfig({}).openVocabulary, {});
  const on = { WAGGLE_DETECTOR: 'owlvit', WAGGLE_MASKS: 'sam', WAGGLE_ALIGNER: 'clip' };
  const named = Object.entries(await readCatalogue()).flatMap(([set, entry]) =>
    'hub' in entry ? [[set, entry.hub, entry.licence] as const] : [],
  );
  assert.deepEqual(loadConfig(on).openVocabulary, Object.fromEntries(named.map(([set, hub]) => [set, hub])));
  for (const [, , licence] of named) assert.match(licence, /^(MIT|Apache-2\.0)$/);

  const tiny = { WAGGLE_OWLVIT_MODEL: owlvit.name, WAGGLE_SAM_MODEL: sam.name, WAGGLE_CLIP_MODEL: clip.name };
  const { openVocabulary } = loadConfig({ ...on, ...tiny });
  const pipeline = await createPipeline({ speech: 'whisper-base', cacheDir: fixtures, openVocabulary });
  const findings: Parameters<PipelineHooks['found']>[0] = {};
  const hooks = {
    progress: () => undefined,
    found: (more: typeof findings) => Object.assign(findings, more),
    abort: calm,
  };
  const image = await encodeJpeg(picture);
  const png = await pipeline.region({ image, clicks: [], command: 'the red mug', size: 200 }, hooks);
  assert.ok(png.length > 100);
  assert.equal(findings.region?.label, 'red mug');
  assert.equal(findings.region?.candidates?.[0].reason, 'chosen');
});
