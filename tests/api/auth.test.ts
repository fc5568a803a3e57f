import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';
import { hashKey, newKey } from '../../infra/keys.ts';
import { picture, problem, startService } from './helper.ts';

const alice = newKey();
const bob = newKey();
const env = { WAGGLE_API_KEYS: `alice:${hashKey(alice)}, bob:${hashKey(bob)}` };
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

test('a key is needed for everything but health, documents and problems', async (t) => {
  const { app } = await startService(t, env);
  const http = request(app.server);
  for (const headers of [
    {},
    bearer('wrong'),
    bearer(hashKey(alice)),
    { authorization: `Basic ${alice}` },
    { authorization: 'Bearer ' },
  ]) {
    const response = await http.get('/v1/animations').set(headers);
    assert.equal(problem(response), '401 unauthorized');
    assert.match(response.headers['www-authenticate'], /^Bearer/);
  }
  assert.equal(
    problem(await http.post('/v1/animations').attach('image', await picture(), 'a.jpg')),
    '401 unauthorized',
  );
  await http.get('/v1/animations').set(bearer(alice)).expect(200);
  for (const path of ['/healthz', '/readyz', '/docs/json', '/problems/no_speech'])
    await http.get(path).expect(200);
  assert.equal(problem(await http.get('/v1/nothing')), '404 not_found');
});

test("another owner's job is as if it were not there", async (t) => {
  const { app, work } = await startService(t, env);
  const http = request(app.server);
  const { body } = await http
    .post('/v1/animations')
    .set(bearer(alice))
    .attach('image', await picture(), 'a.jpg')
    .field('command', 'x');
  await work();
  const { self } = body.links;
  const nothing = await http.get(self.replace(/.{5}$/, '00000')).set(bearer(bob));
  for (const path of [self, `${self}/video`, `${self}/events`, `${self}/mask`]) {
    const response = await http.get(path).set(bearer(bob));
    assert.equal(problem(response), '404 not_found', path);
    assert.deepEqual(response.body, nothing.body);
  }
  assert.equal(problem(await http.post(`${self}/cancel`).set(bearer(bob))), '404 not_found');
  assert.equal(problem(await http.delete(self).set(bearer(bob))), '404 not_found');
  const list = async (key: string) => (await http.get('/v1/animations').set(bearer(key))).body.jobs.length;
  assert.equal(await list(alice), 1);
  assert.equal(await list(bob), 0);
  await http.get(`${self}/video`).set(bearer(alice)).expect(200);
});

test("another owner's upload cannot be used, nor their idempotency key", async (t) => {
  const { app } = await startService(t, env);
  const http = request(app.server);
  const { body: upload } = await http.post('/v1/uploads').set(bearer(alice)).expect(201);
  await http
    .post(upload.url)
    .set(bearer(alice))
    .attach('file', await picture(), 'a.jpg')
    .expect(204);
  const json = { image: { upload: upload.id }, command: 'wave' };
  const create = (key: string) =>
    http.post('/v1/animations').set(bearer(key)).set('idempotency-key', 'same').send(json);
  assert.equal(problem(await create(bob)), '422 upload_not_found');
  assert.equal((await create(alice)).status, 202);
});

test('without keys, only pages and programs of this machine are answered', async (t) => {
  const { app } = await startService(t);
  const http = request(app.server);
  const foreign = [
    { host: 'attacker.example' },
    { host: 'attacker.example:8080', origin: 'http://attacker.example:8080' },
    { host: '127.0.0.1:8080', origin: 'https://attacker.example' },
    { host: '127.0.0.1:8080', origin: 'null' },
  ];
  for (const headers of foreign) {
    assert.equal(problem(await http.get('/v1/animations').set(headers)), '403 forbidden_origin');
  }
  for (const host of ['127.0.0.1:8080', 'localhost:8080', '[::1]:8080']) {
    await http
      .get('/v1/animations')
      .set({ host, origin: `http://${host}` })
      .expect(200);
  }
});

test('requests beyond the limit are told when to come back', async (t) => {
  const { app } = await startService(t, { ...env, WAGGLE_RATE_LIMIT: '3' });
  const http = request(app.server);
  const first = await http.get('/v1/animations').set(bearer(alice)).expect(200);
  assert.equal(first.headers['ratelimit-limit'], '3');
  assert.equal(first.headers['ratelimit-remaining'], '2');
  assert.ok(Number(first.headers['ratelimit-reset']) > 0);
  await http.get('/v1/animations').set(bearer(alice)).expect(200);
  await http.get('/v1/animations').set(bearer(alice)).expect(200);
  const refused = await http.get('/v1/animations').set(bearer(alice));
  assert.equal(problem(refused), '429 rate_limited');
  assert.ok(Number(refused.headers['retry-after']) > 0);
  await http.get('/v1/animations').set(bearer(bob)).expect(200);
  for (let count = 0; count < 5; count += 1) await http.get('/healthz').expect(200);
});

test('while the process is behind with its work, requests are told to come back, and its health is still told', async (t) => {
  const { app } = await startService(t);
  const http = request(app.server);
  const block = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3000);
  block();
  await sleep(5); // timers that were due meanwhile see how late they are
  const refused = await http.get('/v1/animations');
  assert.equal(problem(refused), '503 overloaded');
  assert.ok(Number(refused.headers['retry-after']) > 0);
  await http.get('/healthz').expect(200);
  let answer = refused;
  for (const end = Date.now() + 20_000; answer.status === 503 && Date.now() < end; await sleep(200))
    answer = await http.get('/v1/animations');
  assert.equal(answer.status, 200);
});
