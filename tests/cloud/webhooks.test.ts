/** Webhooks as they are deployed: a worker that posts none, and the functions that do, over S3 and SQS. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { start } from '../../api/jobs/transitions.ts';
import { ok, startReceiver, status } from '../receiver.ts';
import { sqsEvent } from '../sqs-event.ts';
import { bundled, settings } from './cloud.ts';
import { type Consumer, feed } from './event-source.ts';
import { type CloudService, NO_WEBHOOKS, startCloud } from './service.ts';

async function consumer(name: string, { bucket, queues, webhooks }: CloudService): Promise<Consumer> {
  Object.assign(process.env, settings(bucket, queues, webhooks));
  return (await bundled(name)).handler as Consumer;
}

const logOf = async ({ http }: CloudService, id: string) =>
  (await http.get(`/v1/animations/${id}/deliveries`).expect(200)).body.deliveries;

test('an animation tells of itself: signed, and again a little later where the receiver had failed', async (context) => {
  const service = await startCloud(context);
  const { http, webhooks, queues } = service;
  const { url, got } = await startReceiver(context, status(500), ok);
  service.worker(NO_WEBHOOKS);
  const id = await service.post({ webhook: JSON.stringify({ url }) });
  const job = await service.until(id, (it) => it.finishedAt !== undefined && !it.outbox);
  assert.equal(job.status, 'succeeded', JSON.stringify(job.error));
  assert.equal(got.length, 0, 'the worker posts nothing');

  const post = await consumer('deliver', service);
  const { fed, failed } = await feed(post, webhooks.queue, () => got.length >= 3);
  await webhooks.drained();
  assert.deepEqual([fed.size, failed.length], [2, 1], 'what came back is the message that had failed');

  const { body: secret } = await http.get('/v1/webhook-secret').expect(200);
  const verifier = new Webhook(secret.secret);
  const events = got.map(({ headers, body }) => verifier.verify(body, headers as Record<string, string>));
  const [first, second, third] = events as { type: string; data: { id: string } }[];
  assert.deepEqual([first.type, second.type].sort(), ['animation.started', 'animation.succeeded']);
  assert.deepEqual(third, first);
  assert.deepEqual([first.data.id, second.data.id], [id, id]);
  assert.throws(() => verifier.verify(`${got[0].body} `, got[0].headers as Record<string, string>));

  const attempts = Object.fromEntries(
    (await logOf(service, id)).map((it: { type: string; attempts: object[] }) => [it.type, it.attempts]),
  );
  const statuses = (type: string) => attempts[type].map((it: { status: number }) => it.status);
  assert.deepEqual([statuses(first.type), statuses(second.type)], [[500, 204], [204]]);
  const [failure, success] = attempts[first.type].map(({ at }: { at: string }) => Date.parse(at));
  const waited = success - failure;
  assert.ok(waited >= 4500 && waited < 120_000, `${waited} ms: long before its time-out of six minutes`);
  await queues.drained();
});

test('a delivery that was given up has failed, once; what names none is let go, what cannot be read stays', async (context) => {
  const service = await startCloud(context);
  const { bucket, webhooks, adapters } = service;
  const { url, got } = await startReceiver(context, ok);
  const [lost, broken] = [
    await service.post({ webhook: JSON.stringify({ url }) }),
    await service.post({ webhook: JSON.stringify({ url }) }),
  ];
  for (const id of [lost, broken]) await adapters.repository.change('local', id, start);
  const [key] = await bucket.store.list(`deliveries/${broken}/`, { limit: 1 });
  await bucket.store.put(key, Buffer.from('{'), { contentType: 'application/json' });

  const messages: { job: string; message: Parameters<typeof sqsEvent>[0][0] }[] = [];
  while (messages.length < 2) {
    const taken = await webhooks.queue.receive({ max: 10, waitSeconds: 5, visibilitySeconds: 60 });
    messages.push(...taken.map((message) => ({ job: JSON.parse(message.body).job, message })));
  }
  const poison = { id: 'poison', body: 'not a delivery', receipt: 'none', receiveCount: 100 };
  const giveUp = await consumer('dead-webhook', service);
  const failing = messages.find(({ job }) => job === broken)!.message.id;
  for (const _ of [1, 2]) {
    const answer = await giveUp(sqsEvent([...messages.map(({ message }) => message), poison]));
    assert.deepEqual(answer, { batchItemFailures: [{ itemIdentifier: failing }] });
  }
  const [delivery] = await logOf(service, lost);
  assert.deepEqual([delivery.status, delivery.nextAttemptAt, delivery.attempts], ['failed', null, []]);
  assert.deepEqual(got, []);
  for (const { message } of messages) await webhooks.queue.delete(message.receipt);
});
