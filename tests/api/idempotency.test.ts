import assert from 'node:assert/strict';
import { test } from 'node:test';
import request from 'supertest';
import { picture, problem, type Service, startService } from './helper.ts';

const send = (service: Service, image: Buffer, command: string, key = 'key-1') =>
  request(service.app.server)
    .post('/v1/animations')
    .set('idempotency-key', key)
    .field('command', command)
    .attach('image', image, 'a.jpg');

test('the same key and body give the same job, and nothing is kept twice', async (t) => {
  const service = await startService(t);
  const image = await picture();
  const first = await send(service, image, 'wave');
  const second = await send(service, image, 'wave');
  assert.equal(first.status, 202);
  assert.equal(first.headers['idempotent-replayed'], undefined);
  assert.equal(second.body.id, first.body.id);
  assert.equal(second.headers['idempotent-replayed'], 'true');
  assert.equal(second.body.request.seed, first.body.request.seed);
  assert.deepEqual(await service.stored('files/'), [`files/${first.body.id}.image`]);
  await service.work();
  const third = await send(service, image, 'wave');
  assert.equal(third.status, 200);
  assert.equal(third.body.status, 'succeeded');
  assert.equal((await service.queue.receive({ max: 5, waitSeconds: 0, visibilitySeconds: 30 })).length, 0);
});

test('the same key with another body is refused', async (t) => {
  const service = await startService(t);
  const image = await picture();
  await send(service, image, 'wave').expect(202);
  assert.equal(problem(await send(service, image, 'jump')), '422 idempotency_mismatch');
  assert.equal(problem(await send(service, await picture(80, 60), 'wave')), '422 idempotency_mismatch');
  assert.equal((await send(service, image, 'jump', 'key-2')).status, 202);
});

test('of many equal requests at once one makes the job, and nobody makes a second', async (t) => {
  const service = await startService(t);
  const image = await picture();
  const answers = await Promise.all(Array.from({ length: 10 }, () => send(service, image, 'wave')));
  const ids = new Set(answers.filter(({ status }) => status === 202).map(({ body }) => body.id));
  assert.equal(ids.size, 1);
  for (const answer of answers) {
    if (answer.status !== 202) assert.equal(problem(answer), '409 idempotency_in_flight');
  }
  assert.equal((await service.stored('jobs/')).length, 1);
  assert.equal((await service.stored('files/')).length, 1);
});

test('a refused request does not use up its key', async (t) => {
  const service = await startService(t);
  assert.equal(problem(await send(service, Buffer.from('no photo'), 'wave')), '415 image_unsupported');
  await send(service, await picture(), 'wave').expect(202);
});

test('a key whose request broke down before it made a job can be used again', async (t) => {
  const service = await startService(t);
  const image = await picture();
  const { body } = await send(service, image, 'wave').expect(202);
  await service.store.delete(`jobs/local/${body.id}.json`);
  assert.equal(problem(await send(service, image, 'wave')), '409 idempotency_in_flight');
  service.clock.offset = 60_000;
  const again = await send(service, image, 'wave').expect(202);
  assert.notEqual(again.body.id, body.id);
});

test('a key must be printable and short', async (t) => {
  const service = await startService(t);
  const image = await picture();
  assert.equal(problem(await send(service, image, 'wave', 'x'.repeat(256))), '422 invalid_request');
  assert.equal(problem(await send(service, image, 'wave', 'two words')), '422 invalid_request');
});
