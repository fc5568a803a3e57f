import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHANNELS, geometryOf, HEAD, kinematics, slotOf } from '../../../models/animate/bones.ts';
import { restPose } from '../../../models/animate/field.ts';
import { carried, swingOf } from '../../../models/animate/neck.ts';
import type { Point } from '../../../models/types.ts';
import { skeletonOf } from './figures.ts';

const box = { x: 0, y: 0, width: 100, height: 100 };
const shoulder = { x: 50, y: 60 };

/** A bird whose head of 10 pixels lies at `head`. */
const birdWith = (head: Point) =>
  geometryOf(
    {
      ...skeletonOf('bird'),
      torso: [shoulder, { x: 90, y: 65 }],
      neck: [head, shoulder],
      head: { x: head.x - 5, y: head.y - 5, width: 10, height: 10 },
    },
    box,
  );

/** Where the middle of the head is after its own turn and yaw, in object units. */
function headAfter(g: ReturnType<typeof birdWith>, turn: number, yaw: number): Point {
  const pose = restPose();
  pose[HEAD * CHANNELS] = turn;
  pose[HEAD * CHANNELS + 2] = yaw;
  const [moved] = carried([pose], g);
  const [a, b, c, d, x, y] = kinematics(moved, g).subarray(HEAD * 6, HEAD * 6 + 6);
  const [hx, hy] = [g.end[HEAD * 2], g.end[HEAD * 2 + 1]];
  return { x: a * hx + b * hy + x - hx, y: c * hx + d * hy + y - hy };
}

test('a small head on a long neck swings with it to the side that it turns to, raised or lowered', () => {
  assert.ok(headAfter(birdWith({ x: 40, y: 10 }), 0, 0.3).x > 0.05);
  assert.ok(headAfter(birdWith({ x: 40, y: 10 }), 0, -0.3).x < -0.05);
  assert.ok(headAfter(birdWith({ x: 40, y: 95 }), 0, 0.3).x > 0.05);
});

test('a head that nods forward takes its neck along, forward and down', () => {
  const { x, y } = headAfter(birdWith({ x: 40, y: 10 }), -0.3, 0);
  assert.ok(x < -0.05 && y > 0, `${x} ${y}`);
});

test('other necks are left to the model', () => {
  const short = birdWith({ x: 45, y: 50 });
  const pose = restPose();
  pose[HEAD * CHANNELS] = 0.3;
  assert.deepEqual(carried([pose], short), [pose]);
  assert.equal(swingOf('nod', short), 0);
  const bodiless = birdWith({ x: 40, y: 10 });
  bodiless.visible[slotOf('torso')] = false;
  assert.equal(swingOf('nod', bodiless), 0);
});

test('what eats reaches farther than what nods', () => {
  const g = birdWith({ x: 40, y: 10 });
  assert.ok(swingOf('eat', g) > swingOf('nod', g) && swingOf('nod', g) > 0.05);
});
