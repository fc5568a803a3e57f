/** The functions besides the API, as they are deployed, with the events that AWS sends them. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type {
  APIGatewayAuthorizerResult,
  APIGatewayTokenAuthorizerEvent,
  SQSBatchResponse,
  SQSEvent,
} from 'aws-lambda';
import { newId } from '../../api/jobs/ids.ts';
import type { Job } from '../../api/jobs/job.ts';
import { createRepository, type Repository } from '../../api/jobs/repository.ts';
import { createJob, start, succeed } from '../../api/jobs/transitions.ts';
import { hashKey } from '../../infra/keys.ts';
import { ok, startReceiver, status } from '../receiver.ts';
import { sqsEvent } from '../sqs-event.ts';
import { REQUEST } from './animation.ts';
import { bundled, makeBucket, makeQueues, settings } from './cloud.ts';

let bucket: Awaited<ReturnType<typeof makeBucket>>;
let queues: Awaited<ReturnType<typeof makeQueues>>;
let webhooks: Awaited<ReturnType<typeof makeQueues>>;
let repository: Repository;

before(async () => {
  bucket = await makeBucket();
  queues = await makeQueues(1);
  webhooks = await makeQueues(3);
  repository = createRepository({ store: bucket.store, webhooks: webhooks.queue });
  Object.assign(process.env, settings(bucket, queues, webhooks));
});
after(async () => {
  await bucket.dispose();
  await queues.dispose();
  await webhooks.dispose();
});

async function newJob(createdAt = new Date(), webhook?: Job['webhook']) {
  const id = newId('animation', createdAt.getTime());
  const job = createJob(
    { id, kind: 'animation', owner: 'ann', request: REQUEST, inputs: {}, webhook, keepDays: 7 },
    createdAt,
  );
  await repository.create(job);
  return job;
}

const statusOf = async (id: string) => (await repository.get('ann', id))?.status;

const event = (...bodies: string[]) =>
  sqsEvent(bodies.map((body, i) => ({ id: `${i}`, receipt: `receipt ${i}`, body, receiveCount: 1 })));

// The first, because the ids of a process never go back in time.
test('housekeeping purges what has expired', async () => {
  const handler = (await bundled('housekeeping')).handler as () => Promise<void>;
  const old = await newJob(new Date(Date.now() - 8 * 86_400_000));
  const file = `files/${old.id}.image`;
  await bucket.store.put(file, Buffer.from('x'), { contentType: 'image/png' });
  await handler();
  assert.equal(await statusOf(old.id), 'expired');
  assert.equal(await bucket.store.get(file), undefined);
});

test('a dead letter ends its job as lost, once; what names no job is let go', async () => {
  const handler = (await bundled('dead-letter')).handler as (event: SQSEvent) => Promise<SQSBatchResponse>;
  const [lost, done] = [await newJob(), await newJob()];
  await repository.change('ann', done.id, start);
  await repository.change('ann', done.id, succeed({}));
  const body = ({ owner, id }: { owner: string; id: string }) => JSON.stringify({ owner, id });
  const nobody = { owner: 'ann', id: newId('animation') };
  const letters = event(body(lost), body(done), body(nobody), 'not a job');
  for (const _ of [1, 2]) assert.deepEqual(await handler(letters), { batchItemFailures: [] });
  const job = await repository.get('ann', lost.id);
  assert.deepEqual([job?.status, job?.error?.code, job?.error?.retryable], ['failed', 'worker_lost', true]);
  assert.equal(job?.progress.seq, lost.progress.seq + 1);
  assert.equal(await statusOf(done.id), 'succeeded');
});

test('a dead letter whose job cannot be read stays, and the others of its batch do not', async () => {
  const handler = (await bundled('dead-letter')).handler as (event: SQSEvent) => Promise<SQSBatchResponse>;
  const [broken, lost] = [await newJob(), await newJob()];
  await bucket.store.put(`jobs/ann/${broken.id}.json`, Buffer.from('{'), { contentType: 'application/json' });
  const letters = event(...[broken, lost].map(({ owner, id }) => JSON.stringify({ owner, id })));
  assert.deepEqual(await handler(letters), { batchItemFailures: [{ itemIdentifier: '0' }] });
  assert.equal(await statusOf(lost.id), 'failed');
  await bucket.store.delete(`jobs/ann/${broken.id}.json`);
});

test('an event is posted and signed; what fails is named and hidden until it is time', async (context) => {
  const handler = (await bundled('deliver')).handler as (event: SQSEvent) => Promise<SQSBatchResponse>;
  const [good, bad] = [await startReceiver(context, ok), await startReceiver(context, status(500))];
  const ids: string[] = [];
  for (const { url } of [good, bad]) {
    const { id } = await newJob(new Date(), { url, events: ['animation.succeeded'], language: 'en' });
    await repository.change('ann', id, start);
    await repository.change('ann', id, succeed({}));
    ids.push(id);
  }
  const messages = [];
  while (messages.length < 2) {
    messages.push(...(await webhooks.queue.receive({ max: 2, waitSeconds: 5, visibilitySeconds: 60 })));
  }
  const failed = messages.find(({ body }) => JSON.parse(body).job === ids[1])!;
  assert.deepEqual(await handler(sqsEvent(messages)), { batchItemFailures: [{ itemIdentifier: failed.id }] });
  // What was done with, Lambda deletes.
  for (const { id, receipt } of messages) if (id !== failed.id) await webhooks.queue.delete(receipt);
  assert.deepEqual([good.got.length, bad.got.length], [1, 1]);
  assert.match(String(good.got[0].headers['webhook-signature']), /^v1,.+ v1a,/);
  assert.equal(JSON.parse(good.got[0].body).data.id, ids[0]);

  const now = { max: 1, waitSeconds: 0, visibilitySeconds: 60 };
  assert.deepEqual(await webhooks.queue.receive(now), [], 'hidden');
  const [again] = await webhooks.queue.receive({ ...now, waitSeconds: 15 });
  assert.equal(again?.id, failed.id, 'sooner than by its lease');

  const giveUp = (await bundled('dead-webhook')).handler as typeof handler;
  assert.deepEqual(await giveUp(event(again.body)), { batchItemFailures: [] });
  const { delivery } = JSON.parse(again.body);
  const given = await bucket.store.get(`deliveries/${ids[1]}/${delivery}.json`);
  assert.equal(JSON.parse(given!.body.toString()).status, 'failed');
});

test('a request counts against the plan of its key, of which only the hash is told', async () => {
  const handler = (await bundled('authorizer')).handler as (
    event: APIGatewayTokenAuthorizerEvent,
  ) => Promise<APIGatewayAuthorizerResult>;
  const answer = await handler({
    type: 'TOKEN',
    authorizationToken: 'Bearer wgl_secret',
    methodArn: 'arn:aws:execute-api:eu-west-1:123456789012:a1b2c3/prod/POST/v1/animations',
  });
  assert.equal(answer.usageIdentifierKey, hashKey('wgl_secret'));
  assert.ok(!JSON.stringify(answer).includes('wgl_secret'));
  const [{ Effect, Resource }] = answer.policyDocument.Statement as { Effect: string; Resource: string }[];
  assert.deepEqual([Effect, Resource], ['Allow', 'arn:aws:execute-api:eu-west-1:123456789012:a1b2c3/prod/*']);
});
