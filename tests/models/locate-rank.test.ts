import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Draft } from '../../models/locate/network.ts';
import { loadOpenCv } from '../../models/locate/opencv.ts';
import { describe, FEATURES, openRanker } from '../../models/locate/rank.ts';
import type { Click } from '../../models/types.ts';

const fixture = JSON.parse(readFileSync(new URL('../fixtures/masks/rank.json', import.meta.url), 'utf8')) as {
  height: number;
  width: number;
  cones: [number, number, number][][];
  fit: number[];
  at: [number, number][];
  boxes: [number, number, number, number][];
  scores: number[];
  described: number[][];
  fits: number[];
};
const { width, height } = fixture;
const { cv } = await loadOpenCv();
const rank = await openRanker();

/** Logits that fall from 3 in the middle of each disc to 0 at its edge, as models/training/masks/export.py draws them. */
function drawn(cones: [number, number, number][], fit: number): Draft {
  const logits = Float32Array.from({ length: width * height }, (_, i) =>
    Math.max(
      ...cones.map(([x, y, r]) => 3 - (3 * Math.hypot((i % width) - x, Math.floor(i / width) - y)) / r),
    ),
  );
  return { width, height, logits, fit };
}
const drafts = fixture.cones.map((cones, i) => drawn(cones, fixture.fit[i]));
const at = fixture.at.map(([x, y]) => ({ x, y }));
const hints = fixture.boxes.map(([left, top, right, bottom], i) => ({
  score: fixture.scores[i],
  box: { x: left * width, y: top * height, width: (right - left) * width, height: (bottom - top) * height },
}));

test('answers are described as in training', () => {
  const described = describe(cv, drafts, at, hints);
  fixture.described.forEach((expected, i) => {
    expected.forEach((value, k) => {
      const got = described[i * FEATURES + k];
      assert.ok(Math.abs(got - value) < 1e-3, `answer ${i} feature ${k}: ${got} is not ${value}`);
    });
  });
});

/** A window of four times the drafts' size whose corner is at (100, 50). */
const window = { x: 100, y: 50, width: 4 * width, height: 4 * height };
const seen = { window, width: 4 * width, height: 4 * height, planes: new Float32Array() };
const inPicture = ({ x, y }: { x: number; y: number }): Click => ({ x: 100 + 4 * x + 2, y: 50 + 4 * y + 2 });
const placed = hints.map(({ score, box: { x, y, width: w, height: h } }) => ({
  label: 'dog',
  score,
  box: { x: 100 + 4 * x, y: 50 + 4 * y, width: 4 * w, height: 4 * h },
}));

test('the network chooses as in training, wherever the window lies', async () => {
  const best = fixture.fits.indexOf(Math.max(...fixture.fits));
  const clicks = at.map(inPicture);
  const prompt = { clicks: [...clicks, { ...inPicture({ x: 45, y: 30 }), exclude: true }], hints: placed };
  assert.equal(await rank(drafts, prompt, seen), drafts[best]);
  const others = drafts.filter((_, i) => i !== best);
  const second = fixture.fits.indexOf(Math.max(...fixture.fits.filter((_, i) => i !== best)));
  assert.equal(await rank(others, prompt, seen), drafts[second]);
  assert.equal(await rank([drafts[4]], prompt, seen), drafts[4], 'there is no other');
});
