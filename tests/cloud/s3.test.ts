import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { createS3Store } from '../../infra/store/s3.ts';
import { storeContract } from '../contracts/store.ts';
import { endpoints, makeBucket } from './cloud.ts';
import { startProxy } from './proxy.ts';
import { REGION } from './servers.ts';

storeContract('S3', () => makeBucket());

const type = { contentType: 'text/plain' };

async function bucketOf(context: TestContext) {
  const made = await makeBucket();
  context.after(() => made.dispose());
  return made;
}

test('a signed link gives one object to somebody without an account', async (context) => {
  const { store } = await bucketOf(context);
  await store.put('results/a/video.mp4', Buffer.from('moving'), { contentType: 'video/mp4' });
  const link = await store.links!.get('results/a/video.mp4', { seconds: 60, fileName: 'a-video.mp4' });
  const answer = await fetch(link, { headers: { range: 'bytes=0-2' } });
  assert.equal(answer.status, 206);
  assert.equal(await answer.text(), 'mov');
  assert.equal(answer.headers.get('content-type'), 'video/mp4');
  assert.equal(answer.headers.get('content-disposition'), 'inline; filename="a-video.mp4"');
  assert.equal((await fetch(link.split('?')[0])).status, 403);
  assert.equal((await fetch(link.replace('video.mp4', 'other.mp4'))).status, 403);
});

test('a signed form takes one file of at most so many bytes to one place', async (context) => {
  const { store } = await bucketOf(context);
  const { url, fields } = await store.links!.post('uploads/ann/upl_1', { seconds: 60, maxBytes: 1000 });
  const send = (bytes: number, changed: Record<string, string> = {}) => {
    const form = new FormData();
    for (const [name, value] of Object.entries({ ...fields, ...changed })) form.append(name, value);
    form.append('file', new Blob([Buffer.alloc(bytes, 'x')]), 'a.jpg');
    return fetch(url, { method: 'POST', body: form });
  };
  assert.equal((await send(1001)).status, 400);
  assert.equal((await send(0)).status, 400);
  assert.equal((await send(10, { key: 'uploads/bob/upl_1' })).status, 403);
  assert.equal(await store.get('uploads/ann/upl_1'), undefined);
  assert.equal((await send(1000)).status, 204);
  assert.equal((await store.get('uploads/ann/upl_1'))?.body.length, 1000);
});

test('a long stream goes up in parts, under the same conditions', async (context) => {
  const { store } = await bucketOf(context);
  const body = Buffer.alloc(11 * 1024 * 1024, 'waggle');
  const parts = () => Readable.from([body.subarray(0, 7_000_000), body.subarray(7_000_000)]);
  const etag = await store.put('long', parts(), { ...type, ifNoneMatch: '*' });
  const found = await store.get('long');
  assert.ok(found?.body.equals(body));
  assert.equal(found?.etag, etag);
  const refused = { code: 'precondition_failed' };
  await assert.rejects(store.put('long', parts(), { ...type, ifNoneMatch: '*' }), refused);
  await store.put('long', parts(), { ...type, ifMatch: etag });
  await assert.rejects(store.put('long', Readable.from(['x']), { ...type, ifMatch: '"other"' }), refused);
});

/** Loses the first answer to a PUT. */
async function losing(context: TestContext) {
  let lost = 0;
  const endpoint = await startProxy(context, endpoints().s3, (line) => {
    if (lost > 0 || !line.startsWith('PUT ')) return 'passed';
    lost += 1;
    return 'unanswered';
  });
  return { endpoint, lost: () => lost };
}

test('a conditional write whose answer is lost counts as what it was: done', async (context) => {
  const { bucket, store } = await bucketOf(context);
  const create = await losing(context);
  const behind = createS3Store({ bucket, region: REGION, endpoint: create.endpoint });
  const etag = await behind.put('once', Buffer.from('one'), { ...type, ifNoneMatch: '*' });
  assert.equal(create.lost(), 1);
  assert.equal((await store.get('once'))?.etag, etag);

  const change = await losing(context);
  const later = createS3Store({ bucket, region: REGION, endpoint: change.endpoint });
  const next = await later.put('once', Buffer.from('two'), { ...type, ifMatch: etag });
  assert.equal(change.lost(), 1);
  assert.deepEqual(await store.get('once'), { body: Buffer.from('two'), etag: next, ...type });
});

test('a store that cannot be reached says so, and a bucket that is not there is another thing', async () => {
  const nowhere = createS3Store({ bucket: 'none', region: REGION, endpoint: 'http://127.0.0.1:9' });
  const calls = [
    () => nowhere.get('a'),
    () => nowhere.open('a'),
    () => nowhere.put('a', Buffer.from('x'), type),
    () => nowhere.delete('a'),
    () => nowhere.list('', { limit: 1 }),
  ];
  for (const call of calls) await assert.rejects(call, { code: 'unavailable' }, String(call));
  const wrong = createS3Store({ bucket: 'waggle-none', region: REGION, endpoint: endpoints().s3 });
  await assert.rejects(wrong.get('a'), { name: 'NoSuchBucket' });
  await assert.rejects(wrong.put('a', Buffer.from('x'), { ...type, ifMatch: '"x"' }), {
    name: 'NoSuchBucket',
  });
});
