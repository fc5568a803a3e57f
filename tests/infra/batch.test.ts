/** Requests that end when the test says so. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createBatcher, type Draft } from '../../infra/queue/batch.ts';

function controlled() {
  const requests: {
    bodies: string[];
    end(answers?: (string | Error)[]): void;
    fail(error: Error): void;
  }[] = [];
  const send = createBatcher(
    (drafts: readonly Draft[]) =>
      new Promise((resolve, fail) => {
        const bodies = drafts.map(({ body }) => body);
        const ids = bodies.map((body) => `id of ${body}`);
        const end = (answers: (string | Error)[] = ids) => resolve(answers);
        requests.push({ bodies, end, fail });
      }),
  );
  const sent = (...bodies: string[]) => bodies.map((body) => send({ body, delaySeconds: 0 }));
  return { requests, sent, bodies: () => requests.map((request) => request.bodies) };
}

const turn = () => new Promise(setImmediate);
const letters = (count: number) =>
  Array.from({ length: count }, (_, index) => String.fromCharCode(97 + index));

test('a lone message goes at once, those that come meanwhile together when it is over', async () => {
  const { requests, sent, bodies } = controlled();
  const first = sent('a');
  assert.deepEqual(bodies(), [['a']]);
  const rest = sent('b', 'c');
  await turn();
  assert.deepEqual(bodies(), [['a']]);
  requests[0].end();
  assert.deepEqual(await Promise.all(first), ['id of a']);
  assert.deepEqual(bodies(), [['a'], ['b', 'c']]);
  requests[1].end();
  assert.deepEqual(await Promise.all(rest), ['id of b', 'id of c']);
  sent('d');
  assert.deepEqual(bodies().at(-1), ['d']);
});

test('ten messages do not wait, and an eleventh begins the next request', async () => {
  const { requests, sent, bodies } = controlled();
  const [first, ...rest] = letters(13);
  const all = sent(first, ...rest);
  assert.deepEqual(bodies(), [[first], rest.slice(0, 10)]);
  requests[0].end();
  await turn();
  assert.equal(requests.length, 2, 'one request is still under way');
  requests[1].end();
  await turn();
  assert.deepEqual(bodies().at(-1), rest.slice(10));
  requests[2].end();
  assert.deepEqual(
    await Promise.all(all),
    [first, ...rest].map((body) => `id of ${body}`),
  );
});

test('messages go together as far as their bytes fit into one request', () => {
  const { sent, bodies } = controlled();
  const [large, wide] = ['x'.repeat(100 * 1024), '动'.repeat(40 * 1024)];
  sent('a', large, wide, large, 'b');
  assert.deepEqual(bodies(), [['a'], [large, wide]], 'of 340 kB the first 220');
  const whole = 'y'.repeat(256 * 1024);
  sent(whole, 'c');
  assert.deepEqual(bodies().slice(2), [[large, 'b'], [whole]]);
});

test('a request that hangs does not keep others', async () => {
  const { requests, sent, bodies } = controlled();
  sent('hangs');
  const [b, c] = sent('b', 'c');
  await sleep(100);
  assert.deepEqual(bodies(), [['hangs'], ['b', 'c']]);
  requests[1].end();
  assert.deepEqual(await Promise.all([b, c]), ['id of b', 'id of c']);
});

test('who is refused hears of it, and nobody else', async () => {
  const { requests, sent } = controlled();
  sent('a');
  const [b, bad, d] = sent('b', 'bad', 'd');
  requests[0].end();
  await turn();
  requests[1].end(['id of b', new Error('not this one'), 'id of d']);
  assert.deepEqual(await Promise.all([b, d]), ['id of b', 'id of d']);
  await assert.rejects(bad, /not this one/);
});

test('a request that fails fails all that went with it, and the next ones go', async () => {
  const { requests, sent, bodies } = controlled();
  const [a] = sent('a');
  const [b, c] = sent('b', 'c');
  requests[0].fail(new Error('no answer'));
  await assert.rejects(a, /no answer/);
  const [d] = sent('d');
  requests[1].fail(new Error('broken down'));
  for (const lost of [b, c]) await assert.rejects(lost, /broken down/);
  await turn();
  assert.deepEqual(bodies(), [['a'], ['b', 'c'], ['d']]);
  requests[2].end();
  assert.equal(await d, 'id of d');
});
