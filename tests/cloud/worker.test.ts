import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { ok, startReceiver } from '../receiver.ts';
import { mask, photo, REQUEST } from './animation.ts';
import { startCloud } from './service.ts';

test('a picture sent to the bucket and a typed command become a video at a signed link', async (context) => {
  const { http, worker, until, bucket, queues, webhooks } = await startCloud(context);
  const heartbeat = join(await mkdtemp(join(tmpdir(), 'waggle-heartbeat-')), 'beat');
  context.after(() => rm(dirname(heartbeat), { recursive: true }));
  worker({ WAGGLE_HEARTBEAT_FILE: heartbeat });
  const upload = async (file: Buffer) => {
    const { body } = await http.post('/v1/uploads').expect(201);
    const form = new FormData();
    for (const [name, value] of Object.entries(body.fields)) form.append(name, value as string);
    form.append(body.fileField, new Blob([new Uint8Array(file)]), 'file');
    const sent = await fetch(body.url, { method: body.method, body: form });
    assert.equal(sent.status, 204, await sent.text());
    return { upload: body.id as string };
  };
  const image = await upload(await photo());
  const { command, seconds, fps, size } = REQUEST;
  const words = { command, seconds, fps, size };
  const { url, got } = await startReceiver(context, ok);
  const webhook = { url, events: ['animation.succeeded'] };
  const { body: created } = await http
    .post('/v1/animations')
    .send({ image, mask: await upload(await mask()), webhook, ...words })
    .expect(202);

  const events = await http.get(`/v1/animations/${created.id}/events`).buffer(true);
  assert.match(events.text, /event: progress[\s\S]*event: finished/);
  const job = await until(created.id, (it) => it.finishedAt !== undefined);
  assert.equal(job.status, 'succeeded', JSON.stringify(job.error));
  assert.equal(job.attempts, 1);
  assert.equal(job.report?.outside, 0);
  assert.ok(Date.now() - (await stat(heartbeat)).mtimeMs < 60_000, 'its container counts as healthy');

  const { headers } = await http.get(`/v1/animations/${job.id}/video`).expect(302);
  const video = Buffer.from(await (await fetch(headers.location)).arrayBuffer());
  assert.equal(video.subarray(4, 8).toString(), 'ftyp');
  assert.equal(video.length, job.results.video?.bytes);
  const poster = await http.get(`/v1/animations/${job.id}/poster`).redirects(1).responseType('blob');
  assert.equal((await sharp(poster.body).metadata()).width, size);

  await webhooks.drained();
  assert.equal(got.length, 1);
  assert.equal(JSON.parse(got[0].body).data.id, job.id);

  assert.equal((await bucket.store.list(`results/${job.id}/`, { limit: 10 })).length, 3);
  await queues.drained();
  await http.delete(`/v1/animations/${job.id}`).expect(204);
  const left = await bucket.store.list('', { limit: 10 });
  assert.deepEqual(
    left.filter((key) => !/^(uploads|secrets)\//.test(key)),
    [],
  );
});

test('a worker told to stop finishes the job at hand and leaves the next', async (context) => {
  const service = await startCloud(context);
  const worker = service.worker();
  const [first, second] = [await service.post(), await service.post()];
  await Promise.race([first, second].map((id) => service.until(id, (job) => job.status === 'running')));
  worker.kill('SIGTERM');
  const [code] = await once(worker, 'exit');
  assert.equal(code, 0);
  const jobs = await Promise.all([first, second].map(service.job));
  assert.deepEqual(jobs.map((job) => job.status).sort(), ['queued', 'succeeded']);
});
