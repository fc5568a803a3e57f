/** One attempt, against receivers that behave in every way. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { createOutbound } from '../../infra/outbound/index.ts';
import { createFilesystemStore } from '../../infra/store/filesystem.ts';
import { createDeliver } from '../../infra/webhooks/deliver.ts';
import { createKeyring } from '../../infra/webhooks/keyring.ts';
import { type Answer, breakOff, closeEarly, endless, hang, ok, startReceiver, status } from '../receiver.ts';

const EVENT = {
  id: 'anim_1_2',
  owner: 'alice',
  body: '{"type":"animation.succeeded","data":{"text":"动一动"}}',
};
const TIMEOUT_MS = 400;

async function sender(context: TestContext, { loopback = true } = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'waggle-deliver-'));
  const outbound = createOutbound({ loopback });
  context.after(async () => {
    await outbound.close();
    await rm(directory, { recursive: true });
  });
  const keyring = createKeyring({ store: await createFilesystemStore(directory) });
  return { keyring, deliver: createDeliver({ outbound, keyring, timeoutMs: TIMEOUT_MS }) };
}

test('an event arrives as it is, signed so that the standardwebhooks package accepts it', async (context) => {
  const { deliver, keyring } = await sender(context);
  const { url, got } = await startReceiver(context, ok);
  const attempt = await deliver(EVENT, url);
  assert.deepEqual([attempt.status, attempt.error], [204, null]);
  const [{ headers, body }] = got;
  assert.equal(body, EVENT.body);
  assert.equal(headers['content-type'], 'application/json');
  assert.match(String(headers['webhook-signature']), /^v1,\S+ v1a,\S+$/);
  const [{ value }] = await keyring.secretsOf('alice');
  const event = new Webhook(value).verify(body, headers as Record<string, string>);
  assert.deepEqual(event, JSON.parse(EVENT.body));
});

test('every other answer, and none, is told apart and ends in time', async (context) => {
  const cases: [string, Answer, number | null, string | null][] = [
    ['200', status(200), 200, null],
    ['299', status(299), 299, null],
    ['yes, and endless bytes', endless, 200, null],
    ['yes, and half of the rest', breakOff, 200, null],
    ['500', status(500), 500, 'url_status'],
    ['410', status(410), 410, 'url_status'],
    ['a redirect', status(302, { location: 'http://127.0.0.1:1/' }), 302, 'url_status'],
    ['a permanent one', status(308, { location: 'http://127.0.0.1:1/' }), 308, 'url_status'],
    ['304', status(304), 304, 'url_status'],
    ['nothing', hang, null, 'url_timeout'],
    ['a closed connection', closeEarly, null, 'url_unreachable'],
  ];
  const { deliver } = await sender(context);
  for (const [name, answer, expected, error] of cases) {
    const { url, got } = await startReceiver(context, answer);
    const begun = performance.now();
    const attempt = await deliver(EVENT, url);
    assert.deepEqual([attempt.status, attempt.error], [expected, error], name);
    assert.equal(got.length, 1, `${name}: asked once, nothing is followed`);
    const took = performance.now() - begun;
    assert.ok(took < TIMEOUT_MS + 1500, `${name}: ${took} ms`);
    assert.ok(attempt.milliseconds <= took && Date.parse(attempt.at) <= Date.now(), name);
  }
});

test('a callback to this machine is refused unless it is allowed', async (context) => {
  const { deliver } = await sender(context, { loopback: false });
  const { url, got } = await startReceiver(context, ok);
  for (const address of [url, url.replace('http:', 'https:'), 'https://localhost/']) {
    assert.equal((await deliver(EVENT, address)).error, 'url_refused');
  }
  assert.deepEqual(got, []);
});
