import assert from 'node:assert/strict';
import { test } from 'node:test';
import request from 'supertest';
import { picture, problem, startService, wav } from './helper.ts';

test('files sent ahead are used by a JSON request, more than once', async (t) => {
  const service = await startService(t);
  const http = request(service.app.server);
  const send = async (file: Buffer) => {
    const { body, headers } = await http.post('/v1/uploads').expect(201);
    assert.equal(headers.location, body.url);
    assert.equal(body.method, 'POST');
    await http[body.method.toLowerCase() as 'post'](body.url)
      .field(body.fields)
      .attach(body.fileField, file, 'file')
      .expect(204);
    return { upload: body.id as string };
  };
  const image = await send(await picture());
  const audio = await send(wav());
  const mask = await send(await picture(64, 48, 'png'));
  const { body } = await http.post('/v1/animations').send({ image, audio, mask, magnitude: 2 }).expect(202);
  const job = await service.repository.get('local', body.id);
  assert.equal(job?.inputs.image?.contentType, 'image/jpeg');
  assert.equal(job.inputs.audio?.contentType, 'audio/wav');
  assert.equal(job.inputs.mask?.contentType, 'image/png');
  await http
    .post('/v1/regions')
    .send({ image, clicks: [{ x: 0.5, y: 0.5 }] })
    .expect(202);
  assert.equal(
    problem(await http.post('/v1/animations').send({ image: audio, command: 'x' })),
    '415 image_unsupported',
  );
});

test('an upload is filled once, in time, with one file', async (t) => {
  const service = await startService(t, { WAGGLE_MAX_IMAGE_MB: '1', WAGGLE_MAX_AUDIO_MB: '1' });
  const http = request(service.app.server);
  const image = await picture();
  const { body } = await http.post('/v1/uploads');
  assert.equal(problem(await http.post(body.url).field('file', 'text')), '422 upload_missing');
  assert.equal(
    problem(await http.post(body.url).attach('file', Buffer.alloc(1024 * 1024 + 10), 'a')),
    '413 body_too_large',
  );
  await http.post(body.url).attach('file', image, 'a.jpg').expect(204);
  assert.equal(problem(await http.post(body.url).attach('file', image, 'a.jpg')), '409 upload_exists');
  assert.equal(
    problem(await http.post('/v1/uploads/upl_nonsense').attach('file', image, 'a.jpg')),
    '404 not_found',
  );
  const { body: late } = await http.post('/v1/uploads');
  service.clock.offset = 2 * 60 * 60 * 1000;
  assert.equal(problem(await http.post(late.url).attach('file', image, 'a.jpg')), '410 expired');
  assert.deepEqual(await service.stored('files/'), []);
  service.clock.offset = 25 * 60 * 60 * 1000;
  await service.repository.sweep();
  assert.deepEqual(await service.stored('uploads/'), []);
});

test('what is not an upload is said so', async (t) => {
  const service = await startService(t);
  const http = request(service.app.server);
  const { body: unfilled } = await http.post('/v1/uploads');
  for (const upload of [unfilled.id, '../../jobs', '']) {
    const response = await http.post('/v1/animations').send({ image: { upload }, command: 'wave' });
    assert.equal(problem(response), '422 upload_not_found');
    assert.equal(response.body.errors[0].pointer, '/image/upload');
  }
  const wrong = await http
    .post('/v1/animations')
    .send({ image: 'https://example.com/a.jpg', command: 'wave' });
  assert.equal(problem(wrong), '422 invalid_request');
  const strict = await http
    .post('/v1/animations')
    .send({ image: { upload: unfilled.id }, command: 'x', magnitude: '2' });
  assert.equal(problem(strict), '422 invalid_request');
});
