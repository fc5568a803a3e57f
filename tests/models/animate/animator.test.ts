import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { createDenoiser, type Denoiser } from '../../../models/animate/denoiser.ts';
import { createFlowAnimator } from '../../../models/animate/flow.ts';
import type { Animated, AnimateInput } from '../../../models/animate/index.ts';
import type { Skeleton } from '../../../models/animate/skeleton.ts';
import { PipelineError } from '../../../models/errors.ts';
import type { Action, Point, Region, WarpMotion } from '../../../models/types.ts';
import { beast, hooks, inputOf, oval, skeletonOf } from './figures.ts';

let denoiser: Denoiser;
before(async () => {
  denoiser = await createDenoiser();
});

const play = (
  skeleton: Skeleton,
  changes: Partial<AnimateInput> & { action?: Action },
): Promise<Animated> => {
  const animator = createFlowAnimator({ find: async () => skeleton }, denoiser);
  return animator.animate(inputOf(changes), hooks);
};
const warp = (animated: Animated): WarpMotion => {
  assert.equal(animated.motion.kind, 'warp');
  return animated.motion as WarpMotion;
};
/** Largest displacement at step `step`, pixels. */
const largest = (motion: WarpMotion, step: number): number => {
  const size = motion.rows * motion.columns * 2;
  return motion.displacement
    .subarray(step * size, (step + 1) * size)
    .reduce((a, v) => Math.max(a, Math.abs(v)), 0);
};
/** Mean displacement over all steps of nodes within a box of the picture, pixels. */
const meanIn = (motion: WarpMotion, x0: number, y0: number, x1: number, y1: number): number => {
  let sum = 0;
  let count = 0;
  for (let s = 0; s < motion.steps; s++) {
    for (let r = 0; r < motion.rows; r++) {
      for (let c = 0; c < motion.columns; c++) {
        const x = motion.box.x + (c * motion.box.width) / (motion.columns - 1);
        const y = motion.box.y + (r * motion.box.height) / (motion.rows - 1);
        if (x < x0 || x > x1 || y < y0 || y > y1) continue;
        const i = ((s * motion.rows + r) * motion.columns + c) * 2;
        sum += Math.hypot(motion.displacement[i], motion.displacement[i + 1]);
        count++;
      }
    }
  }
  return sum / count;
};

test('a clip starts as the photo and returns to it gently', async () => {
  const motion = warp(await play(beast(), { action: 'nod' }));
  assert.equal(largest(motion, 0), 0);
  assert.ok(motion.periodic);
  const middle = Math.max(...[...Array(motion.steps).keys()].map((s) => largest(motion, s)));
  assert.ok(middle > 2, `moves ${middle} px`);
  assert.ok(largest(motion, motion.steps - 1) < 0.35 * middle);
});

test('the acting part moves most: tail for a wag, head for a turn', async () => {
  const wag = warp(await play(beast(), { action: 'wag-tail' }));
  assert.ok(meanIn(wag, 20, 60, 60, 120) > 4 * meanIn(wag, 190, 50, 240, 110));
  const turn = warp(await play(beast(), { action: 'turn-head' }));
  assert.ok(meanIn(turn, 195, 55, 235, 105) > 4 * meanIn(turn, 20, 60, 60, 120));
});

test('same seed, same motion; another seed, another motion', async () => {
  const [a, b, c] = await Promise.all([1, 1, 2].map((seed) => play(beast(), { action: 'turn-head', seed })));
  assert.deepEqual(warp(a).displacement, warp(b).displacement);
  assert.notDeepEqual(warp(a).displacement, warp(c).displacement);
});

test('twice the magnitude moves twice as far, up to a ceiling that the report names', async () => {
  const [half, one, huge] = await Promise.all(
    [0.5, 1, 9].map((magnitude) => play(beast(), { action: 'turn-head', magnitude })),
  );
  const ratio = one.report.magnitude.measured / half.report.magnitude.measured;
  assert.ok(Math.abs(ratio - 2) < 0.1, `ratio ${ratio}`);
  assert.equal(one.report.magnitude.clamped, false);
  assert.equal(huge.report.magnitude.clamped, true);
  assert.ok(huge.report.magnitude.measured <= huge.report.magnitude.ceiling * 1.05);
});

test('what the body cannot do is refused with what it can', async () => {
  await assert.rejects(play(beast(), { action: 'flap-wings' }), (error: PipelineError) => {
    assert.equal(error.code, 'action_not_possible');
    assert.match(error.detail.en, /Try .*walk/);
    assert.match(error.detail.zh, /可以试试/);
    return true;
  });
  const tailless = { ...beast(), tail: undefined };
  await assert.rejects(play(tailless, { action: 'wag-tail' }), (error: PipelineError) => {
    assert.equal(error.code, 'action_not_possible');
    assert.match(error.detail.en, /not visible/);
    return true;
  });
  await assert.rejects(play(skeletonOf('rigid'), { action: 'eat' }), PipelineError);
});

test('who sits cannot walk, and is told what it can do', async () => {
  const [shoulder] = beast().torso!;
  const sitting = {
    ...beast(),
    torso: [shoulder, { x: shoulder.x - 40, y: shoulder.y + 60 }] as [Point, Point],
  };
  await assert.rejects(play(sitting, { action: 'walk' }), (error: PipelineError) => {
    assert.equal(error.code, 'action_not_possible');
    assert.match(error.detail.en, /is sitting\. Try (?!.*(walk|run)).*jump/);
    assert.match(error.detail.zh, /坐着/);
    return true;
  });
  assert.equal((await play(sitting, { action: 'nod' })).motion.kind, 'warp');
});

test('an unsure skeleton moves as a whole and says so, or is refused', async () => {
  const unsure = { ...beast(), confidence: 0.2 };
  const swayed = await play(unsure, { action: 'sway' });
  assert.deepEqual(
    swayed.notes.map((n) => n.code),
    ['anatomy_unsure'],
  );
  await assert.rejects(play(unsure, { action: 'wag-tail' }), PipelineError);
});

test('a head alone breathes as a whole', async () => {
  const { torso: _, ...head } = beast();
  const breathing = await play(head, { action: 'breathe' });
  assert.ok(breathing.report.magnitude.measured > 0.9 * breathing.report.magnitude.asked);
  assert.match(breathing.report.model, /^prior-whole/);
});

test('what has no name and flows, or fills the picture from side to side, is no animal', async () => {
  const sky = oval(128, 40);
  const upper: Region = { ...sky, box: { x: 0, y: 0, width: 256, height: 90 } };
  const drifting = await play(beast(), { action: 'drift', region: upper });
  assert.equal(drifting.motion.kind, 'flow');
  assert.equal(drifting.report.anatomy.kind, 'fluid');
  assert.equal((await play(beast(), { action: 'flow' })).motion.kind, 'flow');
  const labelled = await play(beast(), { action: 'drift', region: { ...upper, label: 'dog' } });
  assert.equal(labelled.motion.kind, 'warp');
});

test('progress never goes back and an abort is honoured', async () => {
  const seen: number[] = [];
  const animator = createFlowAnimator({ find: async () => beast() }, denoiser);
  await animator.animate(inputOf({ action: 'nod' }), { ...hooks, progress: (f) => seen.push(f) });
  assert.deepEqual(
    seen,
    [...seen].sort((a, b) => a - b),
  );
  assert.equal(seen.at(-1), 1);
  const stop = new AbortController();
  const late = animator.animate(inputOf({ action: 'nod' }), {
    abort: stop.signal,
    progress: (f) => f > 0.3 && stop.abort(),
  });
  await assert.rejects(late, { name: 'AbortError' });
});

test('a region of one pixel does not break anything', async () => {
  const tiny = inputOf({}).region;
  tiny.mask.data.fill(0);
  tiny.mask.data[100 * 256 + 100] = 255;
  const region: Region = { ...tiny, box: { x: 100, y: 100, width: 1, height: 1 } };
  const { motion } = await play(skeletonOf('blob'), { action: 'sway', region });
  assert.ok((motion as WarpMotion).displacement.every(Number.isFinite));
});
