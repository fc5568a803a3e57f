import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { LIVING, WHOLE } from '../../../models/animate/actions.ts';
import { createDenoiser, type Denoiser } from '../../../models/animate/denoiser.ts';
import { foldsOf } from '../../../models/animate/field.ts';
import { createFlowAnimator } from '../../../models/animate/flow.ts';
import { latticeOf } from '../../../models/animate/grid.ts';
import type { AnimateInput } from '../../../models/animate/index.ts';
import type { Skeleton } from '../../../models/animate/skeleton.ts';
import { PipelineError } from '../../../models/errors.ts';
import { ACTIONS, type Action, type WarpMotion } from '../../../models/types.ts';
import { beast, hooks, inputOf } from './figures.ts';

let denoiser: Denoiser;
before(async () => {
  denoiser = await createDenoiser();
});

/** The drawn animal again, its front legs taken for wings or arms: what counts here is the vocabulary, not the looks. */
const bodies: Record<string, Skeleton> = {
  animal: beast(),
  bird: { ...beast(), kind: 'bird', wings: beast().frontLegs.map(([a, , b]) => [a, b]), frontLegs: [] },
  person: { ...beast(), kind: 'person', arms: beast().frontLegs, frontLegs: [], tail: undefined },
};
/** What must work on each (4-motion.md and the issue of the motion model). */
const MUST: Record<string, Action[]> = {
  animal: ['walk', 'run', 'jump', 'eat', 'turn-head', 'nod', 'shake-head', 'wag-tail', 'breathe', 'bounce', 'shake'],
  bird: ['flap-wings', 'turn-head', 'nod', 'walk', 'fly', 'breathe', 'bounce', 'shake'],
  person: ['wave', 'dance', 'nod', 'walk', 'breathe', 'bounce', 'shake'],
}; // biome-ignore format: three lists
/** Nothing that lives can do these by being moved. */
const NEVER: Action[] = ['twinkle', 'burn', 'bloom', 'flow', 'blink', 'smile', 'drive'];

const spread = (m: WarpMotion): number => m.displacement.reduce((sum, v) => sum + Math.abs(v), 0);

for (const [kind, body] of Object.entries(bodies)) {
  const region = { ...inputOf({}).region, label: kind === 'animal' ? 'dog' : kind };
  const play = (action: Action, changes: Partial<AnimateInput> = {}) =>
    createFlowAnimator({ find: async () => body }, denoiser).animate(
      inputOf({ action, region, ...changes }),
      hooks,
    );

  describe(`a ${kind}`, () => {
    for (const action of ACTIONS) {
      test(`${action}: moves in one piece, or is refused with what would work`, async () => {
        let first: WarpMotion;
        try {
          const animated = await play(action);
          first = animated.motion as WarpMotion;
        } catch (error) {
          assert.ok(error instanceof PipelineError, String(error));
          assert.equal(error.code, 'action_not_possible');
          const { possible } = error.seen as { possible: Action[] };
          assert.ok(possible.length >= 5);
          // Only the first are named: not eight things to do with the head.
          assert.equal(new Set(possible.slice(0, 3).map((it) => LIVING[it]!.group)).size, 3);
          assert.ok(!MUST[kind].includes(action) && !WHOLE.has(action), 'must not be refused');
          return;
        }
        assert.ok(!NEVER.includes(action), 'must be refused');
        assert.ok(spread(first) > 0);
        const { over } = foldsOf(first.displacement, latticeOf(region));
        assert.ok(over <= 0.01, `${over} of the cells fold`);
        const other = (await play(action, { seed: 2 })).motion as WarpMotion;
        assert.notDeepEqual(first.displacement, other.displacement);
      });
    }
  });
}

test('every living action and kind has its sizes in the card', () => {
  for (const [action, { kinds }] of Object.entries(LIVING)) {
    for (const kind of kinds) {
      const size = denoiser.card.magnitudes[action]?.[kind];
      assert.ok(size && size.least < size.most && size.usual > 0, `${action} of a ${kind}`);
    }
  }
});

test('a direction that an action does not have is not used, and the job says so', async () => {
  const turned = createFlowAnimator({ find: async () => bodies.animal }, denoiser);
  const ask = async (action: Action) => {
    const plain = inputOf({ action });
    const { notes } = await turned.animate(
      { ...plain, command: { ...plain.command, direction: 'left' } },
      hooks,
    );
    return notes.map((n) => n.code);
  };
  assert.deepEqual(await ask('nod'), ['direction_unused']);
  assert.deepEqual(await ask('turn-head'), []);
});

test('who barks throws up its head and keeps its mouth shut, and the job says so; people do not talk like that', async () => {
  const ask = (kind: string, action: Action) =>
    createFlowAnimator({ find: async () => bodies[kind] }, denoiser).animate(inputOf({ action }), hooks);
  const barking = await ask('animal', 'talk');
  assert.deepEqual(
    barking.notes.map((n) => n.code),
    ['mouth_shut'],
  );
  const raised = (await ask('animal', 'raise-head')).report.magnitude.asked;
  assert.equal(barking.report.magnitude.asked, raised);
  await assert.rejects(ask('person', 'talk'), { code: 'action_not_possible' });
});

test('a small head moves far enough to be seen, a face that fills the picture no further than it can', async () => {
  const ask = async (head: Skeleton['head']) => {
    const body = { ...bodies.animal, head, neck: undefined };
    const animator = createFlowAnimator({ find: async () => body }, denoiser);
    return (await animator.animate(inputOf({ action: 'turn-head' }), hooks)).report.magnitude.asked;
  };
  assert.ok(Math.abs((await ask({ x: 205, y: 70, width: 14, height: 14 })) - 0.025) < 1e-9);
  assert.ok(Math.abs((await ask({ x: 30, y: 50, width: 200, height: 150 })) - 0.048) < 1e-9);
});
