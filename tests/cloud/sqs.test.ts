import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSqsQueue } from '../../infra/queue/sqs.ts';
import { queueContract } from '../contracts/queue.ts';
import { endpoints, makeQueues } from './cloud.ts';
import { REGION } from './servers.ts';

queueContract('SQS', () => makeQueues(2));

test('the place in the queue is about its length', async (context) => {
  const { queue, dispose } = await makeQueues(2);
  context.after(dispose);
  for (const body of ['a', 'b', 'c', 'd']) await queue.send(body);
  assert.equal(await queue.ahead(new Date()), 3);
});

test('of messages that are sent together only the one that is refused fails', async (context) => {
  const { queue, dispose } = await makeQueues(2);
  context.after(dispose);
  const sent = await Promise.allSettled(['a', 'b', 'not \u0001 text', 'd'].map((body) => queue.send(body)));
  assert.deepEqual(
    sent.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
  );
  const [{ reason }] = sent.filter((it) => it.status === 'rejected');
  assert.deepEqual([reason.name, reason.message], ['InvalidAttributeValue', 'InvalidMessageContents']);
  assert.equal(await queue.ahead(new Date()), 2);
});

test('a queue that cannot be reached says so, and one that is not there is another thing', async (context) => {
  const nowhere = createSqsQueue({ url: 'http://127.0.0.1:9/000000000000/none', region: REGION });
  context.after(() => nowhere.close());
  const calls = [
    () => nowhere.send('a'),
    () => nowhere.receive({ max: 1, waitSeconds: 0, visibilitySeconds: 1 }),
    () => nowhere.extend('a', 1),
    () => nowhere.delete('a'),
    () => nowhere.ahead(new Date()),
  ];
  for (const call of calls) await assert.rejects(call, { code: 'unavailable' }, String(call));
  const wrong = createSqsQueue({ url: `${endpoints().sqs}/000000000000/none`, region: REGION });
  context.after(() => wrong.close());
  await assert.rejects(wrong.send('a'), { name: 'QueueDoesNotExist' });
});

test('a receipt that was never given is refused to be extended, and deletes nothing', async (context) => {
  const { queue, dispose } = await makeQueues(2);
  context.after(dispose);
  await assert.rejects(queue.extend('made-up', 30), { code: 'receipt_expired' });
  await queue.delete('made-up');
});
