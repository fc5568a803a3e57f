/** Decoding with a network that says what it is told after each beginning. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeGreedily, decodeSeveral, mean } from '../../models/transcribe/decode.ts';
import type { Network } from '../../models/transcribe/network.ts';

const [START, END] = [9, 6];

/** @param after probabilities of the tokens after each sentence, "0 3" */
function network(after: Record<string, Record<number, number>>): Network & { steps: number } {
  const model: Network & { steps: number } = {
    size: {} as Network['size'],
    steps: 0,
    encode: async () => ({}),
    empty: () => ({ length: 0, tensors: { all: [] as never } }),
    async step(_, past, tokens, rows) {
      model.steps++;
      const all = [...(past.tensors.all as unknown as number[]), ...tokens];
      const logits = rows.map(() => {
        const chances = after[all.filter((token) => token !== START).join(' ')];
        return Float32Array.from({ length: 10 }, (_, token) => Math.log(chances?.[token] ?? 1e-6));
      });
      return { logits, past: { length: all.length, tensors: { all: all as never } } };
    },
  };
  return model;
}

const options = {
  prefix: [START],
  end: END,
  suppressed: { always: new Set([5]), first: new Set([5, END]) },
  maxTokens: 4,
  abort: new AbortController().signal,
};
const cat = network({
  '': { 0: 0.9, 1: 0.1 },
  '0': { 2: 0.4, 3: 0.25, 5: 0.35 },
  '0 2': { 4: 0.5, [END]: 0.4 },
  '0 2 4': { [END]: 1 },
  '0 3': { [END]: 1 },
  '1': { 2: 1 },
  '1 2': { [END]: 1 },
});

test('the greedy sentence comes first, then those that part from it at the least cost', async () => {
  const found = await decodeSeveral(cat, {}, options, 3, 3);
  assert.deepEqual(
    found.map(({ tokens }) => tokens),
    [
      [0, 2, 4],
      [0, 3],
      [1, 2],
    ],
  );
  assert.deepEqual(found[0], await decodeGreedily(cat, {}, options));
  assert.ok(Math.abs(mean(found[1].logProbabilities) - Math.log(0.9 * 0.25) / 3) < 0.02);
});

test('no more than asked for, and none that parts by more than the margin', async () => {
  assert.equal((await decodeSeveral(cat, {}, options, 1, 9)).length, 1);
  const near = await decodeSeveral(cat, {}, options, 9, 1);
  assert.deepEqual(
    near.map(({ tokens }) => tokens),
    [
      [0, 2, 4],
      [0, 3],
    ],
  );
});

test('what has been fed is not fed again', async () => {
  cat.steps = 0;
  await decodeSeveral(cat, {}, options, 2, 3);
  // Four steps for the first sentence and its end; the second begins with its second token.
  assert.equal(cat.steps, 5);
});
