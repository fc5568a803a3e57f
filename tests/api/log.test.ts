/** The log of requests: one line each, with the ids of request and job, and no secret from wherever it was sent. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';
import { hashKey, newKey } from '../../infra/keys.ts';
import { createLogger } from '../../infra/log.ts';
import { hang, startReceiver, status } from '../receiver.ts';
import { picture, startService } from './helper.ts';

async function begin(context: TestContext, env: Record<string, string> = {}) {
  const text: string[] = [];
  const log = createLogger('trace', { write: (line: string) => text.push(line) });
  const service = await startService(context, env, log);
  const lines = () => text.map((line) => JSON.parse(line));
  /** Those about requests. */
  const answered = () => lines().filter(({ path }) => path !== undefined);
  return { service, text, lines, answered };
}

/** The line is written when the connection is done with the answer. */
async function until(holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 5000; Date.now() < end; await sleep(5)) if (holds()) return;
  assert.fail('not within 5 s');
}

test('a request is one line, with its id, its job and how it went', async (context) => {
  const { service, answered } = await begin(context);
  const http = request(service.app.server);
  const accepted = await http
    .post('/v1/animations')
    .attach('image', await picture(), 'a.jpg')
    .field('command', 'wave')
    .expect(202);
  const { id } = accepted.body;
  const read = await http.get(`/v1/animations/${id}?a=b`).expect(200);
  const missing = await http.get('/nothing/here').expect(404);
  const foreign = await http.get(`/v1/animations/${id.slice(0, -1)}`).expect(404);
  const empty = await http.post('/v1/animations').send({}).expect(422);
  const answers = [accepted, read, missing, foreign, empty];
  await until(() => answered().length === 5);
  const brief = answered().map(({ method, path, status: code, jobId, reqId }) => [
    method,
    path,
    code,
    jobId,
    reqId,
  ]);
  const ids = answers.map(({ headers }) => headers['x-request-id']);
  assert.deepEqual(brief, [
    ['POST', '/v1/animations', 202, id, ids[0]],
    ['GET', `/v1/animations/${id}`, 200, id, ids[1]],
    ['GET', '/nothing/here', 404, undefined, ids[2]],
    ['GET', `/v1/animations/${id.slice(0, -1)}`, 404, undefined, ids[3]],
    ['POST', '/v1/animations', 422, undefined, ids[4]],
  ]);
  assert.equal(new Set(ids).size, 5);
  assert.ok(ids.every((it) => /^[0-9a-f-]{36}$/.test(it)));
});

test('an equal request is a line of the job that there was', async (context) => {
  const { service, answered } = await begin(context);
  const ask = async () =>
    request(service.app.server)
      .post('/v1/animations')
      .set('idempotency-key', 'once')
      .attach('image', await picture(), 'a.jpg')
      .field('command', 'wave')
      .expect(202);
  const { id } = (await ask()).body;
  await ask();
  await until(() => answered().length === 2);
  assert.deepEqual(
    answered().map(({ jobId }) => jobId),
    [id, id],
  );
});

test('a caller who leaves before the end of the answer is seen to leave', async (context) => {
  const { service, answered } = await begin(context);
  const base = await service.app.listen({ host: '127.0.0.1', port: 0 });
  const accepted = await request(base)
    .post('/v1/animations')
    .attach('image', await picture(), 'a.jpg')
    .field('command', 'wave');
  const { id } = accepted.body;
  const { port, host } = new URL(base);
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(`GET /v1/animations/${id}/events HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  await new Promise((resolve) => socket.once('data', resolve));
  socket.destroy();
  await until(() => answered().length === 2);
  const [, line] = answered();
  assert.equal(line.msg, 'A request was left before its answer ended.');
  assert.deepEqual([line.status, line.jobId], [200, id]);
});

test('no secret is in the log, in whatever place it was sent and however that went', async (context) => {
  const key = newKey();
  const { service, text, lines } = await begin(context, {
    WAGGLE_API_KEYS: `ann:${hashKey(key)}`,
    WAGGLE_ALLOW_LOOPBACK: 'true',
  });
  const http = request(service.app.server);
  const secrets = [key];
  /** A new one each time, with nothing in it that could be known as a secret by its form. */
  const secret = (name: string) => {
    const value = `sesame-${name}-${secrets.length}`;
    secrets.push(value);
    return value;
  };
  const ask = async (path: string) =>
    http
      .get(`${path}?token=${secret('query')}`)
      .set('authorization', `Bearer ${key}`)
      .set('cookie', `session=${secret('cookie')}`)
      .set('x-api-key', secret('header'))
      .set('idempotency-key', secret('idempotency'));

  await http
    .get('/v1/animations')
    .set('authorization', `Bearer ${secret('wrong-key')}`)
    .expect(401);
  await http
    .get('/v1/animations')
    .set('authorization', `Basic ${secret('basic')}`)
    .expect(401);
  await http.get(`/nowhere?api_key=${secret('lost')}`).expect(404);

  const photo = await startReceiver(context, status(403), hang);
  const withSecret = (address: string) => {
    const url = new URL(address);
    url.searchParams.set('X-Amz-Signature', secret('signature'));
    return url.href;
  };
  const json = (image: string, webhook: string) =>
    http
      .post('/v1/animations')
      .set('authorization', `Bearer ${key}`)
      .send({ image: { url: image }, command: 'wave', webhook: { url: webhook } });
  const callback = withSecret('https://example.com/hook');
  await json(withSecret(photo.url), callback).expect(422);
  await json(`https://ann:${secret('password')}@example.com/a.jpg`, callback).expect(422);
  await json(withSecret(photo.url), `https://ann:${secret('password')}@example.com/`).expect(422);

  const { body } = await http
    .post('/v1/webhook-secret/rotate')
    .set('authorization', `Bearer ${key}`)
    .expect(200);
  secrets.push(body.secret, body.secret.slice(6));

  // Errors that repeat what they were given, in each of the ways in which they reach the log.
  const broken = `GET ${withSecret('https://bucket.example/jobs')} with Bearer ${secret('broken')} and ${key}`;
  const { list, get } = service.store;
  service.store.list = () => Promise.reject(new Error(broken, { cause: new Error(broken) }));
  service.store.get = service.store.list as unknown as typeof get;
  await ask('/v1/animations').then((answer) => assert.equal(answer.status, 500));
  await http.get('/readyz').expect(503);
  Object.assign(service.store, { list, get });
  service.queue.send = () =>
    Promise.reject(Object.assign(new Error(broken), { headers: { cookie: secret('own') } }));
  await http
    .post('/v1/animations')
    .set('authorization', `Bearer ${key}`)
    .attach('image', await picture(), 'a.jpg')
    .field('command', 'wave')
    .field('webhook', JSON.stringify({ url: callback }))
    .expect(503);

  await until(() => lines().filter(({ msg }) => msg === 'A request was answered.').length === 10);
  assert.equal(lines().filter(({ level }) => level === 50).length, 3, 'three errors were logged');
  assert.match(
    text.join(''),
    /bucket\.example\/jobs\?\[redacted\] with Bearer \[redacted\] and wgl_\[redacted\]/,
  );
  assert.ok(secrets.length > 15);
  for (const each of secrets) assert.ok(!text.join('').includes(each), `${each} is in the log`);
});
