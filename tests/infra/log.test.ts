import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger } from '../../infra/log.ts';

const KEY = `wgl_${Buffer.alloc(32, 'k').toString('base64url')}`;
const SECRET = `whsec_${Buffer.alloc(32, 's').toString('base64')}`;
const SIGNED =
  'https://ann:hunter2@bucket.example/a.jpg?X-Amz-Signature=5f3c&X-Amz-Security-Token=t0k3n#part';

function capture() {
  const lines: string[] = [];
  return { lines, log: createLogger('info', { write: (line: string) => lines.push(line) }) };
}

test('secrets in fields with their names are left out', () => {
  const { log, lines } = capture();
  const headers = {
    authorization: 'opaque-1',
    'proxy-authorization': 'opaque-2',
    cookie: 'session=opaque-3',
    'set-cookie': ['session=opaque-4'],
    'x-api-key': 'opaque-5',
    'webhook-signature': 'v1,opaque-6',
    accept: 'image/png',
  };
  log.info(headers);
  log.info({ headers, secrets: ['opaque-7'] });
  log.child({ req: { headers } }).info({ keys: { privateKey: 'opaque-8' }, password: 'opaque-9' }, 'said');
  log.info({ a: { b: { c: { 'Set-Cookie': ['opaque"]-10', 'opaque-11'], Secret: 'opaque\\"-12' } } } });
  log.info(`answered ${JSON.stringify({ headers, password: 'opaque-13' })}`);
  log.info(JSON.stringify({ inner: JSON.stringify({ cookie: 'opaque-14' }, null, 1) }));
  assert.equal(lines.length, 6);
  for (const line of lines) {
    assert.doesNotMatch(line, /opaque/);
    JSON.parse(line);
  }
  assert.match(lines[1], /"accept":"image\/png"/);
  assert.equal(JSON.parse(lines[2]).req.headers.cookie, '[redacted]');
});

test('secrets in any text are left out, and the rest of it stays', () => {
  const { log, lines } = capture();
  const cause = new Error(`GET ${SIGNED} failed`);
  const error = Object.assign(new Error(`refused: "Bearer ${KEY}"`, { cause }), {
    code: 'url_refused',
    seen: { transcript: 'what was whispered' },
  });
  log.error(error);
  log.warn(
    { err: error, note: `Basic YW5uOmh1bnRlcjI= and ${SECRET}`, list: [SIGNED] },
    `with ${KEY}, again`,
  );
  log.info({ key: 'no secret' }, `see http://127.0.0.1:8080/docs?token=t0k3n, then "go on"`);
  const text = lines.join('');
  for (const secret of [KEY, KEY.slice(4), SECRET.slice(6), 'hunter2', 'YW5u', '5f3c', 't0k3n', 'whispered'])
    assert.ok(!text.includes(secret), `${secret} in ${text}`);
  const [first, second, third] = lines.map((line) => JSON.parse(line));
  assert.equal(first.err.code, 'url_refused');
  assert.match(first.err.stack, /log\.test\.ts:\d+/);
  assert.match(first.err.stack, /https:\/\/\[redacted\]@bucket\.example\/a\.jpg\?\[redacted\]/);
  assert.equal(second.msg, 'with wgl_[redacted], again');
  assert.equal(second.note, 'Basic [redacted] and whsec_[redacted]');
  assert.equal(third.msg, 'see http://127.0.0.1:8080/docs?[redacted] then "go on"');
  assert.equal(third.key, 'no secret');
});

test('without a trace, lines have no trace', () => {
  const { log, lines } = capture();
  log.info('alone');
  assert.ok(!('trace_id' in JSON.parse(lines[0])));
});
