/** The loop that posts events beside the worker, in real time. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { Webhook } from 'standardwebhooks';
import request from 'supertest';
import { createRepository } from '../../api/jobs/repository.ts';
import { fail, start } from '../../api/jobs/transitions.ts';
import { startWebhooks } from '../../handlers/webhook.ts';
import { createDeliver } from '../../infra/webhooks/deliver.ts';
import { accept, startService } from '../api/helper.ts';
import { hang, ok, startReceiver } from '../receiver.ts';

const EXAMPLE = new URL('../../examples/webhook-receiver/receiver.ts', import.meta.url).pathname;
const log = pino({ level: 'silent' });

async function begin(context: TestContext) {
  const service = await startService(context, { WAGGLE_ALLOW_LOOPBACK: 'true' });
  const deliver = createDeliver({ ...service, timeoutMs: 3000 });
  const deps = { ...service, deadWebhooks: service.webhooks.deadLetters, deliver };
  return { service, run: () => startWebhooks({ ...deps, log }) };
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 10_000; Date.now() < end; await sleep(10)) if (await holds()) return;
  assert.fail(`not within 10 s: ${what}`);
}

test('receivers that hang hold up neither jobs nor other receivers', async (t) => {
  const { service, run } = await begin(t);
  const sender = run();
  const [bad, good] = [await startReceiver(t, hang), await startReceiver(t, ok)];
  for (let count = 0; count < 10; count += 1) await accept(service, bad.url);
  const begun = performance.now();
  for (let count = 0; count < 10; count += 1) await service.work();
  await until('ten hang', () => bad.got.length >= 10);
  await accept(service, good.url);
  const ended = await service.work();
  assert.equal(ended.status, 'succeeded');
  await until('the good one has both of its events', () => good.got.length === 2);
  assert.ok(performance.now() - begun < 2900, 'before the first of those that hang were over');
  await sender.stop();
});

test('what a killed worker has left in the document is sent when the next one starts', async (t) => {
  const { service, run } = await begin(t);
  const { url, got } = await startReceiver(t, ok);
  const id = await accept(service, url);
  const dying = createRepository({
    ...service,
    webhooks: { ...service.webhooks, send: () => Promise.reject(new Error('killed here')) },
  });
  await dying.change('local', id, start);
  const error = { code: 'internal', detail: { en: 'Broken.', zh: '坏了。' }, retryable: true };
  await dying.change('local', id, fail(error));
  const sender = run();
  await until('both arrive', () => got.length === 2);
  const types = got.map(({ body }) => JSON.parse(body).type).sort();
  assert.deepEqual(types, ['animation.failed', 'animation.started']);
  await until('nothing is left to send', async () => (await service.stored('unnotified/')).length === 0);
  await sender.stop();
});

test('a delivery that cannot be dealt with ends as failed in the log', async (t) => {
  const { service, run } = await begin(t);
  const { url, got } = await startReceiver(t, ok);
  const id = await accept(service, url, ['animation.succeeded']);
  await service.work();
  for (let count = 0; count <= 100; count += 1) {
    const [message] = await service.webhooks.receive({ max: 1, waitSeconds: 0, visibilitySeconds: 0 });
    if (!message) break; // it has become a dead letter
  }
  const sender = run();
  const log = () => request(service.app.server).get(`/v1/animations/${id}/deliveries`);
  await until('it is failed', async () => (await log()).body.deliveries[0].status === 'failed');
  assert.deepEqual(got, []);
  await sender.stop();
});

test('the example receives every wanted event once, and refuses what is forged', async (t) => {
  const { service, run } = await begin(t);
  const http = request(service.app.server);
  const { body: secret } = await http.get('/v1/webhook-secret').expect(200);
  const env = { ...process.env, WEBHOOK_SECRET: secret.secret, PORT: '0' };
  const receiver = spawn(process.execPath, ['--import', 'tsx', EXAMPLE], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => receiver.kill());
  const lines: string[] = [];
  createInterface(receiver.stdout).on('line', (line) => lines.push(line));
  await until('it listens', () => lines.length === 1);
  const url = lines[0].replace('listening on ', '');

  const sender = run();
  const id = await accept(service, url);
  await service.work();
  await until('both events', () => lines.length === 3);
  const canceled = await accept(service, url, ['animation.canceled']);
  await http.post(`/v1/animations/${canceled}/cancel`).expect(200);
  await until('the cancellation', () => lines.length === 4);
  assert.deepEqual(lines.slice(1).sort(), [
    `animation.canceled ${canceled}`,
    `animation.started ${id}`,
    `animation.succeeded ${id} /v1/animations/${id}/video`,
  ]);

  const { body: log } = await http.get(`/v1/animations/${id}/deliveries`);
  const [{ id: delivery }] = log.deliveries;
  await http.post(`/v1/animations/${id}/deliveries/${delivery}/replay`).expect(202);
  const replayed = async () => (await http.get(`/v1/animations/${id}/deliveries`)).body.deliveries[0];
  await until('the replay was taken', async () => (await replayed()).attempts.length === 2);
  assert.equal((await replayed()).status, 'succeeded');
  assert.equal(lines.length, 4, 'an event that was done is not done again');

  const body = JSON.stringify({ type: 'animation.succeeded', data: { id: 'forged', links: {} } });
  const forger = new Webhook(`whsec_${Buffer.alloc(32, 'x').toString('base64')}`);
  const now = new Date();
  const headers = {
    'webhook-id': 'forged',
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': forger.sign('forged', now, body),
  };
  assert.equal((await fetch(url, { method: 'POST', headers, body })).status, 401);
  await until('it says so', () => /refused/.test(lines.at(-1)!));
  await sender.stop();
});
