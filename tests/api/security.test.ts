/** What somebody hostile tries: see SECURITY.md. */
import assert from 'node:assert/strict';
import { Agent, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import request from 'supertest';
import { newId } from '../../api/jobs/ids.ts';
import { hashKey, newKey } from '../../infra/keys.ts';
import { picture, problem, startService } from './helper.ts';

const [alice, bob] = [newKey(), newKey()];
const env = { WAGGLE_API_KEYS: `alice:${hashKey(alice)}, bob:${hashKey(bob)}` };
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const HOUR = 3_600_000;

interface Operation {
  security?: unknown[];
}

test("no operation answers without a key, or shows another owner's things, whatever it is", async (t) => {
  const { app, work, store } = await startService(t, env);
  const http = request(app.server);
  const image = await picture();
  const create = (path: string) =>
    http.post(path).set(bearer(alice)).attach('image', image, 'a.jpg').field('command', 'wave');
  const webhook = JSON.stringify({ url: 'https://example.com/hook' });
  const { body: animation } = await create('/v1/animations').field('webhook', webhook).expect(202);
  await work();
  const { body: region } = await create('/v1/regions').expect(202);
  const { body: command } = await http.post('/v1/commands').set(bearer(alice)).send({ command: 'wave' });
  const { body: upload } = await http.post('/v1/uploads').set(bearer(alice)).expect(201);
  const before = await store.list('jobs/alice/', { limit: 10 });
  const { body: log } = await http.get(`${animation.links.self}/deliveries`).set(bearer(alice));
  const ids = { animations: animation.id, regions: region.id, commands: command.id, uploads: upload.id };

  let [keyed, owned] = [0, 0];
  const paths = Object.entries(app.swagger().paths!) as [string, Record<string, Operation>][];
  for (const [template, operations] of paths) {
    const kind = template.split('/')[2] as keyof typeof ids;
    const path = template.replace('{id}', ids[kind]).replace('{delivery}', log.deliveries[0].id);
    for (const [method, { security }] of Object.entries(operations)) {
      if (security?.length === 0) continue;
      keyed += 1;
      const ask = (headers: Record<string, string>) => http[method as 'get'](path).set(headers);
      assert.equal(problem(await ask({})), '401 unauthorized', `${method} ${path}`);
      assert.equal(problem(await ask(bearer(newKey()))), '401 unauthorized', `${method} ${path}`);
      // A place for an upload is each owner's own.
      if (!template.includes('{id}') || kind === 'uploads') continue;
      owned += 1;
      assert.equal(problem(await ask(bearer(bob))), '404 not_found', `${method} ${path}`);
    }
  }
  assert.ok(keyed >= 22 && owned >= 15, `${keyed} operations need a key, ${owned} belong to somebody`);
  assert.deepEqual(await store.list('jobs/alice/', { limit: 10 }), before, 'nothing was deleted or canceled');
  assert.equal((await http.get(region.links.self).set(bearer(alice))).body.status, 'queued');
});

test('who has no key is counted by address, and does not use up what others may ask', async (t) => {
  const { app } = await startService(t, { ...env, WAGGLE_RATE_LIMIT: '3' });
  const http = request(app.server);
  for (let count = 0; count < 3; count += 1) {
    const guess = await http
      .get('/v1/animations')
      .set({ ...bearer(newKey()), 'x-forwarded-for': `10.0.0.${count}` });
    assert.equal(problem(guess), '401 unauthorized');
  }
  const refused = await http.get('/v1/regions/x').set(bearer(newKey()));
  assert.equal(problem(refused), '429 rate_limited');
  assert.ok(Number(refused.headers['retry-after']) > 0);
  await http.get('/v1/animations').set(bearer(alice)).expect(200);
});

test('an owner has only so many streams of events open at once', async (t) => {
  const service = await startService(t, { ...env, WAGGLE_MAX_STREAMS: '2' });
  await service.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = service.app.server.address() as AddressInfo;
  const create = async (key: string) => {
    const sent = request(service.app.server).post('/v1/animations').set(bearer(key)).field('command', 'wave');
    return (await sent.attach('image', await picture(), 'a.jpg')).body.links.events as string;
  };
  const [hers, his] = [await create(alice), await create(bob)];
  const stop = new AbortController();
  const follow = (key: string, path: string, signal = stop.signal) =>
    fetch(`http://127.0.0.1:${port}${path}`, { headers: bearer(key), signal });
  const [first, second] = [new AbortController(), new AbortController()];
  for (const { signal } of [first, second]) assert.equal((await follow(alice, hers, signal)).status, 200);
  const third = await follow(alice, hers);
  assert.equal(third.status, 429);
  assert.equal(((await third.json()) as { code: string }).code, 'too_many_streams');
  assert.equal((await follow(bob, his)).status, 200);
  first.abort();
  for (let tries = 0; (await follow(alice, hers)).status !== 200; tries += 1) assert.ok(tries < 100, 'freed');
  second.abort();
  stop.abort();
});

test('streams on a connection that is kept leave nothing behind on it', async (t) => {
  const service = await startService(t);
  await service.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = service.app.server.address() as AddressInfo;
  const { body } = await request(service.app.server)
    .post('/v1/animations')
    .attach('image', await picture(), 'a.jpg')
    .field('command', 'wave');
  await service.work();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const counts: number[] = [];
  service.app.server.on('request', ({ socket }) => counts.push(socket.listenerCount('close')));
  for (let count = 0; count < 4; count += 1) {
    const answer = await new Promise<IncomingMessage>((resolve) => {
      get({ port, path: body.links.events, agent }, resolve);
    });
    for await (const _ of answer);
  }
  agent.destroy();
  assert.equal(counts[3], counts[0]);
});

test('what is not a route is not read, and says which methods are', async (t) => {
  const { app } = await startService(t);
  const ask = async (method: string, url: string, payload?: string) => {
    const headers = payload === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await app.inject({ method: method as 'GET', url, headers, payload });
    return { status: answer.statusCode, headers: answer.headers, body: answer.json() };
  };
  const query = await ask('QUERY', '/v1/animations');
  assert.equal(problem(query), '405 method_not_allowed');
  assert.match(String(query.headers.allow), /GET.*POST|POST.*GET/);
  assert.equal(problem(await ask('POST', '/v1/nothing', '{"not json')), '404 not_found');
  assert.equal(problem(await ask('PUT', '/v1/animations', '{"not json')), '405 method_not_allowed');
});

test("what breaks inside is nobody else's business", async (t) => {
  const service = await startService(t);
  service.repository.get = () => Promise.reject(new Error('no such bucket: s3cret'));
  const answer = await request(service.app.server).get(`/v1/animations/${newId('animation')}`);
  assert.equal(problem(answer), '500 internal');
  assert.doesNotMatch(JSON.stringify([answer.headers, answer.body]), /s3cret|bucket|stack|\.ts/);
});

test('queries are read as strictly as forms', async (t) => {
  const { app } = await startService(t);
  for (const query of [
    'limit=true',
    'limit=1.5',
    'limit=',
    'limit=1&limit=2',
    'limit=null',
    'cursor=',
    'cursor=x',
  ]) {
    const answer = await request(app.server).get(`/v1/animations?${query}`);
    assert.equal(problem(answer), '422 invalid_request', query);
  }
});

test('an upload that nobody was given, from the future, would be kept for ever', async (t) => {
  const service = await startService(t);
  const send = async (id: string) =>
    request(service.app.server)
      .post(`/v1/uploads/${id}`)
      .attach('file', await picture(), 'a.jpg');
  assert.equal(problem(await send(`upl_${'0'.repeat(27)}`)), '404 not_found');
  // newId never goes back in this process, so the clock of the service does.
  const id = newId('upload');
  service.clock.offset = -2 * HOUR;
  assert.equal(problem(await send(id)), '404 not_found');
  service.clock.offset = 0;
  assert.equal((await send(id)).status, 204);
});

test('an upload takes a file and nothing else', async (t) => {
  const { app, stored } = await startService(t);
  const http = request(app.server);
  const { body } = await http.post('/v1/uploads');
  const answer = await http
    .post(body.url)
    .field('extra', 'x')
    .attach('file', await picture(), 'a.jpg');
  assert.equal(problem(answer), '422 invalid_request');
  assert.equal(answer.body.errors[0].pointer, '/extra');
  assert.deepEqual([...(await stored('uploads/')), ...(await stored('files/'))], []);
});

test('browsers are told to be careful, and no other page may ask', async (t) => {
  const { app } = await startService(t, env);
  const http = request(app.server);
  const origin = 'https://attacker.example';
  for (const path of ['/healthz', '/v1/animations', '/v1/nothing', '/docs/', '/docs/json']) {
    const { headers } = await http.get(path).set({ ...bearer(alice), origin });
    assert.equal(headers['x-content-type-options'], 'nosniff', path);
    assert.match(headers['content-security-policy'], /frame-ancestors 'none'/, path);
    assert.equal(headers['access-control-allow-origin'], undefined, path);
  }
  const preflight = await http.options('/v1/animations').set({
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization',
  });
  assert.equal(problem(preflight), '405 method_not_allowed');
  assert.equal(preflight.headers['access-control-allow-origin'], undefined);
});

test("Swagger UI's page runs no script but its own", async (t) => {
  const { app } = await startService(t);
  const page = await request(app.server).get('/docs/').expect(200);
  const policy = page.headers['content-security-policy'];
  assert.match(policy, /default-src 'self';/);
  assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval|https?:/);
  for (const [, attributes, script] of page.text.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g)) {
    assert.match(attributes, /src="\.?\//, 'from this service');
    assert.equal(script.trim(), '');
  }
  assert.doesNotMatch(page.text, /<style|style="|\son\w+="/);
});
