/** The real worker as a process of its own, killed and told to stop. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';
import { type Service, startService } from '../api/helper.ts';
import { ok, startReceiver } from '../receiver.ts';

const OWNER = 'local';
const CHELSEA = new URL('../../examples/photos/chelsea.jpg', import.meta.url);
const ENTRY = new URL('../../handlers/worker.ts', import.meta.url).pathname;

function startWorker(context: TestContext, service: Service): ChildProcess {
  const env = {
    ...process.env,
    WAGGLE_DATA: service.directory,
    WAGGLE_LOG_LEVEL: 'error',
    WAGGLE_LEASE_SECONDS: '2',
    WAGGLE_MAX_RECEIVES: '10',
    WAGGLE_ALLOW_LOOPBACK: 'true',
  };
  const worker = spawn(process.execPath, ['--import', 'tsx', ENTRY], {
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  context.after(() => worker.kill('SIGKILL'));
  return worker;
}

async function post(service: Service, webhook = ''): Promise<string> {
  const response = await request(service.app.server)
    .post('/v1/animations')
    .attach('image', await readFile(CHELSEA), 'chelsea.jpg')
    .field('command', 'make the cat breathe')
    .field('seconds', '1')
    .field('fps', '12')
    .field('size', '256')
    .field('webhook', webhook);
  assert.equal(response.status, 202, JSON.stringify(response.body));
  return response.body.id;
}

/** Looks at the job until it is as wanted. */
async function until(
  service: Service,
  id: string,
  wanted: (job: NonNullable<Awaited<ReturnType<Service['repository']['get']>>>) => boolean,
) {
  for (const end = Date.now() + 120_000; Date.now() < end; await sleep(5)) {
    const job = await service.repository.get(OWNER, id);
    if (job && wanted(job)) return job;
  }
  throw new Error(`${id} did not get there: ${JSON.stringify(await service.repository.get(OWNER, id))}`);
}

test('a worker killed in every stage: the job still ends, once, with one result', async (context) => {
  const service = await startService(context, { WAGGLE_MAX_RECEIVES: '10', WAGGLE_ALLOW_LOOPBACK: 'true' });
  const { url, got } = await startReceiver(context, ok);
  const id = await post(service, JSON.stringify({ url }));
  let percent = 0;
  for (const [attempt, stage] of ['understand', 'locate', 'animate', 'render'].entries()) {
    const worker = startWorker(context, service);
    const job = await until(
      service,
      id,
      (it) => (it.attempts === attempt + 1 && it.progress.stage === stage) || it.status === 'succeeded',
    );
    assert.equal(job.status, 'running', `killed in ${stage}`);
    assert.ok(job.progress.percent >= percent, 'progress does not go back');
    percent = job.progress.percent;
    worker.kill('SIGKILL');
    await once(worker, 'exit');
  }
  startWorker(context, service);
  const job = await until(service, id, (it) => it.finishedAt !== undefined);
  assert.equal(job.status, 'succeeded', JSON.stringify(job.error));
  assert.equal((await service.stored(`results/${id}/`)).length, 3);
  assert.deepEqual(await service.queue.receive({ max: 1, waitSeconds: 3, visibilitySeconds: 1 }), []);
  // An event whose sender was killed is sent again by whoever keeps house next.
  const told = () => new Set(got.map(({ body }) => JSON.parse(body).type));
  for (const end = Date.now() + 120_000; told().size < 2 && Date.now() < end; ) await sleep(100);
  assert.deepEqual(told(), new Set(['animation.started', 'animation.succeeded']), 'at least once each');
});

test('a worker told to stop finishes the job at hand and leaves the next', async (context) => {
  const service = await startService(context);
  const worker = startWorker(context, service);
  const [first, second] = [await post(service), await post(service)];
  await until(service, first, (job) => job.status === 'running');
  worker.kill('SIGTERM');
  const [code] = await once(worker, 'exit');
  assert.equal(code, 0);
  assert.equal((await service.repository.get(OWNER, first))?.status, 'succeeded');
  assert.equal((await service.repository.get(OWNER, second))?.status, 'queued');
});
