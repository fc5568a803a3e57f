import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSession, runOnCuda } from '../../models/session.ts';

const MASKS = new URL('../../models/weights/masks-decoder.onnx', import.meta.url).pathname;

test('networks that are to run on a GPU do not open without one, rather than run slowly', async () => {
  await openSession(MASKS);
  runOnCuda();
  await assert.rejects(openSession(MASKS, 1), /cuda/i);
});
