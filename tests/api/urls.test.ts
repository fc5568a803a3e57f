/** Files that a JSON request names by their address. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import request from 'supertest';
import { breakOff, closeEarly, endless, startReceiver, status } from '../receiver.ts';
import { picture, problem, startService, wav } from './helper.ts';

const LOOPBACK = { WAGGLE_ALLOW_LOOPBACK: 'true' };

test('photo, recording and mask are fetched from their addresses', async (t) => {
  const service = await startService(t, LOOPBACK);
  const http = request(service.app.server);
  const files = { image: await picture(), audio: wav(), mask: await picture(64, 48, 'png') };
  const urls = await Promise.all(
    Object.values(files).map(async (file) => ({ url: (await startReceiver(t, (it) => it.end(file))).url })),
  );
  const [image, audio, mask] = urls;
  const { body } = await http.post('/v1/animations').send({ image, audio, mask }).expect(202);
  for (const [name, file] of Object.entries(files)) {
    const stored = await service.store.get(`files/${body.id}.${name}`);
    assert.ok(stored?.body.equals(file), name);
  }
  await http.post('/v1/regions').send({ image, command: 'the cat' }).expect(202);
  await http.post('/v1/commands').send({ audio }).expect(202);
});

test('an address that gives no file is refused by its field, and nothing stays', async (t) => {
  const service = await startService(t, { ...LOOPBACK, WAGGLE_MAX_IMAGE_MB: '1' });
  const http = request(service.app.server);
  const ask = async (url: string) => http.post('/v1/animations').send({ image: { url }, command: 'wave' });
  const good = await startReceiver(t, async (response) => response.end(await picture()));
  const cases = [
    [status(404), '422 url_status'],
    [status(302, { location: good.url }), '422 url_status'],
    [closeEarly, '422 url_unreachable'],
    [breakOff, '422 url_unreachable'],
    [endless, '413 image_too_large'],
    [status(200), '415 image_unsupported'],
  ] as const;
  for (const [answer, expected] of cases) {
    const response = await ask((await startReceiver(t, answer)).url);
    assert.equal(problem(response), expected);
    if (expected.includes('url_')) assert.equal(response.body.errors[0].pointer, '/image/url');
  }
  assert.deepEqual(good.got, [], 'the redirect was not followed');
  for (const url of [
    'http://example.com/a.jpg',
    'https://169.254.169.254/latest/meta-data/',
    'file:///etc/passwd',
  ])
    assert.equal(problem(await ask(url)), '422 url_refused', url);
  assert.deepEqual(await service.stored('files/'), []);
  assert.deepEqual(await service.drafts(), []);
});

test('this machine is no place for a photo, unless it is allowed', async (t) => {
  const { app } = await startService(t);
  const { url, got } = await startReceiver(t, async (response) => response.end(await picture()));
  for (const address of [url, url.replace('http:', 'https:'), url.replace('127.0.0.1', 'localhost')]) {
    const response = await request(app.server)
      .post('/v1/animations')
      .send({ image: { url: address }, command: 'wave' });
    assert.equal(problem(response), '422 url_refused', address);
  }
  assert.deepEqual(got, []);
});

test('a file has one source', async (t) => {
  const { app } = await startService(t);
  const http = request(app.server);
  const both = { upload: 'upl_7zk2v9q4c1xm3w8r5t0bd6fhjnp', url: 'https://example.com/a.jpg' };
  for (const image of [{}, both, { uri: both.url }, both.url]) {
    const response = await http.post('/v1/animations').send({ image, command: 'wave' });
    assert.equal(problem(response), '422 invalid_request');
    assert.match(response.body.errors[0].pointer, /^\/image/);
  }
  const { body: upload } = await http.post('/v1/uploads');
  const response = await http.post(upload.url).send({ file: { url: both.url } });
  assert.equal(problem(response), '415 unsupported_media_type');
});
