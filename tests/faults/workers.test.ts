/** What goes wrong with workers and messages, on S3 and SQS with the real models. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';
import { mask, photo, REQUEST } from '../cloud/animation.ts';
import { endpoints, settings } from '../cloud/cloud.ts';
import { startProxy } from '../cloud/proxy.ts';
import { type CloudService, startCloud } from '../cloud/service.ts';
import { assertSettled } from './settled.ts';

const OWNER = 'local';

const SPOKEN = 'examples/audio/make-the-cat-turn-its-head.flac';
const CHELSEA = 'examples/photos/chelsea.jpg';

/**
 * Starts a worker and kills it in the stage, on the job's nth attempt. However fast the stage is, the worker does not
 * leave it: once it has written that it is there, nothing that it sends to the store arrives any more.
 */
async function killIn(
  context: TestContext,
  service: CloudService,
  [id, attempt, stage]: [string, number, string],
) {
  let there = false;
  const WAGGLE_S3_ENDPOINT = await startProxy(context, endpoints().s3, (piece) => {
    if (there) return 'held';
    there = piece.includes(`"stage":"${stage}"`);
    return 'passed';
  });
  const worker = service.worker({ WAGGLE_S3_ENDPOINT });
  const job = await service.until(
    id,
    (it) => there && it.attempts === attempt && it.progress.stage === stage,
  );
  assert.equal(job.status, 'running', `killed in ${stage}`);
  worker.kill('SIGKILL');
  await once(worker, 'exit');
}

test('a worker killed in every stage: the job still ends, once, with one result', async (context) => {
  const service = await startCloud(context, { maxReceives: 10 });
  const id = await service.post();
  const stages = ['understand', 'locate', 'animate', 'render'];
  for (const [at, stage] of stages.entries()) await killIn(context, service, [id, at + 1, stage]);
  // The last one while it stores: the video is there, the poster never arrives.
  let held = false;
  const WAGGLE_S3_ENDPOINT = await startProxy(context, endpoints().s3, (line) => {
    if (!/^PUT .*poster/.test(line)) return 'passed';
    held = true;
    return 'held';
  });
  const worker = service.worker({ WAGGLE_S3_ENDPOINT });
  const storing = await service.until(id, (it) => held && it.progress.stage === 'store');
  assert.deepEqual([storing.attempts, storing.status], [5, 'running']);
  worker.kill('SIGKILL');
  await once(worker, 'exit');
  const stored = await service.bucket.store.list(`results/${id}/`, { limit: 10 });
  assert.deepEqual(
    stored.map((key) => key.split('/').at(-1)),
    ['mask.png', 'video.mp4'],
  );

  service.worker();
  const job = await service.until(id, (it) => it.finishedAt !== undefined);
  assert.equal(job.status, 'succeeded', JSON.stringify(job.error));
  assert.equal(job.attempts, 6);
  await assertSettled(service, job);
});

test('a worker killed while it listens: the next one hears the whole recording', async (context) => {
  const service = await startCloud(context);
  const sent = service.http.post('/v1/animations').attach('image', CHELSEA).attach('audio', SPOKEN);
  const { body } = await sent.field('seconds', '1').field('fps', '8').field('size', '256').expect(202);
  await killIn(context, service, [body.id, 1, 'transcribe']);
  service.worker();
  const job = await service.until(body.id, (it) => it.finishedAt !== undefined);
  assert.equal(job.status, 'succeeded', JSON.stringify(job.error));
  assert.match(job.transcript!.text, /cat turn its head/);
  assert.equal(job.attempts, 2);
  await assertSettled(service, job);
});

test('two workers that get the same job end it once', async (context) => {
  const service = await startCloud(context);
  const id = await service.post();
  await service.queues.queue.send(JSON.stringify({ owner: OWNER, id }));
  const workers = [service.worker(), service.worker()];
  const job = await service.until(id, (it) => it.finishedAt !== undefined);
  assert.equal(job.status, 'succeeded', JSON.stringify(job.error));
  // The slower one ends its work, too, before it is asked to stop.
  for (const worker of workers) worker.kill('SIGTERM');
  for (const worker of workers) if (worker.exitCode === null) await once(worker, 'exit');
  await assertSettled(service, job);
});

test('a message that comes again after its job has ended changes nothing', async (context) => {
  const service = await startCloud(context);
  const id = await service.post();
  service.worker();
  const job = await service.until(id, (it) => it.finishedAt !== undefined);
  assert.equal(job.status, 'succeeded', JSON.stringify(job.error));
  await service.queues.queue.send(JSON.stringify({ owner: OWNER, id }));
  await service.queues.queue.send('not a job');
  await assertSettled(service, job);
});

test('a job that breaks every worker is given up after three', async (context) => {
  const service = await startCloud(context);
  const id = await service.post();
  await service.bucket.store.delete(`files/${id}.image`);
  service.worker();
  const job = await service.until(id, (it) => it.finishedAt !== undefined);
  assert.deepEqual([job.status, job.error?.code, job.attempts], ['failed', 'worker_lost', 3]);
  await assertSettled(service, job);
});

test('workers whose clocks are hours off do the same work', async (context) => {
  const service = await startCloud(context);
  for (const hours of [-2, 2]) {
    const id = await service.post();
    const clock = `Date.now = ((now) => () => now() + ${hours * 3_600_000})(Date.now);
      globalThis.Date = class extends Date { constructor(...args) { super(...(args.length ? args : [Date.now()])); } };`;
    const skewed = `--import=data:text/javascript,${encodeURIComponent(clock)}`;
    const worker = service.worker({ NODE_OPTIONS: skewed });
    const job = await service.until(id, (it) => it.finishedAt !== undefined);
    assert.equal(job.status, 'succeeded', JSON.stringify(job.error));
    const off = Date.parse(job.startedAt!) - Date.parse(job.createdAt);
    assert.ok(Math.abs(off - hours * 3_600_000) < 600_000, `its clock was ${off} ms off`);
    await assertSettled(service, job);
    worker.kill('SIGKILL');
    await once(worker, 'exit');
  }
});

test('the API is killed between the message and its job: nobody was promised one, and who asks again gets one', async (context) => {
  const service = await startCloud(context);
  const { bucket, queues, webhooks, http } = service;
  let held = false;
  const WAGGLE_S3_ENDPOINT = await startProxy(context, endpoints().s3, (line) => {
    if (!/^PUT \S*\/jobs\//.test(line)) return 'passed';
    held = true;
    return 'held';
  });
  const env = { ...settings(bucket, queues, webhooks), WAGGLE_S3_ENDPOINT };
  const api = spawn(process.execPath, ['--import', 'tsx', 'handlers/local.ts'], {
    env: { ...process.env, ...env, WAGGLE_PORT: '0', WAGGLE_WORKER: 'false' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  context.after(() => api.kill('SIGKILL'));
  const [said] = await once(api.stdout, 'data');
  const [url] = /http:\/\/[\d.:]+/.exec(String(said))!;
  const [image, silhouette] = await Promise.all([photo(), mask()]);
  const { command, seconds, fps, size } = REQUEST;
  const form = (to: ReturnType<typeof request>) => {
    const sent = to.post('/v1/animations').set('idempotency-key', 'once').attach('image', image, 'a.jpg');
    sent.attach('mask', silhouette, 'a.png');
    for (const [name, value] of Object.entries({ command, seconds, fps, size })) sent.field(name, `${value}`);
    return sent;
  };
  const broken = assert.rejects(Promise.resolve(form(request(url))));
  while (!held) await sleep(10);
  api.kill('SIGKILL');
  await broken;

  service.worker();
  await queues.drained();
  assert.deepEqual((await http.get('/v1/animations').expect(200)).body.jobs, []);
  let answer = await form(http);
  assert.equal(answer.body.code, 'idempotency_in_flight');
  for (const end = Date.now() + 60_000; answer.status === 409 && Date.now() < end; answer = await form(http))
    await sleep(1000);
  assert.equal(answer.status, 202, JSON.stringify(answer.body));
  assert.equal(answer.headers['idempotent-replayed'], undefined);
  const job = await service.until(answer.body.id, (it) => it.finishedAt !== undefined);
  assert.equal(job.status, 'succeeded', JSON.stringify(job.error));
  await assertSettled(service, job);
});
