/** What becomes of a job, whatever happens to the worker; with a pipeline that answers at once or as told. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '../../api/jobs/ids.ts';
import { submit } from '../../api/jobs/submit.ts';
import { cancel } from '../../api/jobs/transitions.ts';
import type { PipelineRunner, RunHooks } from '../../handlers/pipeline-runner.ts';
import { processJob } from '../../handlers/process-job.ts';
import { PipelineError } from '../../models/errors.ts';
import { picture, type Service, startService } from '../api/helper.ts';

const OWNER = 'local';
const never = new AbortController().signal;
const REQUEST = {
  command: 'make the cat nod', clicks: [], magnitude: 1, seed: 1, seconds: 1, fps: 8, size: 64, format: 'mp4',
  loop: false, sheet: false, animator: 'flow',
} as const; // biome-ignore format: one request

const RESULT = {
  rendered: {
    video: Buffer.from('video'), contentType: 'video/mp4', width: 64, height: 48, poster: Buffer.from('poster'),
    report: { outside: 0 },
  },
  mask: Buffer.from('mask'),
  report: { outside: 0 },
}; // biome-ignore format: one result

type Work = (hooks: RunHooks) => Promise<unknown>;
const runner = (work: Work): PipelineRunner => ({
  ready: async () => undefined,
  run: ((_task: unknown, _request: unknown, hooks: RunHooks) => work(hooks)) as PipelineRunner['run'],
  close: async () => undefined,
});

async function accept(context: TestContext) {
  const service = await startService(context);
  const id = newId('animation');
  const body = await picture();
  const image = { key: `files/${id}.image`, contentType: 'image/jpeg', bytes: body.length };
  await service.store.put(image.key, body, image);
  const draft = {
    id,
    kind: 'animation' as const,
    owner: OWNER,
    request: { ...REQUEST, clicks: [] },
    inputs: { image },
    keepDays: 1,
  };
  await submit(service, draft);
  const read = async () => (await service.repository.get(OWNER, id))!;
  return { service, id, read };
}

const run = (service: Service, id: string, work: Work, warn: (error: unknown) => void = assert.ifError) =>
  processJob({ owner: OWNER, id }, { ...service, runner: runner(work), warn }, never);

test('a job ends with its results, and a second delivery does nothing', async (context) => {
  const { service, id, read } = await accept(context);
  let runs = 0;
  const work: Work = async (hooks) => {
    runs += 1;
    hooks.progress('locate', 0.5);
    hooks.found({ transcript: { text: 'nod', language: 'en', confidence: 1 } });
    hooks.progress('render', 0.5);
    return RESULT;
  };
  await run(service, id, work);
  const job = await read();
  assert.equal(job.status, 'succeeded');
  assert.equal(job.transcript?.text, 'nod');
  assert.deepEqual(job.report, RESULT.report);
  assert.deepEqual(
    (await service.stored(`results/${id}/`)).map((key) => key.split('/')[2]),
    ['mask.png', 'poster.jpg', 'video.mp4'],
  );

  await run(service, id, work);
  assert.equal(runs, 1);
  assert.deepEqual(await read(), job);
});

test('a worker lost after writing the video is followed by one that writes the same again', async (context) => {
  const { service, id, read } = await accept(context);
  const { put } = service.store;
  service.store.put = async (key, body, options) => {
    const etag = await put(key, body, options);
    if (key.endsWith('video.mp4')) throw new Error('killed here');
    return etag;
  };
  await assert.rejects(
    run(service, id, async () => RESULT),
    /killed here/,
  );
  assert.equal((await read()).status, 'running');
  const before = (await read()).progress;

  service.store.put = put;
  await run(service, id, async () => RESULT);
  const job = await read();
  assert.equal(job.status, 'succeeded');
  assert.equal(job.attempts, 2);
  assert.ok(job.progress.seq > before.seq && job.progress.percent >= before.percent);
  assert.equal((await service.stored(`results/${id}/`)).length, 3);
});

test('a refusal of the pipeline is the end of the job, with what was seen', async (context) => {
  const { service, id, read } = await accept(context);
  const detail = { en: 'No cat.', zh: '没有猫。' };
  await run(service, id, async () => {
    throw new PipelineError('object_not_found', detail, { seen: { labels: ['dog'] } });
  });
  const job = await read();
  assert.equal(job.status, 'failed');
  assert.deepEqual(job.error, {
    code: 'object_not_found',
    detail,
    seen: { labels: ['dog'] },
    retryable: false,
  });
});

test('a crash of the pipeline leaves the job to the next delivery', async (context) => {
  const { service, id, read } = await accept(context);
  await assert.rejects(
    run(service, id, async () => {
      throw new Error('out of memory');
    }),
    /out of memory/,
  );
  assert.equal((await read()).status, 'running');
});

test('a canceled job stops within a second and stays canceled', async (context) => {
  const { service, id, read } = await accept(context);
  let stoppedAfter = Number.POSITIVE_INFINITY;
  const done = run(service, id, async (hooks) => {
    await service.repository.change(OWNER, id, cancel);
    const canceledAt = performance.now();
    while (!hooks.signal.aborted) await sleep(10);
    stoppedAfter = performance.now() - canceledAt;
    throw hooks.signal.reason;
  });
  await done;
  assert.ok(stoppedAfter < 1000, `${stoppedAfter} ms`);
  assert.equal((await read()).status, 'canceled');
});

test('nothing stays of a job that is removed while it runs', async (context) => {
  const { service, id } = await accept(context);
  await run(
    service,
    id,
    async () => {
      await service.repository.remove(OWNER, id);
      return RESULT;
    },
    () => undefined,
  );
  assert.deepEqual(await service.stored(`results/${id}/`), []);
  assert.deepEqual(await service.stored(`files/${id}`), []);
  assert.equal(await service.repository.get(OWNER, id), undefined);
});
