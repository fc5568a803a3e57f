import assert from 'node:assert/strict';
import { test } from 'node:test';
import request from 'supertest';
import { advance, fail, start } from '../../api/jobs/transitions.ts';
import { picture, problem, startService, wav } from './helper.ts';

test('an animation is accepted, worked on and read', async (t) => {
  const service = await startService(t);
  const http = request(service.app.server);
  const created = await http
    .post('/v1/animations')
    .attach('image', await picture(), 'photo.jpg')
    .field({ command: 'make it wave', clicks: '[{"x":0.5,"y":0.25}]', magnitude: '1.5', loop: 'true' });
  assert.equal(created.status, 202);
  const job = created.body;
  assert.equal(created.headers.location, `/v1/animations/${job.id}`);
  assert.equal(job.status, 'queued');
  assert.equal(job.progress.queuePosition, 0);
  assert.equal(typeof job.request.seed, 'number');
  assert.deepEqual(
    { ...job.request, seed: 0 },
    {
      command: 'make it wave', clicks: [{ x: 0.5, y: 0.25 }], magnitude: 1.5, loop: true, seed: 0, seconds: 2, fps: 24,
      size: 720, format: 'mp4', sheet: false, animator: 'flow',
    }, // biome-ignore format: a request and its defaults
  );
  assert.equal(JSON.stringify(job).includes('owner'), false);
  assert.equal(JSON.stringify(job).includes('files/'), false);

  await service.work();
  const { body: done } = await http.get(job.links.self).expect(200);
  assert.equal(done.status, 'succeeded');
  assert.equal(done.progress.percent, 100);
  assert.equal(done.progress.stage, 'done');
  assert.equal(done.links.video, `/v1/animations/${job.id}/video`);
  assert.equal(done.links.cancel, undefined);
  assert.equal(done.notes[0].detail, 'Only the first frame was used.');
  const { body: chinese } = await http.get(job.links.self).set('accept-language', 'zh-CN,zh;q=0.9');
  assert.equal(chinese.notes[0].detail, '只使用了第一帧。');
});

test('a spoken command is kept beside the photo', async (t) => {
  const service = await startService(t);
  const { body } = await request(service.app.server)
    .post('/v1/animations')
    .attach('image', await picture(), 'photo.jpg')
    .attach('audio', wav(), 'command.wav')
    .expect(202);
  assert.deepEqual(await service.stored('files/'), [`files/${body.id}.audio`, `files/${body.id}.image`]);
  const stored = await service.repository.get('local', body.id);
  assert.equal(stored?.inputs.audio?.contentType, 'audio/wav');
  assert.equal(stored?.inputs.image?.contentType, 'image/jpeg');
});

test('Prefer: wait answers with the ended job, or with the job as it is', async (t) => {
  const service = await startService(t);
  const http = request(service.app.server);
  const image = await picture();
  const [waited] = await Promise.all([
    http
      .post('/v1/animations')
      .set('prefer', 'wait=20')
      .attach('image', image, 'a.jpg')
      .field('command', 'wave'),
    service.work(),
  ]);
  assert.equal(waited.status, 200);
  assert.equal(waited.body.status, 'succeeded');
  assert.equal(waited.headers['preference-applied'], 'wait=20');
  const impatient = await http
    .post('/v1/animations')
    .set('prefer', 'respond-async, wait=1')
    .attach('image', image, 'a.jpg')
    .field('command', 'wave');
  assert.equal(impatient.status, 202);
  assert.equal(impatient.body.status, 'queued');
});

test('a failed job says why, in the same words everywhere', async (t) => {
  const service = await startService(t);
  const http = request(service.app.server);
  const { body } = await http
    .post('/v1/animations')
    .attach('image', await picture(), 'a.jpg')
    .field('command', 'fly');
  await service.work(
    fail({
      code: 'object_not_found',
      detail: { en: 'There is no bird, but a cat.', zh: '没有鸟，只有一只猫。' },
      retryable: false,
      seen: { labels: ['cat'] },
    }),
  );
  const { body: job } = await http.get(body.links.self);
  assert.equal(job.status, 'failed');
  assert.equal(job.error.code, 'object_not_found');
  assert.equal(job.error.detail, 'There is no bird, but a cat.');
  assert.deepEqual(job.error.seen, { labels: ['cat'] });
  const video = await http.get(`${body.links.self}/video`).set('accept-language', 'zh');
  assert.equal(problem(video), '409 object_not_found');
  assert.equal(video.body.detail, '没有鸟，只有一只猫。');
});

test('a canceled job is canceled at once and for good', async (t) => {
  const service = await startService(t);
  const http = request(service.app.server);
  const { body } = await http
    .post('/v1/animations')
    .attach('image', await picture(), 'a.jpg')
    .field('command', 'fly');
  const canceled = await http.post(body.links.cancel).expect(200);
  assert.equal(canceled.body.status, 'canceled');
  const again = await http.post(body.links.cancel).expect(200);
  assert.equal(again.body.progress.seq, canceled.body.progress.seq);
  const late = advance({ stage: 'render', percent: 80, etaSeconds: 1 });
  await assert.rejects(service.repository.change('local', body.id, late), { code: 'job_final' });
  assert.equal(problem(await http.get(`${body.links.self}/video`)), '409 canceled');
});

test('an ended job cannot be canceled', async (t) => {
  const service = await startService(t);
  const http = request(service.app.server);
  const { body } = await http
    .post('/v1/animations')
    .attach('image', await picture(), 'a.jpg')
    .field('command', 'fly');
  await service.work();
  assert.equal(problem(await http.post(`${body.links.self}/cancel`)), '409 job_final');
});

test('DELETE leaves nothing, also of a job that is going on; of one that waits, its id for a while', async (t) => {
  const service = await startService(t);
  const http = request(service.app.server);
  const { repository, queue } = service;
  for (const state of ['queued', 'running', 'succeeded']) {
    const { body } = await http
      .post('/v1/animations')
      .set('idempotency-key', `key-${state}`)
      .attach('image', await picture(), 'a.jpg')
      .field('command', 'fly');
    if (state === 'succeeded') await service.work();
    else await queue.receive({ max: 1, waitSeconds: 5, visibilitySeconds: 60 });
    if (state === 'running') await repository.change('local', body.id, start);
    await http.delete(body.links.self).expect(204);
    assert.equal(problem(await http.get(body.links.self)), '404 not_found');
    assert.deepEqual((await http.get('/v1/animations')).body.jobs, []);
    if (state === 'queued') {
      const begun = performance.now();
      assert.equal(await repository.awaited('local', body.id), undefined);
      assert.ok(performance.now() - begun < 1000, 'its message is let go at once');
      assert.equal(String((await service.store.get(`jobs/local/${body.id}.json`))?.body), '{"never":true}');
      service.clock.offset = 2 * 60 * 60 * 1000;
      await repository.sweep();
      service.clock.offset = 0;
    }
    for (const prefix of ['jobs/', 'files/', 'results/', 'idempotency/']) {
      assert.deepEqual(await service.stored(prefix), [], prefix);
    }
  }
});

test('the list is newest first and goes on by cursor', async (t) => {
  const service = await startService(t);
  const http = request(service.app.server);
  const image = await picture();
  const ids: string[] = [];
  for (let count = 0; count < 5; count += 1) {
    const { body } = await http
      .post('/v1/animations')
      .attach('image', image, 'a.jpg')
      .field('command', 'fly');
    ids.unshift(body.id);
  }
  const seen: string[] = [];
  for (let cursor = ''; ; ) {
    const { body } = await http.get(`/v1/animations?limit=2${cursor}`).expect(200);
    seen.push(...body.jobs.map((job: { id: string }) => job.id));
    if (body.next === null) break;
    cursor = `&cursor=${body.next}`;
  }
  assert.deepEqual(seen, ids);
  assert.equal(problem(await http.get('/v1/animations?cursor=../../etc')), '422 invalid_request');
  assert.equal(problem(await http.get('/v1/animations?limit=1000')), '422 invalid_request');
});

test('results and inputs go when their time is over', async (t) => {
  const service = await startService(t);
  const http = request(service.app.server);
  const { body } = await http
    .post('/v1/animations')
    .attach('image', await picture(), 'a.jpg')
    .field('command', 'fly');
  await service.work();
  service.clock.offset = 8 * 86_400_000;
  assert.equal(problem(await http.get(`${body.links.self}/video`)), '410 expired');
  const { body: job } = await http.get(body.links.self).expect(200);
  assert.equal(job.status, 'expired');
  assert.deepEqual(await service.stored('files/'), []);
  assert.deepEqual(await service.stored('results/'), []);
  service.clock.offset = 15 * 86_400_000;
  await service.repository.sweep();
  assert.equal(problem(await http.get(body.links.self)), '404 not_found');
});
