/** The functions' spans, sent before each of them is frozen: one trace through three bundles. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { json } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { picture } from '../api/helper.ts';
import { startCollector, treeOf } from '../collector.ts';
import { ok, startReceiver } from '../receiver.ts';
import { sqsEvent } from '../sqs-event.ts';
import { makeBucket, makeQueues, settings } from './cloud.ts';
import { gatewayEvent } from './lambda.ts';

/** Functions in processes of their own, whose traces go to the address. */
async function functions(context: TestContext, collector: string) {
  const bucket = await makeBucket();
  const queues = await makeQueues(3);
  const webhooks = await makeQueues(3);
  context.after(() => Promise.all([bucket.dispose(), queues.dispose(), webhooks.dispose()]));
  const env = { ...process.env, ...settings(bucket, queues, webhooks), WAGGLE_OTLP: collector };
  /** @returns what the function answers */
  const call = async (name: string, event: object) => {
    const args = ['--no-warnings', '--import', 'tsx', 'tests/cloud/invoke.ts', name];
    const child = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.end(JSON.stringify(event));
    return json(child.stdout);
  };
  /** The next message as its function gets it. */
  const next = async ({ queue }: typeof queues) => {
    const [message] = await queue.receive({ max: 1, waitSeconds: 5, visibilitySeconds: 60 });
    await queue.delete(message.receipt);
    return sqsEvent([message]);
  };
  return { call, next, queues, webhooks };
}

async function post(webhook: string, headers: Record<string, string> = {}) {
  const form = new FormData();
  form.append('image', new Blob([new Uint8Array(await picture())]), 'photo.jpg');
  form.append('command', 'wave');
  form.append('webhook', JSON.stringify({ url: webhook }));
  const sent = new Response(form);
  const body = Buffer.from(await sent.arrayBuffer());
  const Host = 'localhost';
  return gatewayEvent('POST', '/v1/animations', {
    headers: { Host, 'Content-Type': sent.headers.get('content-type')!, ...headers },
    body,
  });
}

test('one trace leads through the functions, from the request to the webhook', async (context) => {
  const collector = await startCollector(context);
  const receiver = await startReceiver(context, ok);
  const { call, next, queues, webhooks } = await functions(context, collector.url);
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;

  const job = (await call('http', await post(receiver.url, { traceparent }))) as { id: string };
  assert.match(job.id, /^anim_/);
  const done = { batchItemFailures: [] };
  assert.deepEqual(await call('dead-letter', await next(queues)), done);
  const event = await next(webhooks);
  assert.deepEqual(await call('deliver', event), done);

  assert.equal(
    treeOf(collector.spans),
    'POST /v1/animations [send job [give up job [send event [deliver event]]]]',
  );
  assert.deepEqual(new Set(collector.spans.map((span) => span.traceId)), new Set([traceId]));
  assert.deepEqual(
    new Set(collector.spans.map(({ service }) => service)),
    new Set(['waggle-http', 'waggle-dead-letter', 'waggle-deliver']),
  );
  assert.ok(String(receiver.got[0].headers.traceparent).startsWith(`00-${traceId}-`));
  for (const name of ['dead-webhook', 'housekeeping']) await call(name, event);
});
