/** What goes wrong with workers and messages, on S3 and SQS with the real models. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { startCloud } from '../cloud/service.ts';
import { assertSettled } from './settled.ts';

const OWNER = 'local';

test('a worker killed in every stage: the job still ends, once, with one result', async (context) => {
  const service = await startCloud(context, { maxReceives: 10 });
  const id = await service.post();
  for (const [attempt, stage] of ['locate', 'animate', 'render'].entries()) {
    const worker = service.worker();
    const job = await service.until(
      id,
      (it) => (it.attempts === attempt + 1 && it.progress.stage === stage) || it.finishedAt !== undefined,
    );
    assert.equal(job.status, 'running', `killed in ${stage}`);
    worker.kill('SIGKILL');
    await once(worker, 'exit');
  }
  service.worker();
  const job = await service.until(id, (it) => it.finishedAt !== undefined);
  assert.equal(job.status, 'succeeded', JSON.stringify(job.error));
  assert.equal(job.attempts, 4);
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
  await service.bucket.store.delete(`files/${id}/image`);
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
