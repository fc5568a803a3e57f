import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Tensor } from 'onnxruntime-node';
import { COUNT, type Geometry, kinematics, SLOTS } from '../../../models/animate/bones.ts';
import { KEYS, velocityOf } from '../../../models/animate/denoiser.ts';
import { createDecoder } from '../../../models/animate/field.ts';
import { latticeOf } from '../../../models/animate/grid.ts';
import { sample } from '../../../models/animate/scheduler.ts';
import { skinOf } from '../../../models/animate/skin.ts';
import { encodePrompt, PIECES, WORDS } from '../../../models/animate/text.ts';
import { openSession } from '../../../models/session.ts';

const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/motion/${name}.json`, import.meta.url), 'utf8'));
const path = (name: string) => new URL(`../../../models/weights/${name}`, import.meta.url);
const hooks = { progress() {}, abort: new AbortController().signal };

test('the sampler gives what PyTorch gives, step for step', async () => {
  const f = fixture('sampler');
  const card = JSON.parse(readFileSync(path('motion.json'), 'utf8'));
  const session = await openSession(path('motion.onnx').pathname);
  const n = f.slots.length;
  const twice = (values: number[], unsaid = values) => [...values, ...unsaid];
  const quietFlags = f.flags.map((v: number, i: number) => (i % 3 === 1 ? 0 : v));
  const [, kind, facing] = f.globals;
  const floats = (values: number[], dims: number[]) => new Tensor('float32', Float32Array.from(values), dims);
  const integers = (values: number[], dims: number[]) =>
    new Tensor('int64', BigInt64Array.from(values.map(BigInt)), dims);
  const inputs = {
    slots: f.slots,
    feeds: {
      slot: integers(twice(f.slots), [2, n]),
      geometry: floats(twice(f.geometry), [2, n, 7]),
      flags: floats(twice(f.flags, quietFlags), [2, n, 3]),
      globals: integers(twice(f.globals, [0, kind, facing, 0, 0]), [2, 5]),
      log_magnitude: floats([f.log_magnitude, 1, 0, 0], [2, 2]),
      pieces: integers(twice(f.pieces, new Array(WORDS * PIECES).fill(0)), [2, WORDS, PIECES]),
    },
  };
  const noise = Float32Array.from(f.noise);
  assert.equal(noise.length, n * KEYS * 4);
  const found = await sample(noise, (x, time) => velocityOf(session, inputs, x, time), card.sampling, hooks);
  const worst = Math.max(...f.expected.map((v: number, i: number) => Math.abs(v - found[i])));
  assert.ok(worst <= 1e-3, `largest error ${worst}`);
});

test('prompts become the same pieces as in training', () => {
  for (const { prompt, pieces } of fixture('text')) {
    assert.deepEqual(Array.from(encodePrompt(prompt), Number), pieces, prompt);
  }
});

test('forward kinematics moves bones as in training', () => {
  const f = fixture('bones');
  assert.deepEqual(f.slots, [...SLOTS]);
  const g: Geometry = {
    start: Float64Array.from(f.start),
    end: Float64Array.from(f.end),
    visible: f.visible,
    half: { x: 0.1, y: 0.1 },
    centre: { x: 0, y: 0 },
    size: 1,
  };
  const maps = kinematics(Float64Array.from(f.pose), g);
  assert.equal(maps.length, COUNT * 6);
  const worst = Math.max(...f.maps.map((v: number, i: number) => Math.abs(v - maps[i])));
  assert.ok(worst < 1e-6, `largest error ${worst}`);
});

test('skinning moves every node as in training', () => {
  const f = fixture('skin');
  const { width, height } = f;
  const data = new Uint8Array(width * height);
  f.runs.forEach((at: number, i: number) => {
    data.fill(i % 2 === 0 ? 255 : 0, at);
  });
  const xs = [...data.keys()].filter((i) => data[i] > 0).map((i) => i % width);
  const ys = [...data.keys()].filter((i) => data[i] > 0).map((i) => Math.floor(i / width));
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  const box = { x, y, width: Math.max(...xs) + 1 - x, height: Math.max(...ys) + 1 - y };
  const mask = { width, height, data };
  const region = { mask, reach: mask, box, score: 1, source: 'mask' as const, clicks: [], alternatives: [] };
  const g: Geometry = {
    start: Float64Array.from(f.start),
    end: Float64Array.from(f.end),
    visible: f.visible,
    half: { x: f.half[0], y: f.half[1] },
    centre: { x: f.centre[0], y: f.centre[1] },
    size: f.size,
  };
  const lattice = latticeOf(region);
  const moved = createDecoder(g, lattice, skinOf(g, lattice)).decode([Float64Array.from(f.pose)]);
  assert.deepEqual(
    f.nodes.map((node: number) => lattice.inside[node]),
    f.nodes.map(() => 1),
  );
  const errors = f.nodes.flatMap((node: number, i: number) =>
    [0, 1].map((c) => Math.abs(moved[node * 2 + c] - f.displacement[i * 2 + c])),
  );
  assert.ok(Math.max(...errors) / f.size <= 1e-3, `largest error ${Math.max(...errors)} px of ${f.size}`);
});
