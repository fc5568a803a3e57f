import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { openMaskNetwork } from '../../models/locate/network.ts';
import { pattern } from './pattern.ts';

const fixture = JSON.parse(
  readFileSync(new URL('../fixtures/masks/network.json', import.meta.url), 'utf8'),
) as {
  seed: number;
  height: number;
  width: number;
  points: [number, number][][];
  labels: number[][];
  every: number;
  logits: number[];
  fit: number[];
  shares: number[];
};

/** A striped ground with a bright rectangle, as models/training/masks/export.py draws it. */
function planes(): Float32Array {
  const { width, height, seed } = fixture;
  const data = pattern(3 * width * height, seed).map((v) => v * 40);
  for (let c = 0; c < 3; c++) {
    for (let y = 48; y < 128; y++) {
      for (let x = 64; x < 176; x++) data[(c * height + y) * width + x] += 150;
    }
  }
  return data;
}

test('clicks, negative clicks and boxes are answered as in training', async () => {
  const { width, height, every } = fixture;
  const longest = Math.max(width, height);
  const see = await openMaskNetwork();
  const { draft, sharpen, stuff } = await see({
    window: { x: 0, y: 0, width, height },
    width,
    height,
    planes: planes(),
  });
  const at = ([x, y]: number[]) => ({ x: x * longest, y: y * longest });
  const prompts = fixture.points.map((points, i) => {
    const labels = fixture.labels[i];
    const clicks = points.flatMap((point, k) =>
      labels[k] === 0 || labels[k] === 1 ? [{ ...at(point), exclude: labels[k] === 0 }] : [],
    );
    const corner = (label: number) => {
      const k = labels.indexOf(label);
      return k < 0 ? undefined : at(points[k]);
    };
    const [from, to] = [corner(2), corner(3)];
    const box = from && to && { x: from.x, y: from.y, width: to.x - from.x, height: to.y - from.y };
    return { clicks, box };
  });
  const { shares } = await stuff();
  assert.equal(shares.length, fixture.shares.length);
  assert.ok(fixture.shares.every((share, i) => Math.abs(share - shares[i]) < 1e-3));
  for (const [i, prompt] of prompts.entries()) {
    const [rough] = await draft([prompt]);
    assert.ok(Math.abs(rough.fit - fixture.fit[i]) < 1e-3);
    assert.equal(rough.logits.length, (width * height) / 16);
    const answer = await sharpen(rough);
    const n = answer.logits.length;
    assert.equal(n, (width * height) / 4);
    let checked = 0;
    fixture.logits.forEach((expected, k) => {
      const index = k * every - i * n;
      if (index < 0 || index >= n) return;
      checked++;
      assert.ok(Math.abs(answer.logits[index] - expected) < 1e-3, `${i} ${index}`);
    });
    assert.ok(checked > 100);
  }
});
