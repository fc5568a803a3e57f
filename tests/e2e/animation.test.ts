/** The embedded service with its real models: a photo and a typed command in, a video out. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { Webhook } from 'standardwebhooks';
import request from 'supertest';
import { type LocalService, startLocal } from '../../handlers/local.ts';
import { loadConfig } from '../../infra/config.ts';
import { ok, startReceiver } from '../receiver.ts';

const CHELSEA = await readFile(new URL('../../examples/photos/chelsea.jpg', import.meta.url));
let service: LocalService;
let data: string;

before(async () => {
  data = await mkdtemp(join(tmpdir(), 'waggle-e2e-'));
  const env = { WAGGLE_PORT: '0', WAGGLE_LOG_LEVEL: 'error', WAGGLE_ALLOW_LOOPBACK: 'true' };
  service = await startLocal(loadConfig({ WAGGLE_DATA: data, ...env }));
  await service.ready();
});
after(async () => {
  await service.stop();
  await rm(data, { recursive: true });
});

const api = () => request(service.url);
const small = { seconds: '1', fps: '8', size: '256', seed: '7' };

function post(fields: Record<string, string>, image: Buffer = CHELSEA) {
  const sent = api().post('/v1/animations').attach('image', image, 'photo.jpg');
  for (const [name, value] of Object.entries({ ...small, ...fields })) sent.field(name, value);
  return sent;
}

/** Waits for the end of the job. */
async function finish(id: string) {
  const events = await api().get(`/v1/animations/${id}/events`).buffer(true);
  const progress = [...events.text.matchAll(/^data: ?(.*)$/gm)].map((match) => {
    const data = JSON.parse(match[1]);
    return data.progress ?? data; // the last event is the whole job
  });
  return { progress, job: (await api().get(`/v1/animations/${id}`)).body };
}

async function animate(fields: Record<string, string>, image?: Buffer) {
  const created = await post(fields, image);
  assert.equal(created.status, 202, JSON.stringify(created.body));
  return finish(created.body.id);
}

test('a sheet that was asked for is a result of its own, and an excluded click takes away', async () => {
  const { job } = await animate({
    command: 'make the cat nod',
    clicks: '[{"x":0.5,"y":0.5},{"x":0.98,"y":0.9,"exclude":true}]',
    sheet: 'true',
  });
  assert.equal(job.status, 'succeeded', JSON.stringify(job.error));
  assert.equal(job.request.clicks[1].exclude, true);
  const { body, headers } = await api().get(job.links.sheet).expect(200);
  assert.equal(headers['content-type'], 'image/jpeg');
  const { width, height } = await sharp(body).metadata();
  assert.ok(width > 4 * 200 && height > 3 * 120, `${width} x ${height}`);
});

test('a cat turns its head: progress, findings, report, video', async () => {
  const { job, progress } = await animate({ command: 'make the cat turn its head' });
  assert.equal(job.status, 'succeeded', JSON.stringify(job.error));
  assert.equal(job.command.action, 'turn-head');
  assert.equal(job.region.label, 'cat');
  assert.equal(job.report.outside, 0);
  assert.equal(job.report.firstFrame, 0);
  assert.ok(job.report.motion > 0.3, `it moves: ${job.report.motion}`);
  const { asked, measured, clamped } = job.report.magnitude;
  // A face that fills the picture may not turn as far as was asked: then the report and a note say so.
  const told = clamped && job.notes.some((note: { code: string }) => note.code === 'motion_damped');
  const right = told ? measured > 0.5 * asked && measured < asked : Math.abs(measured - asked) < 0.1 * asked;
  assert.ok(right, `asked ${asked}, measured ${measured}`);
  for (const stage of ['locate', 'animate', 'render']) assert.ok(job.report.msPerStage[stage] > 0);

  const percents = progress.map((it) => it.percent);
  assert.deepEqual(
    percents,
    percents.toSorted((a, b) => a - b),
    'progress never goes back',
  );
  assert.equal(percents.at(-1), 100);

  const video = await api().get(`/v1/animations/${job.id}/video`).responseType('blob');
  assert.equal(video.headers['content-type'], 'video/mp4');
  assert.equal(video.body.subarray(4, 8).toString(), 'ftyp');
  const part = await api()
    .get(`/v1/animations/${job.id}/video`)
    .set('range', 'bytes=0-99')
    .responseType('blob');
  assert.equal(part.status, 206);
  assert.deepEqual(part.body, video.body.subarray(0, 100));
  const mask = await sharp(
    (await api().get(`/v1/animations/${job.id}/mask`).responseType('blob')).body,
  ).metadata();
  assert.equal(mask.width, 256);
});

test('a photo by its address, and the end by webhook, signed', async (context) => {
  const photo = await startReceiver(context, (response) => response.end(CHELSEA));
  const { url, got } = await startReceiver(context, ok);
  const { body: secret } = await api().get('/v1/webhook-secret');
  const created = await api()
    .post('/v1/animations')
    .send({
      image: { url: photo.url },
      command: 'make the cat nod',
      seconds: 1,
      fps: 8,
      size: 256,
      webhook: { url },
    });
  assert.equal(created.status, 202, JSON.stringify(created.body));
  const { job } = await finish(created.body.id);
  assert.equal(job.status, 'succeeded', JSON.stringify(job.error));
  for (const end = Date.now() + 10_000; got.length < 2 && Date.now() < end; await sleep(20));
  const events = got.map(({ body, headers }) =>
    new Webhook(secret.secret).verify(body, headers as Record<string, string>),
  ) as { type: string; data: unknown }[];
  const succeeded = events.find(({ type }) => type === 'animation.succeeded');
  assert.deepEqual(succeeded?.data, job);
  assert.ok(events.some(({ type }) => type === 'animation.started'));
});

test('the same seed gives the same video, another seed another', async () => {
  const videos = [];
  for (const seed of ['1', '1', '2']) {
    const { job } = await animate({ command: '让小猫点点头', seed, format: 'webp' });
    assert.equal(job.status, 'succeeded', JSON.stringify(job.error));
    videos.push((await api().get(`/v1/animations/${job.id}/video`).responseType('blob')).body as Buffer);
  }
  assert.ok(videos[0].equals(videos[1]));
  assert.ok(!videos[0].equals(videos[2]));
});

test('what cannot be done says why, in the language that was asked for', async () => {
  const cases: [Record<string, string>, string, Buffer?][] = [
    [{ command: 'what time is it?' }, 'not_a_command'],
    [{ command: 'make the elephant walk' }, 'object_not_found'],
    [{ command: 'make the dog nod', clicks: '[{"x":0.5,"y":0.5}]' }, 'click_and_words_disagree'],
    [{ command: 'make the cat flap its wings' }, 'action_not_possible'],
    [{ command: 'make it nod' }, 'image_unreadable', CHELSEA.subarray(0, CHELSEA.length >> 1)],
  ];
  for (const [fields, code, image] of cases) {
    const created = await post(fields, image);
    assert.equal(created.status, 202, JSON.stringify(created.body));
    await finish(created.body.id);
    const job = (await api().get(`/v1/animations/${created.body.id}`).set('accept-language', 'zh')).body;
    assert.equal(job.status, 'failed', fields.command);
    assert.equal(job.error.code, code, fields.command);
    assert.match(job.error.detail, /\p{Script=Han}/u);
  }
});

test('twenty jobs at once all finish, in order', async () => {
  const ids: string[] = [];
  for (let k = 0; k < 20; k++) {
    const sent = api()
      .post('/v1/regions')
      .attach('image', CHELSEA, 'chelsea.jpg')
      .field('command', 'the cat');
    ids.push((await sent).body.id);
  }
  const waiting = (await api().get(`/v1/regions/${ids[19]}`)).body.progress;
  assert.ok(waiting.queuePosition >= 5, `it waits behind others: ${JSON.stringify(waiting)}`);
  const jobs = [];
  for (const id of ids) {
    for (;;) {
      const job = (await api().get(`/v1/regions/${id}`)).body;
      if (job.finishedAt) {
        jobs.push(job);
        break;
      }
    }
  }
  assert.deepEqual(new Set(jobs.map((job) => job.status)), new Set(['succeeded']));
  const ends = jobs.map((job) => job.finishedAt);
  assert.deepEqual(ends, ends.toSorted());
  assert.equal(jobs[0].region.label, 'cat');
});

test('a region preview shows the silhouette before anything is spent', async () => {
  const created = await api()
    .post('/v1/regions')
    .set('prefer', 'wait=25')
    .attach('image', CHELSEA, 'chelsea.jpg')
    .field('clicks', '[{"x":0.5,"y":0.5}]');
  assert.equal(created.status, 200, JSON.stringify(created.body));
  assert.equal(created.body.region.label, 'cat');
  const [best] = created.body.region.candidates;
  assert.deepEqual([best.label, best.reason], ['cat', 'chosen']);
  assert.ok(best.click > 0.5 && best.fit > 0 && best.box.width < 1);
});
