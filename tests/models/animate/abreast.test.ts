import assert from 'node:assert/strict';
import { test } from 'node:test';
import { abreast, inStep } from '../../../models/animate/abreast.ts';
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

/** A bird of 100 pixels with wings from the middle of its body to these tips. */
const winged = (...tips: [number, number][]) =>
  geometryOf(
    {
      ...skeletonOf('bird'),
      wings: tips.map(([x, y]) => [
        { x: 50, y: 50 },
        { x, y },
      ]) as never,
    },
    { x: 0, y: 0, width: 100, height: 100 },
  );

test('both wings beat together, mirrored where they are spread to both sides', () => {
  const pose = restPose();
  pose[slotOf('wing_a1') * CHANNELS] = 0.4;
  pose[slotOf('wing_b1') * CHANNELS] = 0.3;
  const turnOf = (g: ReturnType<typeof winged>) => inStep([pose], g)[0][slotOf('wing_b1') * CHANNELS];
  assert.equal(turnOf(winged([10, 20], [90, 20])), -0.4);
  assert.equal(turnOf(winged([20, 20], [30, 15])), 0.4);
  assert.equal(turnOf(winged([10, 20])), 0.3);
});
