import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { loadConfig } from '../../infra/config.ts';
import { hashKey, newKey, ownerOf } from '../../infra/keys.ts';

test('without any variable the service is local and open', () => {
  const config = loadConfig({ HOME: '/home/somebody' });
  assert.deepEqual(
    [config.host, config.port, config.worker, config.resultDays],
    ['127.0.0.1', 8080, true, 7],
  );
  assert.equal(config.dataDir, resolve('data'));
  assert.deepEqual(config.apiKeys, []);
  assert.equal(config.allowLoopback, false);
  assert.equal(config.limits.imageBytes, 20 * 1024 * 1024);
  assert.equal(config.limits.imagePixels, 40_000_000);
});

test('variables are read, and what is read stays as it is', () => {
  const hash = hashKey('secret');
  const config = loadConfig({
    WAGGLE_PORT: '0',
    WAGGLE_WORKER: 'false',
    WAGGLE_API_KEYS: `ann:${hash}`,
    WAGGLE_HOST: '0.0.0.0',
  });
  assert.deepEqual([config.port, config.worker, config.host], [0, false, '0.0.0.0']);
  assert.deepEqual(config.apiKeys, [{ owner: 'ann', hash }]);
  for (const part of [config, config.limits, config.apiKeys]) assert.ok(Object.isFrozen(part));
});

test('S3 and SQS are chosen by name, with what they need', () => {
  const { store, queue } = loadConfig({ HOME: '/home/somebody' });
  assert.deepEqual([store, queue], [{ kind: 'filesystem' }, { kind: 'local' }]);
  const cloud = loadConfig({
    WAGGLE_STORE: 's3',
    WAGGLE_BUCKET: 'pictures',
    WAGGLE_QUEUE: 'sqs',
    WAGGLE_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/1/jobs',
    WAGGLE_WEBHOOK_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/1/webhooks',
    WAGGLE_WEBHOOK_DEAD_LETTER_URL: 'https://sqs.eu-west-1.amazonaws.com/1/dead',
    WAGGLE_REGION: 'eu-west-1',
  });
  assert.deepEqual(cloud.store, {
    kind: 's3',
    bucket: 'pictures',
    region: 'eu-west-1',
    endpoint: undefined,
  });
  assert.deepEqual(cloud.queue, {
    kind: 'sqs',
    region: 'eu-west-1',
    jobs: { url: 'https://sqs.eu-west-1.amazonaws.com/1/jobs', deadLetterUrl: undefined },
    webhooks: {
      url: 'https://sqs.eu-west-1.amazonaws.com/1/webhooks',
      deadLetterUrl: 'https://sqs.eu-west-1.amazonaws.com/1/dead',
    },
  });
});

test('a setting of another adapter, or one that is missing, is refused by its name', () => {
  const wrong: [env: Record<string, string>, name: string][] = [
    [{ WAGGLE_STORE: 's3', WAGGLE_REGION: 'x' }, 'WAGGLE_BUCKET'],
    [{ WAGGLE_STORE: 's3', WAGGLE_BUCKET: 'x' }, 'WAGGLE_REGION'],
    [{ WAGGLE_QUEUE: 'sqs', WAGGLE_REGION: 'x' }, 'WAGGLE_QUEUE_URL'],
    [{ WAGGLE_QUEUE: 'sqs', WAGGLE_QUEUE_URL: 'jobs', WAGGLE_REGION: 'x' }, 'WAGGLE_QUEUE_URL'],
    [{ WAGGLE_QUEUE: 'sqs', WAGGLE_QUEUE_URL: 'http://a/1', WAGGLE_REGION: 'x' }, 'WAGGLE_WEBHOOK_QUEUE_URL'],
    [{ WAGGLE_BUCKET: 'x' }, 'WAGGLE_BUCKET'],
    [{ WAGGLE_DEAD_LETTER_URL: 'x' }, 'WAGGLE_DEAD_LETTER_URL'],
    [{ WAGGLE_S3_ENDPOINT: 'x' }, 'WAGGLE_S3_ENDPOINT'],
    [{ WAGGLE_REGION: 'x' }, 'WAGGLE_REGION'],
  ];
  for (const [env, name] of wrong) {
    assert.throws(
      () => loadConfig(env),
      { code: 'config_invalid', message: new RegExp(`^${name}: `) },
      JSON.stringify(env),
    );
  }
});

test('a wrong value is refused by its name', () => {
  const wrong: Record<string, string>[] = [
    { WAGGLE_PORT: 'eighty' },
    { WAGGLE_PORT: '70000' },
    { WAGGLE_WORKER: 'perhaps' },
    { WAGGLE_LOG_LEVEL: 'loud' },
    { WAGGLE_RESULT_DAYS: '0' },
    { WAGGLE_API_KEYS: 'ann:short' },
    { WAGGLE_API_KEYS: `../ann:${hashKey('x')}` },
    { WAGGLE_PROT: '8080' },
    { WAGGLE_SPEECH: 'whisper-gigantic' },
    { WAGGLE_OTLP: 'collector:4318' },
    { WAGGLE_OTLP: 'grpc://collector:4317' },
    { WAGGLE_METRICS: 'true' },
    { WAGGLE_METRICS: '70000' },
    { WAGGLE_METRICS: 'host:' },
    { WAGGLE_METRICS: 'host/path:9464' },
  ];
  for (const env of wrong) {
    const [name] = Object.keys(env);
    assert.throws(
      () => loadConfig(env),
      { code: 'config_invalid', message: new RegExp(name) },
      JSON.stringify(env),
    );
  }
});

test('what listens is any model of the catalogue, or a folder', () => {
  const catalogue = JSON.parse(readFileSync(new URL('../../models/weights.json', import.meta.url), 'utf8'));
  const names = Object.keys(catalogue).filter((name) => /whisper|wav2vec/.test(name));
  assert.ok(names.length >= 3);
  for (const WAGGLE_SPEECH of [...names, './here', '/srv/speech'])
    assert.equal(loadConfig({ WAGGLE_SPEECH }).speech, WAGGLE_SPEECH);
  assert.equal(loadConfig({}).speech, 'whisper-base');
});

test('telemetry is off, and its metrics stay on this machine, unless it is said', () => {
  assert.deepEqual(loadConfig({}).telemetry, { otlp: undefined, metrics: undefined });
  const of = (WAGGLE_METRICS: string) => loadConfig({ WAGGLE_METRICS }).telemetry.metrics;
  assert.deepEqual(of('9464'), { host: '127.0.0.1', port: 9464 });
  assert.deepEqual(of('0.0.0.0:0'), { host: '0.0.0.0', port: 0 });
  assert.deepEqual(of('[::1]:9464'), { host: '::1', port: 9464 });
  const collector = 'https://collector.example:4318/base';
  assert.equal(loadConfig({ WAGGLE_OTLP: collector }).telemetry.otlp, collector);
});

test('a key that was put where its hash belongs is not repeated', () => {
  const key = newKey();
  assert.throws(
    () => loadConfig({ WAGGLE_API_KEYS: `ann:${key}` }),
    (error: Error) => !error.message.includes(key),
  );
});

test('other machines are let in only with keys', () => {
  for (const host of ['0.0.0.0', '::', '192.168.1.5']) {
    assert.throws(() => loadConfig({ WAGGLE_HOST: host }), {
      code: 'config_invalid',
      message: /WAGGLE_API_KEYS/,
    });
  }
  for (const host of ['127.0.0.1', '::1', 'localhost'])
    assert.equal(loadConfig({ WAGGLE_HOST: host }).host, host);
});

test('a key is known by its hash', () => {
  const [one, two] = [newKey(), newKey()];
  const keys = [
    { owner: 'one', hash: hashKey(one) },
    { owner: 'two', hash: hashKey(two) },
  ];
  assert.equal(ownerOf(one, keys), 'one');
  assert.equal(ownerOf(two, keys), 'two');
  assert.equal(ownerOf(newKey(), keys), undefined);
  assert.equal(ownerOf(hashKey(one), keys), undefined);
});
