import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Boneless, LIFELESS } from '../../../models/animate/actions.ts';
import { foldsOf } from '../../../models/animate/field.ts';
import { latticeOf } from '../../../models/animate/grid.ts';
import type { Animated, AnimateInput } from '../../../models/animate/index.ts';
import { animateLifeless } from '../../../models/animate/lifeless.ts';
import type { Skeleton } from '../../../models/animate/skeleton.ts';
import type { PipelineError } from '../../../models/errors.ts';
import { advect } from '../../../models/render/advect.ts';
import { checkField } from '../../../models/render/checks.ts';
import { velocityOnMesh } from '../../../models/render/field.ts';
import {
  ACTIONS,
  type Action,
  type Command,
  type Motion,
  type Region,
  type WarpMotion,
} from '../../../models/types.ts';
import { hooks, inputOf, oval, skeletonOf } from './figures.ts';

const REGION = oval(52, 70);
const AXES: Partial<Record<Boneless, Skeleton['torso']>> = {
  chain: [{ x: 128, y: 198 }, { x: 128, y: 58 }],
  fish: [{ x: 198, y: 128 }, { x: 58, y: 128 }],
}; // biome-ignore format: held end, free end

/** A fish is longer than it is high. */
const REGIONS: Partial<Record<Boneless, Region>> = { fish: oval(70, 28) };

type Changes = Partial<AnimateInput> & { action: Action };
function play(kind: Boneless, changes: Changes): Promise<Animated> {
  const skeleton = { ...skeletonOf(kind), kind, torso: AXES[kind] };
  return animateLifeless(
    inputOf({ region: REGIONS[kind] ?? REGION, seconds: 1, ...changes }),
    skeleton,
    [],
    hooks,
  );
}
const told = (direction: Command['direction']) => ({ direction }) as Command;

/** How far the nodes inside go altogether, pixels; of a flow in a second. */
function wayOf(motion: Motion, region: Region): number {
  const { inside } = latticeOf(region);
  const nodes = inside.length;
  const at = (i: number, step: number, k: number) =>
    motion.kind === 'flow'
      ? step * motion.velocity[i * 2 + k]
      : motion.displacement[(step * nodes + i) * 2 + k];
  const steps = motion.kind === 'flow' ? 2 : motion.steps;
  let sum = 0;
  for (let i = 0; i < nodes; i++) {
    for (let s = 1; inside[i] === 1 && s < steps; s++)
      sum += Math.hypot(at(i, s, 0) - at(i, s - 1, 0), at(i, s, 1) - at(i, s - 1, 1));
  }
  return sum / nodes;
}

function foldedShare(motion: Motion, region: Region): number {
  if (motion.kind === 'warp') return foldsOf(motion.displacement, latticeOf(region)).least > 0 ? 0 : 1;
  const window = { x: 0, y: 0, width: 256, height: 256 };
  const { mesh, velocity } = velocityOnMesh(motion, region.mask, window, 4);
  return checkField(advect(mesh, velocity, motion.seconds, 1), region.mask, Float64Array.of(0)).folds;
}

/** Mean place of the inside nodes at a step, relative to rest, in object sizes. */
function meanAt(motion: WarpMotion, step: number, region: Region = REGION): [number, number] {
  const { inside } = latticeOf(region);
  const sum = [0, 0, 0];
  for (let i = 0; i < inside.length; i++) {
    if (inside[i] === 0) continue;
    const at = (step * inside.length + i) * 2;
    sum[0] += motion.displacement[at];
    sum[1] += motion.displacement[at + 1];
    sum[2]++;
  }
  const size = Math.max(region.box.width, region.box.height) * sum[2];
  return [sum[0] / size, sum[1] / size];
}

const warp = (animated: Animated): WarpMotion => {
  assert.equal(animated.motion.kind, 'warp');
  return animated.motion as WarpMotion;
};

/** Every kind, and the two that move otherwise by their name. */
const CASES: [Boneless, string?][] = [
  ['rigid'], ['chain'], ['chain', 'flag'], ['fluid'], ['fluid', 'clouds'], ['fish'], ['blob'],
]; // biome-ignore format: a list
for (const [kind, name] of CASES) {
  const command = (name && { object: { text: name } }) as Command | undefined;
  for (const action of ACTIONS) {
    if (LIFELESS[kind].includes(action)) {
      test(`${name ?? kind}: ${action} moves, never folds, varies with the seed and grows with the magnitude`, async () => {
        const region = REGIONS[kind] ?? REGION;
        // Whole turns need their time.
        const seconds = action === 'spin' ? 2.4 : 1;
        const [one, other, twice] = await Promise.all([
          play(kind, { action, seconds, command }),
          play(kind, { action, seconds, command, seed: 2 }),
          play(kind, { action, seconds, command, magnitude: 2 }),
        ]);
        assert.equal(one.report.magnitude.clamped, false, 'the default size is below the ceiling');
        assert.deepEqual(one.notes, []);
        assert.ok(one.report.magnitude.measured > 0.002, `moves ${one.report.magnitude.measured}`);
        assert.equal(foldedShare(one.motion, region), 0);
        assert.notDeepEqual(one.motion, other.motion);
        const ratio = wayOf(twice.motion, region) / wayOf(one.motion, region);
        const { ceiling, measured } = one.report.magnitude;
        const expected = action === 'spin' ? 2 : Math.min(2, ceiling / measured);
        if (!twice.notes.length)
          assert.ok(Math.abs(ratio / expected - 1) < 0.12, `${ratio}, expected ${expected}`);
        assert.ok(ratio > 1.15, `twice as large moves ${ratio} times as far`);
      });
    } else {
      test(`${name ?? kind}: ${action} is refused with what would work`, async () => {
        await assert.rejects(play(kind, { action }), (error: PipelineError) => {
          assert.equal(error.code, 'action_not_possible');
          const [, list] = /Try (.*)\.$/.exec(error.detail.en)!;
          const offered = list.split(', ');
          assert.ok(offered.length >= 3);
          for (const it of offered) assert.ok(LIFELESS[kind].includes(it as Action), `${it} is no use`);
          assert.match(error.detail.zh, /可以试试：[\p{Script=Han}、]+。/u);
          return true;
        });
      });
    }
  }
}

const JOURNEYS: Action[] = ['drift', 'drive', 'slide', 'launch', 'rise', 'fall', 'roll'];
test('what travels comes to rest where it has gone', async () => {
  for (const action of JOURNEYS) {
    const motion = warp(await play('rigid', { action, seconds: 2 }));
    assert.equal(motion.periodic, false, action);
    const places = Array.from({ length: motion.steps }, (_, s) => meanAt(motion, s));
    const strides = places.slice(1).map(([x, y], s) => Math.hypot(x - places[s][0], y - places[s][1]));
    assert.ok(strides.at(-1)! < 0.12 * Math.max(...strides), `${action} stops at ${strides.at(-1)}`);
    assert.ok(Math.hypot(...places.at(-1)!) > 0.1, `${action} goes ${places.at(-1)}`);
  }
});

test('a loop ends as it began, without a jump', async () => {
  for (const [kind, action] of [
    ['rigid', 'drive'],
    ['rigid', 'float'],
    ['chain', 'blow'],
    ['fish', 'swim'],
    ['fluid', 'ripple'],
    ['blob', 'spin'],
  ] as const) {
    // biome-ignore format: a table
    const motion = warp(await play(kind, { action, loop: true }));
    assert.ok(motion.periodic);
    const nodes = motion.columns * motion.rows;
    const far = (a: number, b: number) => {
      let sum = 0;
      for (let i = 0; i < nodes * 2; i++)
        sum += Math.abs(motion.displacement[a * nodes * 2 + i] - motion.displacement[b * nodes * 2 + i]);
      return sum;
    };
    const strides = Array.from({ length: motion.steps - 1 }, (_, s) => far(s, s + 1));
    assert.ok(far(motion.steps - 1, 0) <= 1.1 * Math.max(...strides), `${kind} ${action} jumps back`);
  }
});

test('directions are the viewer’s', async () => {
  const end = async (action: Action, direction: Command['direction']) => {
    const motion = warp(await play('rigid', { action, command: told(direction) }));
    return meanAt(motion, motion.steps - 1);
  };
  assert.ok((await end('drive', 'right'))[0] > 0.1);
  assert.ok((await end('drift', 'left'))[0] < -0.1);
  assert.ok((await end('launch', undefined))[1] < -0.1);
  assert.ok((await end('drive', 'forward'))[1] > 0.01);
});

test('round things spin in the picture, others about their upright axis', async () => {
  const middle = async (region: Region) => {
    const motion = warp(await play('rigid', { action: 'spin', region, loop: true }));
    const { columns, rows } = motion;
    const quarter = Math.round(motion.steps / 4);
    const at = (c: number, r: number) => ((quarter * rows + r) * columns + c) * 2;
    const half = Math.floor(columns / 2);
    return {
      turned: Math.abs(motion.displacement[at(half, 10)]),
      narrowed:
        motion.displacement[at(10, Math.floor(rows / 2))] -
        motion.displacement[at(columns - 11, Math.floor(rows / 2))],
    };
  };
  const ball = await middle(oval(60, 60));
  const vase = await middle(oval(40, 70));
  assert.ok(ball.turned > 30, `the top of a ball moves ${ball.turned} px aside`);
  assert.ok(vase.turned < 5 && vase.narrowed > 30, `the sides of a vase come ${vase.narrowed} px nearer`);
});

test('plants bend from the fixed end, fish from the head, and water keeps its border', async () => {
  const mean = (motion: WarpMotion, wanted: (x: number, y: number) => boolean, region = REGION) => {
    const { inside, columns } = latticeOf(region);
    let [sum, count] = [0, 0];
    for (let i = 0; i < inside.length; i++) {
      const x = motion.box.x + ((i % columns) * motion.box.width) / (columns - 1);
      const y = motion.box.y + (Math.floor(i / columns) * motion.box.height) / (motion.rows - 1);
      if (inside[i] === 0 || !wanted(x, y)) continue;
      for (let s = 0; s < motion.steps; s++, count++) {
        const at = (s * inside.length + i) * 2;
        sum += Math.hypot(motion.displacement[at], motion.displacement[at + 1]);
      }
    }
    return sum / count;
  };
  const plant = warp(await play('chain', { action: 'sway' }));
  assert.ok(mean(plant, (_, y) => y < 80) > 5 * mean(plant, (_, y) => y > 185));
  const fish = warp(await play('fish', { action: 'wag-tail' }));
  assert.ok(mean(fish, (x) => x < 85, REGIONS.fish) > 5 * mean(fish, (x) => x > 165, REGIONS.fish));
  const water = warp(await play('fluid', { action: 'ripple' }));
  assert.ok(mean(water, (x, y) => Math.hypot((x - 128) / 52, (y - 128) / 70) < 0.6) > 0.5);
  assert.equal(Math.abs(water.displacement[water.displacement.length - 2]), 0);
});

test('a fish swims with its head first, and the way it is told', async () => {
  const furthest = async (command?: Command) => {
    const motion = warp(await play('fish', { action: 'swim', command }));
    return meanAt(motion, Math.round(motion.steps / 2), REGIONS.fish)[0];
  };
  assert.ok((await furthest()) > 0.03, 'its head is on the right');
  assert.ok((await furthest(told('left'))) < -0.03);
});

test('a meadow stays behind what stands before it: it moves, and its border does not', async () => {
  const region = { ...REGION, label: 'grass' };
  const { inside } = latticeOf(region);
  for (const action of ['sway', 'blow', 'move', 'wave', 'dance', 'swing', 'shake', 'shiver'] as const) {
    const motion = warp(await play('chain', { action, region }));
    assert.ok(wayOf(motion, region) > 0.2, action);
    for (let i = 0; i < motion.displacement.length; i++)
      if (!inside[(i >> 1) % inside.length]) assert.ok(Math.abs(motion.displacement[i]) < 1, action);
  }
  assert.ok(wayOf((await play('chain', { action: 'bloom', region })).motion, region) > 0.2);
});

test('a region of one pixel does not break anything', async () => {
  const region: Region = { ...oval(1, 1), box: { x: 128, y: 128, width: 1, height: 1 } };
  for (const action of ['sway', 'spin', 'ripple', 'swim', 'flow'] as const) {
    const { motion } = await play('blob', { action, region });
    const values = motion.kind === 'flow' ? motion.velocity : motion.displacement;
    assert.ok(values.every(Number.isFinite), action);
  }
});
