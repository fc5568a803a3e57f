import assert from 'node:assert/strict';
import { test } from 'node:test';
import { abreast } from '../../../models/animate/abreast.ts';
import { CHANNELS, geometryOf, slotOf } from '../../../models/animate/bones.ts';
import { restPose } from '../../../models/animate/field.ts';
import { skeletonOf } from './figures.ts';

/** An animal of 100 pixels whose second front foot stands so far beside the first. */
const standing = (beside: number) =>
  geometryOf(
    {
      ...skeletonOf('animal'),
      frontLegs: [0, beside].map((x) => [
        { x: 30, y: 50 },
        { x: 30 + x, y: 70 },
        { x: 30 + x, y: 90 },
      ]) as never,
      backLegs: [],
    },
    { x: 0, y: 0, width: 100, height: 100 },
  );

/** The legs swing against each other. */
function step(): Float64Array {
  const pose = restPose();
  pose[slotOf('front_a1') * CHANNELS] = 0.4;
  pose[slotOf('front_b1') * CHANNELS] = -0.4;
  return pose;
}

test('legs that stand together swing together, others against each other', () => {
  const [together] = abreast([step()], standing(5));
  assert.equal(together[slotOf('front_b1') * CHANNELS], 0.4);
  assert.deepEqual(abreast([step()], standing(20)), [step()]);
});

test('a leg that is alone keeps its step', () => {
  const one = standing(5);
  one.visible[slotOf('front_b1')] = false;
  assert.deepEqual(abreast([step()], one), [step()]);
});
