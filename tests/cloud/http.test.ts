/** The bundled API function, called as API Gateway calls it, over S3 and SQS. */
import assert from 'node:assert/strict';
import { buffer, text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRepository, type Repository } from '../../api/jobs/repository.ts';
import { advance, start, succeed } from '../../api/jobs/transitions.ts';
import { hashKey, newKey } from '../../infra/keys.ts';
import { picture, VIDEO } from '../api/helper.ts';
import { bundled, makeBucket, makeQueues, settings } from './cloud.ts';
import { gatewayEvent, invoke, type Sent } from './lambda.ts';

const KEY = newKey();
let handler: unknown;
let bucket: Awaited<ReturnType<typeof makeBucket>>;
let queues: Awaited<ReturnType<typeof makeQueues>>;
let webhooks: Awaited<ReturnType<typeof makeQueues>>;
let repository: Repository;

before(async () => {
  bucket = await makeBucket();
  queues = await makeQueues(3);
  webhooks = await makeQueues(3);
  repository = createRepository({ store: bucket.store, webhooks: webhooks.queue });
  Object.assign(process.env, settings(bucket, queues, webhooks), { WAGGLE_API_KEYS: `ann:${hashKey(KEY)}` });
  ({ handler } = await bundled('http'));
});
after(async () => {
  await bucket.dispose();
  await queues.dispose();
  await webhooks.dispose();
});

/** Sends one request with ann's key. */
async function call(method: string, path: string, { headers, ...sent }: Sent = {}) {
  const authorization = `Bearer ${KEY}`;
  const answer = await invoke(
    handler,
    gatewayEvent(method, path, { headers: { Authorization: authorization, ...headers }, ...sent }),
  );
  const body = await buffer(answer.body);
  const isJson = /json/.test(answer.headers['content-type'] ?? '');
  return { ...answer, body, json: isJson ? JSON.parse(body.toString()) : undefined };
}

const json = (method: string, path: string, body: object) =>
  call(method, path, { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

async function createJob(): Promise<string> {
  const { json: upload } = await call('POST', '/v1/uploads');
  const form = new FormData();
  for (const [name, value] of Object.entries(upload.fields)) form.append(name, value as string);
  form.append(upload.fileField, new Blob([new Uint8Array(await picture())]), 'photo.jpg');
  assert.equal((await fetch(upload.url, { method: upload.method, body: form })).status, 204);
  const created = await json('POST', '/v1/animations', { image: { upload: upload.id }, command: 'wave' });
  assert.equal(created.status, 202, created.body.toString());
  return created.json.id;
}

test('a file sent ahead to the store becomes a job, and its message is in the queue', async () => {
  const id = await createJob();
  const job = await repository.get('ann', id);
  assert.equal(job?.inputs.image?.contentType, 'image/jpeg');
  const [message] = await queues.queue.receive({ max: 1, waitSeconds: 5, visibilitySeconds: 30 });
  assert.deepEqual(JSON.parse(message.body), { owner: 'ann', id });
  await queues.queue.delete(message.receipt);
  const { json: page } = await call('GET', '/v1/animations', { query: { limit: '1' } });
  assert.equal(page.jobs[0].id, id);
});

test('a small form comes through the function itself', async () => {
  const form = new FormData();
  form.append('image', new Blob([new Uint8Array(await picture())]), 'photo.jpg');
  form.append('command', '让它动起来');
  const sent = new Response(form);
  const headers = { 'Content-Type': sent.headers.get('content-type')! };
  const body = Buffer.from(await sent.arrayBuffer());
  const created = await call('POST', '/v1/animations', { headers, body });
  assert.equal(created.status, 202, created.body.toString());
  assert.equal(created.json.request.command, '让它动起来');
});

test('events come as they happen, and end with the job', async () => {
  const id = await createJob();
  const events = `/v1/animations/${id}/events`;
  const answer = await invoke(
    handler,
    gatewayEvent('GET', events, { headers: { Authorization: `Bearer ${KEY}` } }),
  );
  assert.equal(answer.headers['content-type'], 'text/event-stream; charset=utf-8');
  let seen = '';
  const until = async (pattern: RegExp) => {
    for await (const chunk of { [Symbol.asyncIterator]: () => body }) {
      seen += chunk;
      if (pattern.test(seen)) return;
    }
    assert.fail(`no ${pattern} in ${seen}`);
  };
  const body = answer.body[Symbol.asyncIterator]();
  body.return = undefined;
  await until(/event: progress/);
  await repository.change('ann', id, start);
  await repository.change('ann', id, advance({ stage: 'render', percent: 60, etaSeconds: 1 }));
  await until(/"percent":60/);
  await repository.change('ann', id, succeed({}));
  await until(/event: finished/);
  await answer.ended;
});

test('the video is at a signed link, and HEAD says what it is', async () => {
  const id = await createJob();
  const video = { key: `results/${id}/video.mp4`, contentType: 'video/mp4', bytes: VIDEO.length };
  await bucket.store.put(video.key, VIDEO, video);
  await repository.change('ann', id, start);
  await repository.change('ann', id, succeed({ video: { ...video, width: 64, height: 48 } }));
  const path = `/v1/animations/${id}/video`;
  const { status, headers } = await call('GET', path);
  assert.equal(status, 302);
  const answer = await fetch(headers.location);
  assert.ok(VIDEO.equals(Buffer.from(await answer.arrayBuffer())));
  assert.equal(answer.headers.get('content-type'), 'video/mp4');
  assert.equal(answer.headers.get('content-disposition'), `inline; filename="${id}-video.mp4"`);
  const head = await call('HEAD', path);
  assert.deepEqual([head.status, head.headers['content-length']], [200, String(VIDEO.length)]);
  assert.equal((await call('GET', `/v1/animations/${id}/mask`)).json.code, 'no_result');
});

test('files are answered whole: Swagger UI and its logo', async () => {
  const script = await call('GET', '/docs/static/swagger-ui-bundle.js');
  assert.equal(String(script.body.length), script.headers['content-length']);
  assert.ok(script.body.length > 1_000_000);
  assert.match(await text((await invoke(handler, gatewayEvent('GET', '/docs/'))).body), /swagger-ui/);
});

test('time in the freezer between two requests does not count as a load', async () => {
  const freeze = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3000);
  for (const _ of [1, 2, 3]) {
    freeze();
    await sleep(5); // timers that were due while it was frozen see how late they are
    assert.equal((await call('GET', '/v1/animations')).status, 200);
  }
});

test('problems, empty answers and requests without a key are answered as elsewhere', async () => {
  const id = await createJob();
  const stranger = await invoke(handler, gatewayEvent('GET', `/v1/animations/${id}`));
  assert.equal(stranger.status, 401);
  assert.equal(JSON.parse(await text(stranger.body)).code, 'unauthorized');
  assert.equal((await call('GET', '/v1/nothing')).json.code, 'not_found');
  const refused = await json('POST', '/v1/animations', { command: 'x' });
  assert.equal(refused.json.code, 'image_missing');
  const gone = await call('DELETE', `/v1/animations/${id}`);
  assert.deepEqual([gone.status, gone.body.length], [204, 0]);
  assert.equal((await call('GET', '/readyz')).json.status, 'ok');
});
