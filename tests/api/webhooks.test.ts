/** Webhooks as the caller sees them, and how an event comes out of a job; nothing is posted here. */
import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { test } from 'node:test';
import request from 'supertest';
import { createRepository } from '../../api/jobs/repository.ts';
import { advance, fail, start, succeed } from '../../api/jobs/transitions.ts';
import type { Delivery, DeliveryMessage } from '../../api/webhooks/delivery.ts';
import { hashKey, newKey } from '../../infra/keys.ts';
import type { Queue } from '../../infra/queue/index.ts';
import { picture, problem, type Service, startService } from './helper.ts';

const URL = 'https://hooks.example/waggle?token=t';
const error = { code: 'object_not_found', detail: { en: 'No dog.', zh: '没有狗。' }, retryable: false };

async function post(service: Service, webhook: object | string, headers = {}) {
  return request(service.app.server)
    .post('/v1/animations')
    .set(headers)
    .attach('image', await picture(), 'a.jpg')
    .field('command', 'wave')
    .field('webhook', typeof webhook === 'string' ? webhook : JSON.stringify(webhook));
}

/** Messages in the queue of deliveries, each with the delivery it means. */
async function sent({ webhooks, store }: Service): Promise<Delivery[]> {
  const messages = await webhooks.receive({ max: 100, waitSeconds: 0, visibilitySeconds: 30 });
  const ids = messages.map(({ body }) => JSON.parse(body) as DeliveryMessage);
  const objects = ids.map(({ job, delivery }) => store.get(`deliveries/${job}/${delivery}.json`));
  return (await Promise.all(objects)).map((object) => JSON.parse(object!.body.toString()));
}

test('each change of the status becomes an event with the job as GET shows it', async (t) => {
  const service = await startService(t);
  const http = request(service.app.server);
  const created = await post(service, { url: URL });
  assert.equal(created.status, 202, created.text);
  const { id, links, webhook } = created.body;
  const all = ['animation.started', 'animation.succeeded', 'animation.failed', 'animation.canceled'];
  assert.deepEqual(webhook, { url: URL, events: all, disabledAt: null });
  assert.deepEqual(created.body.request.webhook, undefined);
  assert.deepEqual(await sent(service), [], 'nobody is told what the answer says');

  await service.repository.change('local', id, start);
  const { body: running } = await http.get(links.self);
  await service.repository.change('local', id, start); // another worker begins again
  await service.repository.change('local', id, succeed({}));
  const { body: ended } = await http.get(links.self);
  const [started, succeeded, ...more] = await sent(service);
  assert.deepEqual(more, []);
  const envelope = { account: 'local' };
  assert.deepEqual(JSON.parse(started.body), {
    ...envelope,
    type: 'animation.started',
    timestamp: running.startedAt,
    data: running,
  });
  assert.deepEqual(JSON.parse(succeeded.body), {
    ...envelope,
    type: 'animation.succeeded',
    timestamp: ended.finishedAt,
    data: ended,
  });
  assert.equal(started.id, `${id}_2`);
  assert.equal(ended.links.deliveries, `${links.self}/deliveries`);
  assert.equal(JSON.stringify(ended).includes('outbox'), false);
  assert.deepEqual(await service.stored('unnotified/'), []);
});

test('only wanted events come, in the language of the request', async (t) => {
  const service = await startService(t);
  const events = ['animation.failed', 'animation.canceled'];
  await post(service, { url: URL, events }, { 'accept-language': 'zh-CN' });
  await service.work(fail(error));
  const [failed, ...more] = await sent(service);
  assert.deepEqual([failed.type, more], ['animation.failed', []]);
  assert.equal(JSON.parse(failed.body).data.error.detail, '没有狗。');
  await post(service, { url: URL, events });
  await service.work();
  assert.deepEqual(await sent(service), []);
  const { body } = await post(service, { url: URL, events });
  await request(service.app.server).post(body.links.cancel).expect(200);
  assert.deepEqual(
    (await sent(service)).map(({ type }) => type),
    ['animation.canceled'],
  );
  await service.repository.sendLostEvents(0);
  assert.deepEqual(await service.stored('unnotified/'), [], 'no mark is left');
});

test('a webhook that cannot be is refused, by its field', async (t) => {
  const service = await startService(t);
  for (const url of [
    'http://hooks.example/',
    'https://127.0.0.1/',
    'https://[::ffff:10.0.0.1]/',
    'https://u:p@hooks.example/',
    'hooks.example',
  ]) {
    const response = await post(service, { url });
    assert.equal(problem(response), '422 url_refused', url);
    assert.equal(response.body.errors[0].pointer, '/webhook/url');
  }
  const wrong: [object | string, string][] = [
    [{ url: URL, events: [] }, '/webhook/events'],
    [{ url: URL, events: ['animation.exploded'] }, '/webhook/events/0'],
    [{ url: URL, events: ['animation.failed', 'animation.failed'] }, '/webhook/events'],
    [{ url: URL, secret: 'mine' }, '/webhook/secret'],
    [{ url: `${URL}${'x'.repeat(2048)}` }, '/webhook/url'],
    [{ events: ['animation.failed'] }, '/webhook/url'],
    ['https://hooks.example/', '/webhook'],
  ];
  for (const [webhook, pointer] of wrong) {
    const response = await post(service, webhook, { 'accept-language': 'zh' });
    assert.equal(problem(response), '422 invalid_request', pointer);
    const [first] = response.body.errors;
    assert.equal(first.pointer, pointer);
    assert.match(first.detail, /[\u4e00-\u9fff]/);
  }
  const preview = await request(service.app.server)
    .post('/v1/commands')
    .send({ command: 'wave', webhook: { url: URL } });
  assert.equal(problem(preview), '422 invalid_request', 'previews have no webhook');
  assert.deepEqual(await service.stored('unnotified/'), []);
});

test('an event outlives a crash before its message, and one after it', async (t) => {
  const service = await startService(t);
  const { store, webhooks, now } = service;
  const { body } = await post(service, { url: URL });
  const dead: Queue = { ...webhooks, send: () => Promise.reject(new Error('killed here')) };
  const before = createRepository({ store, webhooks: dead, now });
  const running = await before.change('local', body.id, start);
  assert.equal(running.status, 'running', 'the change stands');
  assert.equal((await before.get('local', body.id))?.outbox?.length, 1);
  await assert.rejects(before.sendLostEvents(0), /killed here/);

  await service.repository.sendLostEvents(60_000);
  assert.deepEqual(await sent(service), [], 'somebody may be at it');
  await service.repository.sendLostEvents(0);
  assert.deepEqual(
    (await sent(service)).map(({ type }) => type),
    ['animation.started'],
  );
  assert.equal((await service.repository.get('local', body.id))?.outbox, undefined);

  // Now the message is out, but the event is still in the document.
  const put: typeof store.put = (key, bytes, options) =>
    options.ifMatch && !bytes.toString().includes('"outbox"')
      ? Promise.reject(new Error('killed here'))
      : store.put(key, bytes, options);
  const after = createRepository({ store: { ...store, put }, webhooks, now });
  await after.change('local', body.id, succeed({}));
  await service.repository.sendLostEvents(0);
  const [one, two, ...more] = await sent(service);
  assert.deepEqual([one.id, more], [two.id, []], 'one delivery, two messages');
  assert.deepEqual(await service.stored('unnotified/'), []);
});

test('a queue that does not answer holds nobody up', async (t) => {
  const service = await startService(t);
  const { body } = await post(service, { url: URL });
  let asked = 0;
  const send = () => {
    asked += 1;
    return new Promise<string>(() => undefined);
  };
  const stuck = createRepository({ ...service, webhooks: { ...service.webhooks, send } });
  const begun = performance.now();
  await stuck.change('local', body.id, start);
  assert.ok(performance.now() - begun < 4000);
  for (let percent = 0; percent < 20; percent += 1)
    await stuck.change('local', body.id, advance({ stage: 'render', percent, etaSeconds: null }));
  assert.ok(performance.now() - begun < 5000);
  assert.equal(asked, 1, 'progress does not ask again');
});

test('the log of deliveries belongs to the owner, and replay begins again', async (t) => {
  const [alice, bob] = [newKey(), newKey()];
  const keys = `alice:${hashKey(alice)},bob:${hashKey(bob)}`;
  const service = await startService(t, { WAGGLE_API_KEYS: keys });
  const http = request(service.app.server);
  const as = (key: string) => ({ authorization: `Bearer ${key}` });
  const { body } = await post(service, { url: URL }, as(alice));
  await service.work();
  const log = `${body.links.self}/deliveries`;
  const { body: page } = await http.get(log).set(as(alice)).expect(200);
  assert.deepEqual(
    page.deliveries.map(({ type, status, attempts }: Delivery) => [type, status, attempts]),
    [
      ['animation.started', 'pending', []],
      ['animation.succeeded', 'pending', []],
    ],
  );
  assert.doesNotMatch(JSON.stringify(page), /token|owner|body/);
  assert.equal(problem(await http.get(log).set(as(bob))), '404 not_found');
  await sent(service);

  const [{ id }] = page.deliveries;
  const replay = `${log}/${id}/replay`;
  assert.equal(problem(await http.post(replay).set(as(bob))), '404 not_found');
  for (const other of ['anim_0_2', '../x', `${id}9`, id.replace(/_\d+$/, '')]) {
    const path = `${log}/${encodeURIComponent(other)}/replay`;
    assert.equal(problem(await http.post(path).set(as(alice))), '404 not_found', other);
  }
  const { body: replayed } = await http.post(replay).set(as(alice)).expect(202);
  assert.deepEqual([replayed.id, replayed.status], [id, 'pending']);
  assert.deepEqual(
    (await sent(service)).map((delivery) => delivery.id),
    [id],
  );
});

test('nothing stays of the deliveries of a job that is deleted, or whose time is over', async (t) => {
  const service = await startService(t);
  const http = request(service.app.server);
  const kept = async () =>
    (await Promise.all(['jobs/', 'deliveries/', 'unnotified/'].map(service.stored))).flat();
  const { body: going } = await post(service, { url: URL });
  await service.repository.change('local', going.id, start);
  assert.equal((await sent(service)).length, 1);
  await http.delete(going.links.self).expect(204);
  assert.deepEqual(await kept(), []);
  assert.deepEqual(await sent(service), [], 'who deletes a job is not told that it was canceled');

  const { body: ended } = await post(service, { url: URL });
  for (const step of [start, succeed({})]) await service.repository.change('local', ended.id, step);
  assert.equal((await service.stored('deliveries/')).length, 2);
  // What a crash may leave: a mark and a delivery without their job.
  const orphan = going.id;
  const junk = { contentType: 'application/json' };
  await service.store.put(`unnotified/local/${orphan}`, Buffer.alloc(0), junk);
  await service.store.put(`deliveries/${orphan}/${orphan}_2.json`, Buffer.from('{}'), junk);
  service.clock.offset = 15 * 86_400_000;
  await service.repository.sweep(); // expired
  await service.repository.sweep(); // gone
  await service.repository.sendLostEvents(0);
  assert.deepEqual(await kept(), []);
});

test('an owner learns their secret, and may replace it; the public keys are for everybody', async (t) => {
  const [alice, bob] = [newKey(), newKey()];
  const keys = `alice:${hashKey(alice)},bob:${hashKey(bob)}`;
  const { app, keyring } = await startService(t, { WAGGLE_API_KEYS: keys });
  const http = request(app.server);
  const read = (key: string) => http.get('/v1/webhook-secret').set({ authorization: `Bearer ${key}` });
  const { body: first, headers } = await read(alice).expect(200);
  assert.match(first.secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
  assert.equal(first.previousUntil, null);
  assert.equal(headers['cache-control'], 'no-store');
  assert.deepEqual((await read(alice)).body, first);
  assert.notEqual((await read(bob)).body.secret, first.secret);
  assert.equal(problem(await http.get('/v1/webhook-secret')), '401 unauthorized');

  const rotate = http.post('/v1/webhook-secret/rotate').set({ authorization: `Bearer ${alice}` });
  const { body: second } = await rotate.expect(200);
  assert.notEqual(second.secret, first.secret);
  const day = Date.parse(second.previousUntil) - Date.parse(second.createdAt);
  assert.ok(Math.abs(day - 86_400_000) < 5000);
  assert.deepEqual((await read(alice)).body, second);

  const { body: before } = await http.get('/.well-known/jwks.json').expect(200);
  assert.equal(before.keys.length, 1);
  assert.equal(createPublicKey({ key: before.keys[0], format: 'jwk' }).asymmetricKeyType, 'ed25519');
  assert.equal('d' in before.keys[0], false, 'the private part is not told');
  await keyring.rotateKeys();
  const { body: after } = await http.get('/.well-known/jwks.json').expect(200);
  assert.deepEqual(after.keys.slice(1), before.keys);
});
