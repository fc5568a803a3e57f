/** Signatures, keys and the schedule. */
import assert from 'node:assert/strict';
import { createPublicKey, type JsonWebKeyInput, verify } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { createFilesystemStore } from '../../infra/store/filesystem.ts';
import { MAX_ATTEMPTS, retryDelayMs } from '../../infra/webhooks/deliver.ts';
import { createKeyring, type PublicJwk } from '../../infra/webhooks/keyring.ts';
import { sign } from '../../infra/webhooks/sign.ts';

/** Of the reference implementations' own tests (standard-webhooks: libraries/javascript, libraries/go). */
const VECTOR = {
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  at: new Date(1614265330_000),
  body: '{"test": 2432232314}',
};
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const V1 = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
const PRIVATE_KEY = 'whsk_VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk=';
const V1A = 'v1a,tQ9V2XOqn7jL/DQenEFpqIugdBVtiMmER5mhSkXBNwM0mkATuDe6KYYUuxqtaiHeYGb7KaaBRdM5WqyeFiL8Ag==';

async function keyring(context: TestContext) {
  const directory = await mkdtemp(join(tmpdir(), 'waggle-keyring-'));
  context.after(() => rm(directory, { recursive: true }));
  const store = await createFilesystemStore(directory);
  const clock = { now: Date.now() };
  return { clock, store, ring: createKeyring({ store, now: () => new Date(clock.now) }) };
}

/** Checks a `v1a` signature of the header as a receiver would, by the published keys. */
function verifiedBy(headers: ReturnType<typeof sign>, body: string, keys: PublicJwk[]): string[] {
  const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const signatures = headers['webhook-signature'].split(' ').filter((it) => it.startsWith('v1a,'));
  const right = ({ kid: _, ...key }: PublicJwk) =>
    signatures.some((signature) =>
      verify(
        null,
        Buffer.from(content),
        createPublicKey({ key: key as JsonWebKeyInput['key'], format: 'jwk' }),
        Buffer.from(signature.slice(4), 'base64'),
      ),
    );
  return keys.filter(right).map(({ kid }) => kid);
}

test("the vectors of Standard Webhooks' own tests come out, both in one header", () => {
  const headers = sign(VECTOR, { secrets: [SECRET], privateKeys: [PRIVATE_KEY] });
  assert.deepEqual(headers, {
    'webhook-id': VECTOR.id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': `${V1} ${V1A}`,
  });
});

test('the standardwebhooks package accepts what is signed now, and nothing else', () => {
  const now = new Date();
  const headers = sign({ ...VECTOR, at: now }, { secrets: [SECRET], privateKeys: [PRIVATE_KEY] });
  const receiver = new Webhook(SECRET);
  assert.deepEqual(receiver.verify(VECTOR.body, headers), { test: 2432232314 });
  const wrong: [string, string, Record<string, string>, Webhook][] = [
    ['another body', VECTOR.body.replace('4}', '5}'), headers, receiver],
    ['another id', VECTOR.body, { ...headers, 'webhook-id': 'msg_other' }, receiver],
    ['another secret', VECTOR.body, headers, new Webhook('whsec_b3RoZXIgc2VjcmV0IG9mIDMyIGJ5dGVzLi4u')],
    ['an old one', VECTOR.body, sign(VECTOR, { secrets: [SECRET], privateKeys: [] }), receiver],
  ];
  for (const [name, body, given, by] of wrong) assert.throws(() => by.verify(body, given), name);
});

test('an owner has a secret of their own, which is the same for every process', async (context) => {
  const { ring, store } = await keyring(context);
  const made = await Promise.all(
    ['alice', 'alice', 'bob'].map((owner) => createKeyring({ store }).secretsOf(owner)),
  );
  const [[one], [two], [other]] = made;
  assert.equal(one.value, two.value);
  assert.notEqual(one.value, other.value);
  assert.deepEqual(await ring.secretsOf('alice'), [one]);
  assert.match(one.value, /^whsec_/);
  assert.equal(Buffer.from(one.value.slice(6), 'base64').length, 32);
});

test('a rotated secret signs beside the new one for a day', async (context) => {
  const { ring, clock } = await keyring(context);
  const [old] = await ring.secretsOf('alice');
  await ring.rotateSecret('bob');
  const [current, previous] = await ring.rotateSecret('alice');
  assert.equal(previous.value, old.value);
  assert.notEqual(current.value, old.value);
  const headers = async () => sign({ ...VECTOR, at: new Date() }, await ring.signingKeys('alice'));
  const both = await headers();
  for (const { value } of [current, old]) new Webhook(value).verify(VECTOR.body, both);
  clock.now += 25 * 3_600_000;
  const after = await headers();
  new Webhook(current.value).verify(VECTOR.body, after);
  assert.throws(() => new Webhook(old.value).verify(VECTOR.body, after));
});

test('of many rotations the last two sign', async (context) => {
  const { ring } = await keyring(context);
  const all: string[] = [];
  for (let count = 0; count < 5; count += 1) all.unshift((await ring.rotateSecret('alice'))[0].value);
  assert.deepEqual((await ring.signingKeys('alice')).secrets, all.slice(0, 2));
});

test('public keys verify, and after a rotation the old one does for a week', async (context) => {
  const { ring, clock } = await keyring(context);
  const headers = async () => sign(VECTOR, await ring.signingKeys('alice'));
  const [old] = await ring.publicKeys();
  assert.deepEqual(verifiedBy(await headers(), VECTOR.body, [old]), [old.kid]);
  assert.deepEqual(verifiedBy(await headers(), `${VECTOR.body} `, [old]), []);

  const [current, previous] = await ring.rotateKeys();
  assert.deepEqual(previous, old);
  assert.notEqual(current.kid, old.kid);
  assert.deepEqual(await ring.publicKeys(), [current, old]);
  assert.deepEqual(verifiedBy(await headers(), VECTOR.body, [current, old]), [current.kid, old.kid]);
  clock.now += 8 * 86_400_000;
  assert.deepEqual(await ring.publicKeys(), [current]);
  assert.deepEqual(verifiedBy(await headers(), VECTOR.body, [current, old]), [current.kid]);
});

test('a key id is the thumbprint of RFC 8037, appendix A.3', async (context) => {
  const { store } = await keyring(context);
  const seed = Buffer.from('nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A', 'base64url').toString('base64');
  const entry = { value: `whsk_${seed}`, createdAt: new Date().toISOString() };
  await store.put('secrets/webhook-keys.json', Buffer.from(JSON.stringify([entry])), {
    contentType: 'application/json',
  });
  const [key] = await createKeyring({ store }).publicKeys();
  assert.equal(key.x, '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo');
  assert.equal(key.kid, 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
});

test('ten attempts take 75 hours, and no two failures come back together', () => {
  assert.equal(MAX_ATTEMPTS, 10);
  const hours = (random: number) =>
    Array.from({ length: MAX_ATTEMPTS - 1 }, (_, at) => retryDelayMs(at + 1, random)).reduce(
      (a, b) => a + b,
    ) / 3_600_000;
  assert.ok(Math.abs(hours(0.5) - 75.6) < 0.1, `${hours(0.5)} h`);
  assert.ok(hours(0) > 67 && hours(1) < 84, `${hours(0)} to ${hours(1)} h`);
  assert.notEqual(retryDelayMs(3, 0.1), retryDelayMs(3, 0.9));
});
