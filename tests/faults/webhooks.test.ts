/** What goes wrong on an event's way to its receiver, on S3 and SQS. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { Webhook } from 'standardwebhooks';
import { start, succeed } from '../../api/jobs/transitions.ts';
import { readDelivery } from '../../api/webhooks/delivery.ts';
import { createWebhookConsumer } from '../../handlers/webhook.ts';
import type { Queue } from '../../infra/queue/index.ts';
import { createDeliver } from '../../infra/webhooks/deliver.ts';
import { bundled, settings } from '../cloud/cloud.ts';
import { type Consumer, feed } from '../cloud/event-source.ts';
import { NO_WEBHOOKS, startCloud } from '../cloud/service.ts';
import { type Answer, closeEarly, hang, ok, startReceiver, status } from '../receiver.ts';
import { assertSettled } from './settled.ts';

const HOUR = 3600;
/** What housekeeping takes for lost: older than this. */
const LOST_MS = 30_000;

test('a receiver answers 500 nine times: SQS hides the message for three days, and the tenth attempt arrives', async (context) => {
  await failNineTimes(context, [status(500)], [500]);
});

test('a receiver hangs, closes early and redirects: the same, and nobody follows', async (context) => {
  const elsewhere = await startReceiver(context, ok);
  const redirect = status(307, { location: elsewhere.url });
  await failNineTimes(context, [hang, closeEarly, redirect], ['url_timeout', 'url_unreachable', 307]);
  assert.equal(elsewhere.got.length, 0);
});

/** @param ways of the receiver to fail, in turn @param seen what the log says of each */
async function failNineTimes(context: TestContext, ways: Answer[], seen: (number | string)[]) {
  const service = await startCloud(context);
  const { adapters, bucket, webhooks } = service;
  const nine = Array.from({ length: 9 }, (_, at) => ways[at % ways.length]);
  const { url, got } = await startReceiver(context, ...nine, ok);
  const id = await service.post({ webhook: JSON.stringify({ url, events: ['animation.succeeded'] }) });
  await adapters.repository.change('local', id, start);
  const { progress } = await adapters.repository.change('local', id, succeed({}));

  let offset = 0;
  const now = () => new Date(Date.now() + offset);
  const hidden: number[] = [];
  /** SQS is asked to hide it for as long as that; then the clock goes on instead. */
  const extend: Queue['extend'] = async (receipt, seconds) => {
    await adapters.webhooks.extend(receipt, seconds);
    await adapters.webhooks.extend(receipt, 0);
    hidden.push(seconds);
    offset += seconds * 1000;
  };
  const consume = createWebhookConsumer({
    ...adapters,
    webhooks: { ...adapters.webhooks, extend },
    deliver: createDeliver({ ...adapters, now, timeoutMs: 1000 }),
    log: pino({ level: 'silent' }),
    now,
    random: () => 0.5,
  });
  await feed(consume, adapters.webhooks, () => got.length >= 10);
  await webhooks.drained();

  const delivery = (await readDelivery(bucket.store, id, `${id}_${progress.seq}`))!;
  assert.equal(delivery.status, 'succeeded');
  assert.deepEqual(
    delivery.attempts.map((attempt) => attempt.status ?? attempt.error),
    [...nine.map((_, at) => seen[at % seen.length]), 204],
  );
  const total = hidden.reduce((a, b) => a + b) / HOUR;
  assert.ok(total > 75.5 && total < 75.7, `${total} h`);
  assert.ok(Math.max(...hidden) < 12 * HOUR, 'no longer than SQS can');
  const [{ value }] = await adapters.keyring.secretsOf('local');
  for (const [at, { headers, body }] of got.entries()) {
    assert.deepEqual([headers['webhook-id'], body], [delivery.id, got[0].body]);
    const signed = new Webhook(value).sign(delivery.id, new Date(delivery.attempts[at].at), body);
    assert.equal(String(headers['webhook-signature']).split(' ')[0], signed);
  }
}

test('a worker is killed between the end of a job and its events: housekeeping sends them', async (context) => {
  const service = await startCloud(context);
  const { bucket, queues, webhooks } = service;
  const { url, got } = await startReceiver(context, ok);
  // A queue that takes what it is sent and never answers.
  const stuck = await startReceiver(context, hang);
  const worker = service.worker({ ...NO_WEBHOOKS, WAGGLE_WEBHOOK_QUEUE_URL: stuck.url });
  const id = await service.post({ webhook: JSON.stringify({ url }) });
  const ended = await service.until(id, (job) => job.finishedAt !== undefined);
  worker.kill('SIGKILL');
  await once(worker, 'exit');
  assert.equal(ended.status, 'succeeded', JSON.stringify(ended.error));
  assert.deepEqual(
    ended.outbox?.map(({ type }) => type),
    ['animation.started', 'animation.succeeded'],
  );
  // The job's message may have come back to another worker, which finds the job ended.
  service.worker(NO_WEBHOOKS);
  await queues.drained();
  assert.equal((await service.job(id)).outbox?.length, 2);

  Object.assign(process.env, settings(bucket, queues, webhooks));
  const keepHouse = (await bundled('housekeeping')).handler as () => Promise<void>;
  const post = (await bundled('deliver')).handler as Consumer;
  await sleep(Math.max(0, Date.parse(ended.startedAt!) + LOST_MS + 1000 - Date.now()));
  await keepHouse();
  await feed(post, webhooks.queue, () => got.length >= 2);
  await webhooks.drained();
  assert.deepEqual(got.map(({ body }) => JSON.parse(body).type).sort(), [
    'animation.started',
    'animation.succeeded',
  ]);
  assert.deepEqual(await bucket.store.list('unnotified/', { limit: 10 }), []);
  const { outbox: _, ...told } = ended;
  await assertSettled(service, told);
});
