/** The store or the queue is away for twenty seconds; servers of this file's own. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { endpoints } from '../cloud/cloud.ts';
import { type Server, startS3, startSqs } from '../cloud/servers.ts';
import { type CloudService, startCloud } from '../cloud/service.ts';
import { ok, startReceiver } from '../receiver.ts';
import { assertSettled } from './settled.ts';

const OUTAGE_MS = 20_000;
let s3: Server;
let sqs: Server;

before(async () => {
  [s3, sqs] = await Promise.all([startS3(), startSqs()]);
});
after(() => Promise.all([s3.dispose(), sqs.dispose()]));

const start: typeof startCloud = (context, options) =>
  startCloud(context, { ...options, on: { s3: s3.endpoint, sqs: sqs.endpoint } });

/** Takes the server away while a job is being worked on. */
async function outage(
  { post, until }: CloudService,
  server: Server,
  meanwhile: (id: string) => Promise<void>,
  fields: Record<string, string> = {},
) {
  const id = await post(fields);
  const running = await until(id, (job) => job.progress.stage === 'animate' || job.finishedAt !== undefined);
  assert.equal(running.status, 'running');
  const back = Date.now() + OUTAGE_MS;
  await server.kill();
  await meanwhile(id);
  await sleep(back - Date.now());
  await server.restart();
  return until(id, (job) => job.finishedAt !== undefined);
}

test('the store is away: requests are told to come back, and the job at hand is done when it is there again', async (context) => {
  const service = await start(context);
  service.worker();
  const job = await outage(service, s3, async () => {
    const { status, body, headers } = await service.http.get('/v1/animations');
    assert.deepEqual([status, body.code, body.retryable], [503, 'unavailable', true]);
    assert.ok(Number(headers['retry-after']) > 0);
    assert.equal((await service.http.get('/readyz')).status, 503);
    assert.equal((await service.http.get('/healthz')).status, 200);
  });
  assert.equal(job.status, 'succeeded', JSON.stringify(job.error));
  await assertSettled(service, job);
});

test('the queue is away: a new job is refused and nothing stays of it, the one at hand is done', async (context) => {
  const service = await start(context);
  service.worker();
  const job = await outage(service, sqs, async (id) => {
    await assert.rejects(service.post(), /queue_unavailable/);
    const { body } = await service.http.get('/v1/animations').expect(200);
    assert.deepEqual(
      body.jobs.map((it: { id: string }) => it.id),
      [id],
    );
    const files = await service.bucket.store.list('files/', { limit: 10 });
    assert.deepEqual(files, [`files/${id}.image`, `files/${id}.mask`]);
  });
  assert.equal(job.status, 'succeeded', JSON.stringify(job.error));
  const later = await service.post();
  const done = await service.until(later, (it) => it.finishedAt !== undefined);
  assert.equal(done.status, 'succeeded', JSON.stringify(done.error));
  await assertSettled(service, job);
});

test('the queue of webhooks is away: the job ends, and its event arrives when the queue is there again', async (context) => {
  const on = { s3: s3.endpoint, sqs: endpoints().sqs, webhooks: sqs.endpoint };
  const service = await startCloud(context, { on });
  service.worker();
  const { url, got } = await startReceiver(context, ok);
  const webhook = JSON.stringify({ url, events: ['animation.succeeded'] });
  const meanwhile = async (id: string) => {
    const { outbox } = await service.until(id, (job) => job.finishedAt !== undefined);
    assert.equal(outbox?.length, 1);
  };
  const { id } = await outage(service, sqs, meanwhile, { webhook });
  const job = await service.until(id, (it) => it.outbox === undefined);
  assert.equal(job.status, 'succeeded', JSON.stringify(job.error));
  await service.webhooks.drained();
  assert.deepEqual(
    got.map(({ body }) => JSON.parse(body).data.id),
    [id],
  );
  await assertSettled(service, job);
});
