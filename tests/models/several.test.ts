/** "Both birds": from the words to regions that share nothing, each with a motion of its own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Animator } from '../../models/animate/index.ts';
import { PipelineError } from '../../models/errors.ts';
import { apart } from '../../models/locate/apart.ts';
import { animateAll } from '../../models/several.ts';
import type { Mask, Motion, Region } from '../../models/types.ts';
import { createUnderstander } from '../../models/understand/index.ts';
import { regionOf, still } from './render-scene.ts';

const SENTENCES: [string, boolean][] = [
  ['make both birds fly', true],
  ['make the dogs run', true],
  ['make all of the big elephants walk', true],
  ['make every sheep jump', true],
  ['let the two zebras nod', true],
  ['make the geese fly', true],
  ['make the bus drive', false],
  ['make the left dog nod', false],
  ['let the sheep jump', false],
  ['make the bird flap both wings', false],
  ['让两只鸟飞', true],
  ['让所有的大象走', true],
  ['让那几匹马都跑起来', true],
  ['让狗都跳', true],
  ['让小狗摇尾巴', false],
  ['让左边的狗点头', false],
];

test('words say whether one or all of a kind are meant', async () => {
  const { understand } = await createUnderstander();
  for (const [sentence, several] of SENTENCES) {
    assert.equal((await understand(sentence, {})).object?.several ?? false, several, sentence);
  }
});

function rectangle(x0: number, x1: number): Region {
  const mask: Mask = { width: 100, height: 40, data: new Uint8Array(4000) };
  for (let y = 10; y < 30; y++) mask.data.fill(255, y * 100 + x0, y * 100 + x1);
  return regionOf(mask, { x: x0, y: 10, width: x1 - x0, height: 20 }, 30);
}

test('regions that move together share no pixel, and one thing that was seen twice moves once', async () => {
  const regions = await apart([rectangle(10, 40), rectangle(36, 80), rectangle(12, 40)]);
  assert.equal(regions.length, 2);
  const [left, right] = regions;
  for (let i = 0; i < 4000; i++) {
    assert.ok(left.mask.data[i] === 0 || right.mask.data[i] === 0);
    assert.ok(left.reach.data[i] === 0 || right.reach.data[i] === 0);
    assert.ok(left.mask.data[i] === 0 || left.reach.data[i] === 255);
    assert.ok(right.mask.data[i] === 0 || right.reach.data[i] === 255);
  }
  const row = 20 * 100;
  assert.deepEqual(
    [5, 38, 60, 95].map((x) => [left.reach.data[row + x] > 0, right.reach.data[row + x] > 0]),
    [
      [true, false],
      [true, false],
      [false, true],
      [false, true],
    ],
  );
});

test('each thing is animated with a seed of its own; those that cannot do it stay still', async () => {
  const seeds: number[] = [];
  const refusal = new PipelineError('action_not_possible', { en: 'no', zh: '不' });
  const animator = (possible: (region: Region) => boolean): Animator => ({
    async animate({ seed, region }) {
      seeds.push(seed);
      if (!possible(region)) throw refusal;
      const report = { model: `m${seed}` } as Awaited<ReturnType<Animator['animate']>>['report'];
      return {
        motion: {} as Motion,
        report,
        notes: [{ code: 'direction_unused', detail: { en: '', zh: '' } }],
      };
    },
  });
  const [one, two, three] = [rectangle(0, 10), rectangle(30, 40), rectangle(60, 70)];
  const input = { seed: 2 ** 32 - 1 } as Parameters<typeof animateAll>[1];
  const done = await animateAll(
    animator((it) => it !== two),
    input,
    [one, two, three],
    still,
  );
  assert.deepEqual(seeds, [2 ** 32 - 1, 0, 1]);
  assert.deepEqual(
    done.moving.map(({ region }) => region),
    [one, three],
  );
  assert.deepEqual(
    [done.report.model, done.report.others?.map(({ model }) => model)],
    ['m4294967295', ['m1']],
  );
  assert.deepEqual(
    done.notes.map(({ code }) => code),
    ['direction_unused', 'some_stay_still'],
  );
  const none = animator(() => false);
  await assert.rejects(animateAll(none, input, [one, two], still), (error) => error === refusal);
});
