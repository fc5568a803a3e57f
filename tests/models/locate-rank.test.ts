import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Draft } from '../../models/locate/network.ts';
import { loadOpenCv } from '../../models/locate/opencv.ts';
import { describe, FEATURES, openRanker } from '../../models/locate/rank.ts';
import type { Click, Point } from '../../models/types.ts';

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

test('one click takes the draft that fits best as in training, wherever the window lies', async () => {
  // The second click is on the same pieces as the first: without it the drafts are described the same.
  const prompt = { clicks: [inPicture(at[0])], hints: placed };
  const best = fixture.fits.indexOf(Math.max(...fixture.fits));
  assert.equal(await rank(drafts, prompt, seen), drafts[best]);
  const others = drafts.filter((_, i) => i !== best);
  const second = fixture.fits.indexOf(Math.max(...fixture.fits.filter((_, i) => i !== best)));
  assert.equal(await rank(others, prompt, seen), drafts[second]);
  assert.equal(await rank([drafts[4]], prompt, seen), drafts[4], 'there is no other');
});

test('to corrections all drafts answer, the better ones more, as in training, and hardly those that disobey', async () => {
  const beside = { x: 39, y: 22 };
  const clicks = [...at.map(inPicture), { ...inPicture(beside), exclude: true }];
  const blended = await rank(drafts, { clicks, hints: placed }, seen);
  const value = (logits: Float32Array, { x, y }: Point) => logits[y * width + x];
  const weights = drafts.map(({ logits }, i) => {
    const wrong = [...at.map((one) => value(logits, one) <= 0), value(logits, beside) > 0].filter(Boolean);
    return Math.exp(15 * fixture.fits[i]) * 0.1 ** wrong.length;
  });
  const sum = weights.reduce((total, weight) => total + weight, 0);
  for (const place of [...at, beside, { x: 30, y: 10 }]) {
    const mean = drafts.reduce(
      (total, { logits }, i) => total + (weights[i] / sum) * value(logits, place),
      0,
    );
    assert.ok(Math.abs(value(blended.logits, place) - mean) < 0.02, `${place.x} ${place.y}`);
  }
  assert.ok(value(blended.logits, beside) < 0, 'the neighbour, whose draft alone fits best, is left out');
});
