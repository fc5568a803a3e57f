/** Events on their way: from the local queue and from SQS events, with a clock that jumps from attempt to attempt. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SQSBatchResponse } from 'aws-lambda';
import { Webhook } from 'standardwebhooks';
import request from 'supertest';
import { start, succeed } from '../../api/jobs/transitions.ts';
import { createWebhookConsumer, processDelivery, type WebhookDeps } from '../../handlers/webhook.ts';
import type { Queue } from '../../infra/queue/index.ts';
import { createDeliver } from '../../infra/webhooks/deliver.ts';
import { accept, type Service, startService } from '../api/helper.ts';
import { type Answer, closeEarly, hang, ok, startReceiver, status } from '../receiver.ts';
import { sqsEvent } from '../sqs-event.ts';

const HOUR = 3600;

/** A service whose callbacks may lead here, and what its consumer of deliveries needs. */
async function begin(context: TestContext, { timeoutMs = 300 } = {}) {
  const service = await startService(context, { WAGGLE_ALLOW_LOOPBACK: 'true' });
  const lines: string[] = [];
  const note = (...line: unknown[]) => lines.push(JSON.stringify(line));
  const log = { info: note, warn: note, error: note } as WebhookDeps['log'];
  const deliver = createDeliver({ ...service, timeoutMs });
  const deps: WebhookDeps = { ...service, deliver, log, random: () => 0.5 };
  return { service, deps, lines };
}

const finish = (service: Service, id: string) =>
  service.repository.change('local', id, (job, now) => succeed({})(start(job, now), now));

const logOf = async (service: Service, id: string) =>
  (await request(service.app.server).get(`/v1/animations/${id}/deliveries`).expect(200)).body.deliveries;

/**
 * Feeds the consumer as Lambda does until no message is left, setting the clock on by what each is hidden for.
 * @returns seconds of each wait
 */
async function runOut({ service, deps }: Awaited<ReturnType<typeof begin>>, most = 50): Promise<number[]> {
  const hidden: number[] = [];
  const extend: Queue['extend'] = (receipt, seconds) => {
    hidden.push(seconds);
    return service.webhooks.extend(receipt, 0);
  };
  const consume = createWebhookConsumer({ ...deps, webhooks: { ...service.webhooks, extend } });
  for (let round = 0; round < most; round += 1) {
    const [message] = await service.webhooks.receive({ max: 1, waitSeconds: 0, visibilitySeconds: 600 });
    if (!message) return hidden;
    const before = hidden.length;
    const { batchItemFailures } = await consume(sqsEvent([message]));
    if (batchItemFailures.length === 0) await service.webhooks.delete(message.receipt);
    else service.clock.offset += hidden[before] * 1000;
  }
  throw new Error(`still going on after ${most} messages`);
}

test('a receiver that fails nine times gets the event at the tenth attempt, three days later', async (t) => {
  const run = await begin(t);
  const { service, lines } = run;
  const nine = Array.from({ length: 9 }, (_, at): Answer => [status(500), closeEarly, hang][at % 3]);
  const { url, got } = await startReceiver(t, ...nine, ok);
  const id = await accept(service, url, ['animation.succeeded']);
  await finish(service, id);
  const hidden = await runOut(run);

  assert.equal(got.length, 10);
  assert.ok(Math.max(...hidden) <= 12 * HOUR - 60, 'no longer than SQS can');
  const total = hidden.reduce((a, b) => a + b) / HOUR;
  assert.ok(total > 75 && total < 76.5, `${total} h`);
  const [{ value }] = await service.keyring.secretsOf('local');
  for (const { headers, body } of got) {
    assert.equal(body, got[0].body);
    assert.equal(headers['webhook-id'], `${id}_3`);
    const at = new Date(Number(headers['webhook-timestamp']) * 1000);
    const [v1] = String(headers['webhook-signature']).split(' ');
    assert.equal(v1, new Webhook(value).sign(`${id}_3`, at, body));
  }
  const times = got.map(({ headers }) => Number(headers['webhook-timestamp']));
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  );
  assert.ok(times[9] - times[0] > 75 * HOUR, 'each attempt is signed with its own time');

  const [delivery] = await logOf(service, id);
  assert.deepEqual([delivery.status, delivery.nextAttemptAt], ['succeeded', null]);
  assert.deepEqual(
    delivery.attempts.map((it: { status: number; error: string }) => it.status ?? it.error),
    [500, 'url_unreachable', 'url_timeout', 500, 'url_unreachable', 'url_timeout', 500, 'url_unreachable', 'url_timeout', 204],
  ); // biome-ignore format: ten attempts
  assert.ok(lines.length >= 10);
  assert.doesNotMatch(lines.join('\n'), /whsec_|whsk_|s3cret|v1,/, 'no secret is logged');
});

test('after ten failures it is given up, and a replay begins again', async (t) => {
  const run = await begin(t);
  const redirect = status(302, { location: 'http://127.0.0.1:1/' });
  const { url, got } = await startReceiver(t, ...Array<Answer>(10).fill(redirect), ok);
  const id = await accept(run.service, url, ['animation.succeeded']);
  await finish(run.service, id);
  await runOut(run);
  const [failed] = await logOf(run.service, id);
  assert.deepEqual([failed.status, failed.nextAttemptAt, got.length], ['failed', null, 10]);

  const replay = `/v1/animations/${id}/deliveries/${failed.id}/replay`;
  await request(run.service.app.server).post(replay).expect(202);
  await runOut(run);
  const [done] = await logOf(run.service, id);
  assert.deepEqual([done.status, done.attempts.length, got.length], ['succeeded', 11, 11]);
  assert.deepEqual(
    [got[10].body, got[10].headers['webhook-id']],
    [got[0].body, got[0].headers['webhook-id']],
  );
});

test('410 ends it for the job: for this event, those waiting and those to come, until a replay', async (t) => {
  const run = await begin(t);
  const { service } = run;
  const { url, got } = await startReceiver(t, status(410), ok);
  const [id, waiting] = [await accept(service, url), await accept(service, url)];
  await service.repository.change('local', id, start);
  await runOut(run);
  const view = async () => (await request(service.app.server).get(`/v1/animations/${id}`)).body.webhook;
  assert.match((await view()).disabledAt, /^20/);
  await service.repository.change('local', id, succeed({}));
  await finish(service, waiting);
  await runOut(run);
  assert.deepEqual(
    got.map(({ headers }) => headers['webhook-id']),
    [`${id}_2`, `${waiting}_2`, `${waiting}_3`],
    'another job of the same receiver is not disabled',
  );
  const [gone, ...more] = await logOf(service, id);
  assert.deepEqual([gone.status, gone.attempts[0].status, more], ['failed', 410, []]);

  await request(service.app.server).post(`/v1/animations/${id}/deliveries/${gone.id}/replay`).expect(202);
  await runOut(run);
  assert.equal((await view()).disabledAt, null);
  assert.equal((await logOf(service, id))[0].status, 'succeeded');
});

test('events that wait when 410 comes are not posted any more', async (t) => {
  const run = await begin(t);
  const { url, got } = await startReceiver(t, status(410));
  const id = await accept(run.service, url);
  await run.service.repository.change('local', id, start);
  await run.service.repository.change('local', id, succeed({}));
  await runOut(run);
  assert.equal(got.length, 1);
  const log = await logOf(run.service, id);
  assert.deepEqual(
    log.map((it: { status: string; attempts: unknown[] }) => [it.status, it.attempts.length]),
    [
      ['failed', 1],
      ['failed', 0],
    ],
  );
});

test('of a batch only what is not done with is named, and poison among it hurts nobody', async (t) => {
  const { service, deps, lines } = await begin(t);
  const good = await startReceiver(t, ok);
  const bad = await startReceiver(t, status(503));
  const jobs = [good.url, bad.url, good.url].map((url) => accept(service, url, ['animation.succeeded']));
  const [done, failing, deleted] = await Promise.all(jobs);
  for (const id of [done, failing, deleted]) await finish(service, id);
  await service.repository.remove('local', deleted);
  const messages = await service.webhooks.receive({ max: 10, waitSeconds: 0, visibilitySeconds: 60 });
  const poison = { id: 'poison', receipt: 'none', body: 'not json', receiveCount: 3 };
  const answer: SQSBatchResponse = await createWebhookConsumer(deps)(sqsEvent([...messages, poison]));
  const failed = messages.find(({ body }) => JSON.parse(body).job === failing)!;
  assert.deepEqual(
    answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).sort(),
    [failed.id, 'poison'].sort(),
  );
  assert.deepEqual([good.got.length, bad.got.length], [1, 1]);
  assert.ok(lines.some((line) => line.includes('poison')));
});

test('a message that comes twice is posted once, one that comes early waits', async (t) => {
  const { service, deps } = await begin(t);
  const { url, got } = await startReceiver(t, status(500), ok);
  const id = await accept(service, url, ['animation.succeeded']);
  await finish(service, id);
  const look = () => processDelivery({ owner: 'local', job: id, delivery: `${id}_3` }, deps);
  assert.equal(await look(), 5);
  assert.ok([4, 5].includes((await look())!), 'a second message waits as the first one does');
  assert.equal(got.length, 1);
  service.clock.offset += 6000;
  assert.equal(await look(), undefined);
  assert.equal(await look(), undefined);
  assert.equal(got.length, 2);
});

test('of two that post at the same time, a failure does not undo the success', async (t) => {
  const { service, deps } = await begin(t);
  const { url, got } = await startReceiver(t, hang, ok);
  const id = await accept(service, url, ['animation.succeeded']);
  await finish(service, id);
  const message = { owner: 'local', job: id, delivery: `${id}_3` };
  const slow = processDelivery(message, deps);
  while (got.length === 0) await sleep(5);
  assert.equal(await processDelivery(message, deps), undefined);
  assert.equal(await slow, undefined);
  const [delivery] = await logOf(service, id);
  assert.deepEqual([delivery.status, delivery.attempts.length], ['succeeded', 2]);
});

test('a store that is down costs no attempt', async (t) => {
  const { service, deps } = await begin(t);
  const { url, got } = await startReceiver(t, ok);
  const id = await accept(service, url, ['animation.succeeded']);
  await finish(service, id);
  const down = { ...service.keyring, signingKeys: () => Promise.reject(new Error('store down')) };
  const deliver = createDeliver({ ...service, keyring: down });
  const message = { owner: 'local', job: id, delivery: `${id}_3` };
  await assert.rejects(processDelivery(message, { ...deps, deliver }), /store down/);
  assert.deepEqual((await logOf(service, id))[0].attempts, []);
  assert.equal(await processDelivery(message, deps), undefined);
  assert.equal(got.length, 1);
});
