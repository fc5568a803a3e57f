import assert from 'node:assert/strict';
import { test } from 'node:test';
import { postureOf } from '../../../models/animate/posture.ts';
import { skeletonOf } from './figures.ts';

const shoulder = { x: 60, y: 60 };
const bird = {
  ...skeletonOf('bird'),
  torso: [shoulder, { x: 120, y: 70 }] as [typeof shoulder, typeof shoulder],
};

test('an animal sits where its hips are well below its shoulders, a bird may stand so', () => {
  const upright = { torso: [shoulder, { x: 80, y: 90 }] as typeof bird.torso };
  assert.equal(postureOf({ ...skeletonOf('animal'), ...upright }, 100).sits, true);
  assert.equal(postureOf({ ...skeletonOf('animal'), ...upright }, 200).sits, true, 'steep');
  assert.equal(postureOf({ ...skeletonOf('animal'), ...upright }, 400).sits, false);
  const flat = { torso: [shoulder, { x: 120, y: 90 }] as typeof bird.torso };
  assert.equal(postureOf({ ...skeletonOf('animal'), ...flat }, 200).sits, false);
  assert.equal(postureOf({ ...skeletonOf('bird'), ...upright }, 100).sits, false);
});

test('wings along the back are folded, one that is spread is enough to fly', () => {
  const back: [typeof shoulder, typeof shoulder] = [shoulder, { x: 110, y: 80 }];
  const up: [typeof shoulder, typeof shoulder] = [shoulder, { x: 70, y: 10 }];
  assert.equal(postureOf({ ...bird, wings: [back] }, 100).folded, true);
  assert.equal(postureOf({ ...bird, wings: [back, up] }, 100).folded, false);
  assert.equal(postureOf({ ...bird, wings: [] }, 100).folded, false);
  assert.equal(postureOf({ ...bird, torso: undefined, wings: [back] }, 100).folded, false);
});
