import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { decode } from '../../../models/animate/anatomy/decode.ts';
import {
  type Answers,
  answersTo,
  mirrorAnswers,
  openNetwork,
} from '../../../models/animate/anatomy/network.ts';
import { DENSE, GRID, PAIRS, POINTS, SINGLES, SIZE } from '../../../models/animate/anatomy/tables.ts';
import type { Point } from '../../../models/types.ts';
import { pattern } from '../pattern.ts';

const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/anatomy/${name}.json`, import.meta.url), 'utf8'));

test('the exported network answers as PyTorch does', async () => {
  const expected = fixture('network');
  const bright = (i: number) => {
    const [x, y] = [i % SIZE, Math.floor(i / SIZE) % SIZE];
    return x >= 64 && x < 160 && y >= 48 && y < 128;
  };
  const crop = {
    image: pattern(3 * SIZE * SIZE, expected.seeds[0]).map((value, i) => value * 40 + (bright(i) ? 150 : 0)),
    hints: pattern(3 * SIZE * SIZE, expected.seeds[1]),
  };
  const [answers] = await answersTo(await openNetwork(), [crop], expected.group);
  for (const name of ['heat', 'dense', 'globals'] as const) {
    const values = answers[name].filter((_, i) => i % expected.every === 0);
    assert.equal(values.length, expected[name].length);
    const worst = Math.max(...values.map((value, i) => Math.abs(value - expected[name][i])));
    assert.ok(worst <= 1e-3, `${name} differs by ${worst}`);
  }
});

/** Hills of the fixture as heat maps, and dense maps that are constant. */
function drawn({
  hills,
  globals,
}: {
  hills: [number, number, number, number][];
  globals: number[];
}): Answers {
  const heat = new Float32Array(POINTS.length * GRID * GRID);
  for (const [channel, cx, cy, height] of hills) {
    for (let y = 0; y < GRID; y++) {
      for (let x = 0; x < GRID; x++) {
        heat[(channel * GRID + y) * GRID + x] += height * Math.exp(-((x - cx) ** 2 + (y - cy) ** 2) / 4.5);
      }
    }
  }
  const area = GRID * GRID;
  const dense = Float32Array.from({ length: DENSE * area }, (_, i) => (Math.floor(i / area) - 6) / 40);
  return { heat, dense, globals: Float32Array.from(globals) };
}

test('answers are decoded as in Python', () => {
  const expected = fixture('decoder');
  const { skeleton, sharpness } = decode(drawn(expected));
  const want = expected.skeleton;
  const near = (a: Point, [x, y]: number[]) =>
    assert.ok(Math.hypot(a.x - x, a.y - y) < 0.02, `${a.x},${a.y} ${x},${y}`);
  const [x0, y0, x1, y1] = want.head;
  near(skeleton.head!, [x0, y0]);
  near({ x: skeleton.head!.width, y: skeleton.head!.height }, [x1 - x0, y1 - y0]);
  assert.equal(skeleton.facing, want.facing);
  assert.ok(Math.abs(sharpness - want.sharpness) < 1e-4);
  for (const [ours, theirs] of [
    [skeleton.neck!, want.neck],
    [skeleton.torso!, want.torso],
    [skeleton.trunk!, want.trunk],
    [skeleton.tail!, want.tail],
    [skeleton.ears, want.ears],
    [skeleton.frontLegs.flat(), want.front_legs.flat()],
    [skeleton.backLegs.flat(), want.back_legs.flat()],
    [skeleton.wings.flat(), want.wings.flat()],
  ] as [Point[], number[][]][]) {
    assert.equal(ours.length, theirs.length);
    for (const [i, point] of ours.entries()) near(point, theirs[i]);
  }
});

test('a tail that was asked for is believed sooner, another part is not', () => {
  const doubtful = drawn(fixture('decoder'));
  doubtful.globals = doubtful.globals.slice();
  const [trunk, tail] = [SINGLES.indexOf('trunk'), SINGLES.indexOf('tail')];
  doubtful.globals[trunk] = doubtful.globals[tail] = -0.3;
  assert.equal(decode(doubtful).skeleton.tail, undefined);
  const asked = decode(doubtful, 'tail').skeleton;
  assert.ok(asked.tail);
  assert.equal(asked.trunk, undefined);
});

test('so are wings, as many as are likeliest, but not where there is hardly a chance', () => {
  const birds = drawn(fixture('decoder'));
  const wings = (logits: number[], wanted?: 'wings') => {
    const globals = birds.globals.slice();
    globals.set(logits, SINGLES.length + 3 * PAIRS.indexOf('wingTip'));
    return decode({ ...birds, globals }, wanted).skeleton.wings.length;
  };
  assert.equal(wings([0.5, 0, -3]), 0);
  assert.equal(wings([0.5, 0, -3], 'wings'), 1);
  assert.equal(wings([3, 0, -1], 'wings'), 0);
});

test('mirroring answers twice gives them back, once swaps left and right', () => {
  const answers = drawn(fixture('decoder'));
  const mirrored = mirrorAnswers(answers);
  assert.deepEqual(mirrorAnswers(mirrored), answers);
  const [a, b] = [decode(answers).skeleton, decode(mirrored).skeleton];
  assert.ok(Math.abs(a.tail![0].x + b.tail![0].x - SIZE) < 1e-2);
  assert.equal(a.tail![0].y, b.tail![0].y);
});
