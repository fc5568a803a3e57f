import assert from 'node:assert/strict';
import { test } from 'node:test';
import { obey, obeys } from '../../models/locate/obey.ts';
import { loadOpenCv } from '../../models/locate/opencv.ts';

const { cv } = await loadOpenCv();
const [width, height] = [60, 40];
/** A picture of four times the answer's size, seen whole. */
const window = { x: 0, y: 0, width: 4 * width, height: 4 * height };
const click = (x: number, y: number, exclude = false) => ({ x: 4 * x + 2, y: 4 * y + 2, exclude });

/** A sure disc of radius 10 at (15, 20), an unsure one of radius 5 that touches it at (30, 20), nothing else. */
function answer() {
  const logits = Float32Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    if (Math.hypot(x - 15, y - 20) <= 10) return 6;
    return Math.hypot(x - 30, y - 20) <= 5 ? -0.6 : -5;
  });
  return { width, height, logits };
}
const area = (logits: Float32Array) => logits.filter((value) => value > 0).length;

test('what is about as likely as an overlooked click on the thing joins it, and no more', () => {
  const before = answer();
  const after = obey(cv, before, [click(15, 20), click(30, 20)], window);
  assert.ok(obeys(after, click(30, 20), window) && !obeys(before, click(30, 20), window));
  const joined = area(after.logits) - area(before.logits);
  assert.ok(joined > 50 && joined <= 81, `${joined} of the 81 cells of the unsure disc`);
  assert.ok(!obeys(after, click(50, 20), window));
});

test('an overlooked click beside the thing takes away what is nearer than the edge', () => {
  const before = answer();
  const after = obey(cv, before, [click(12, 20), click(22, 20, true)], window);
  assert.ok(obeys(after, click(22, 20, true), window) && obeys(after, click(12, 20), window));
  const taken = area(before.logits) - area(after.logits);
  assert.ok(taken > 10 && taken < 0.3 * area(before.logits), `${taken}`);
});

test('what obeys already stays as it is', () => {
  const before = answer();
  const after = obey(cv, before, [click(15, 20), click(30, 20, true)], window);
  assert.deepEqual(after.logits, before.logits);
});
