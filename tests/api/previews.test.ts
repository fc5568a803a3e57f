import assert from 'node:assert/strict';
import { test } from 'node:test';
import request from 'supertest';
import { find, succeed } from '../../api/jobs/transitions.ts';
import { picture, problem, startService, wav } from './helper.ts';

test('a command preview is typed or spoken, and shows what was understood', async (t) => {
  const service = await startService(t);
  const http = request(service.app.server);
  const typed = await http.post('/v1/commands').send({ command: '让狗摇尾巴', language: 'zh' }).expect(202);
  assert.match(typed.headers.location, /^\/v1\/commands\/cmd_\w{27}$/);
  assert.deepEqual(typed.body.request, { command: '让狗摇尾巴', language: 'zh', clicks: [] });
  await service.work((job, now) => {
    const command = {
      language: 'zh' as const,
      text: '让狗摇尾巴',
      object: { text: '狗', label: 'dog' },
      action: 'wag-tail',
      strength: 'normal',
      prompt: 'dog wags its tail',
      confidence: 0.9,
    };
    return succeed({})(find({ command })(job), now);
  });
  const { body } = await http.get(typed.body.links.self).expect(200);
  assert.equal(body.command.action, 'wag-tail');
  assert.deepEqual(body.links, { self: typed.body.links.self });
  const detected = await http.post('/v1/commands').send({ command: 'wave', language: 'auto' }).expect(202);
  assert.deepEqual(detected.body.request, { command: 'wave', clicks: [] });
  const spoken = await http.post('/v1/commands').attach('audio', wav(), 'a.wav').expect(202);
  assert.deepEqual(await service.stored('files/'), [`files/${spoken.body.id}.audio`]);
  assert.equal(problem(await http.post('/v1/commands').send({})), '422 command_missing');
  assert.equal(
    problem(await http.post('/v1/commands').attach('audio', wav(), 'a.wav').field('command', 'x')),
    '422 audio_and_command',
  );
  assert.equal(
    problem(await http.post('/v1/commands').send({ command: 'x', seed: 1 })),
    '422 invalid_request',
  );
  await http.delete(typed.body.links.self).expect(204);
});

test('a command in another language shows what was said, and what it means in English', async (t) => {
  const service = await startService(t);
  const http = request(service.app.server);
  const spoken = await http.post('/v1/commands').attach('audio', wav(), 'a.wav').expect(202);
  const transcript = {
    text: 'Fais bouger le chien.',
    language: 'fr',
    translation: 'Make the dog move.',
    confidence: 0.8,
  };
  await service.work((job, now) => succeed({})(find({ transcript })(job), now));
  const { body } = await http.get(spoken.body.links.self).expect(200);
  assert.deepEqual(body.transcript, transcript);
});

test('a region preview needs a click or a word, and gives a mask', async (t) => {
  const service = await startService(t);
  const http = request(service.app.server);
  const photo = await picture();
  const created = await http
    .post('/v1/regions')
    .attach('image', photo, 'a.jpg')
    .field('clicks', '[{"x":0.1,"y":0.9}]');
  assert.equal(created.status, 202);
  const mask = await picture(64, 48, 'png');
  await service.work((job, now) => {
    const box = { x: 0, y: 0, width: 0.5, height: 0.5 };
    const region = { label: 'cat', score: 0.7, source: 'click' as const, box, alternatives: [] };
    const key = `results/${job.id}/mask.png`;
    return succeed({ mask: { key, contentType: 'image/png', bytes: mask.length } })(
      find({ region })(job),
      now,
    );
  });
  await service.store.put(`results/${created.body.id}/mask.png`, mask, { contentType: 'image/png' });
  const { body } = await http.get(created.body.links.self).expect(200);
  assert.equal(body.region.label, 'cat');
  const answer = await http.get(body.links.mask).buffer(true).expect(200).expect('content-type', 'image/png');
  assert.ok(mask.equals(answer.body));
  assert.equal(problem(await http.post('/v1/regions').attach('image', mask, 'a.png')), '422 target_missing');
  assert.equal(problem(await http.post('/v1/regions').field('command', 'the cat')), '422 image_missing');
});

test('a job is found only where it belongs', async (t) => {
  const service = await startService(t);
  const http = request(service.app.server);
  const { body } = await http.post('/v1/commands').send({ command: 'wave' });
  assert.equal(problem(await http.get(`/v1/animations/${body.id}`)), '404 not_found');
  assert.equal(problem(await http.get(`/v1/regions/${body.id}`)), '404 not_found');
  assert.deepEqual((await http.get('/v1/animations')).body, { jobs: [], next: null });
});
