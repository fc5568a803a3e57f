/** Requests to addresses that callers name: what is refused, and that nothing can be exchanged after it was looked at. */
import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { request } from 'undici';
import { isPublic } from '../../infra/outbound/addresses.ts';
import { type Address, createPinnedAgent } from '../../infra/outbound/agent.ts';
import { createOutbound } from '../../infra/outbound/index.ts';

const GET = { method: 'GET', headers: {}, timeoutMs: 2000 } as const;

/** A server on every loopback address that notes where it was asked. */
async function serve(context: TestContext, answer: RequestListener = (_, response) => response.end('hello')) {
  const asked: string[] = [];
  const server = createServer((incoming, response) => {
    asked.push(`${incoming.socket.localAddress} ${incoming.headers.host}`);
    answer(incoming, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { asked, port: (server.address() as AddressInfo).port };
}

/** A resolver that gives one answer after the other. */
function answers(...lists: string[][]) {
  let asked = 0;
  const resolve = async (): Promise<Address[]> =>
    (lists[asked++] ?? lists.at(-1)!).map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  return { resolve, asked: () => asked };
}

function outbound(context: TestContext, options: Parameters<typeof createOutbound>[0]) {
  const made = createOutbound(options);
  context.after(() => made.close());
  return made;
}

test('addresses of this machine, its network, the clouds and nobody are not public', () => {
  const inside = {
    'this machine': ['127.0.0.1', '127.8.8.8', '::1', '0.0.0.0', '0.1.2.3', '::'],
    private: ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fd12:3456::1'],
    'link-local': ['169.254.0.1', 'fe80::1', 'fe80::1%eth0', 'fec0::1'],
    metadata: ['169.254.169.254', '169.254.170.2', 'fd00:ec2::254', '100.100.100.200', '192.0.0.192', '168.63.129.16'],
    'carrier-grade NAT': ['100.64.0.1', '100.127.255.255'],
    'multicast and broadcast': ['224.0.0.1', '239.255.255.255', '255.255.255.255', 'ff02::1'],
    reserved: ['192.0.2.1', '198.18.0.1', '198.51.100.1', '203.0.113.1', '240.0.0.1', '2001:db8::1', '100::1'],
    'IPv4 in IPv6': ['::ffff:127.0.0.1', '::ffff:8.8.8.8', '::127.0.0.1', '::ffff:0:10.0.0.1'],
    '6to4, Teredo': ['2002:7f00:1::', '2002:808:808::1', '2001:0:7f00:1::'],
    NAT64: ['64:ff9b::7f00:1', '64:ff9b::a9fe:a9fe', '64:ff9b:1::a00:1'],
    'not given out': ['4000::1', '8000::1', '5f00::1'],
    'not an address': ['', 'localhost', '127.0.0.1.nip.io', '8.8.8.8/8'],
  }; // biome-ignore format: a table
  for (const [kind, addresses] of Object.entries(inside)) {
    for (const address of addresses) assert.equal(isPublic(address), false, `${kind}: ${address}`);
  }
  for (const address of [
    '8.8.8.8',
    '1.1.1.1',
    '172.32.0.1',
    '100.128.0.1',
    '2606:4700::1111',
    '2a00:1450::1',
  ])
    assert.equal(isPublic(address), true, address);
});

test('addresses written in other ways are refused before anything is resolved', (context) => {
  const strict = outbound(context, { loopback: false });
  for (const url of [
    'http://example.com/', 'ftp://example.com/', 'file:///etc/passwd', 'javascript:alert(1)', 'no url', '',
    'https://127.0.0.1/', 'https://2130706433/', 'https://0x7f.1/', 'https://0177.0.0.1/', 'https://127.1/',
    'https://[::1]/', 'https://[::ffff:127.0.0.1]/', 'https://[::ffff:7f00:1]/', 'https://169.254.169.254/latest/',
    'https://localhost/', 'https://LOCALHOST/', 'http://localhost:3000/', 'http://127.0.0.1/',
    'https://user:password@example.com/', 'https://user@example.com/',
  ]) {
    assert.throws(() => strict.check(url), { code: 'url_refused' }, url);
  } // biome-ignore format: a list
  assert.equal(strict.check('https://example.com:8443/a?b=c').host, 'example.com:8443');
  const lenient = outbound(context, { loopback: true });
  for (const url of ['http://127.0.0.1:3000/', 'http://localhost/', 'http://[::1]/', 'https://localhost/'])
    assert.ok(lenient.check(url), url);
  for (const url of ['http://example.com/', 'https://10.0.0.1/', 'http://169.254.169.254/'])
    assert.throws(() => lenient.check(url), { code: 'url_refused' }, url);
});

test('a name that leads inside is refused, also where one good address is beside the bad one', async (context) => {
  for (const list of [
    ['127.0.0.1'],
    ['8.8.8.8', '10.0.0.1'],
    ['::ffff:127.0.0.1'],
    ['169.254.169.254'],
    [],
  ]) {
    const { resolve } = answers(list);
    const { request: send } = outbound(context, { loopback: false, resolve });
    await assert.rejects(send('https://inside.test/', GET), { code: 'url_refused' }, list.join());
  }
});

test('a name is resolved once, and the connection goes to the address that was looked at', async (context) => {
  const { asked, port } = await serve(context);
  // Stand-ins: 127.0.0.1 is the public address, 127.0.0.2 the one inside.
  const resolver = answers(['127.0.0.1'], ['127.0.0.2']);
  const dispatcher = createPinnedAgent({
    allows: (address) => address === '127.0.0.1',
    resolve: resolver.resolve,
    connectTimeoutMs: 2000,
  });
  context.after(() => dispatcher.destroy());
  const first = await request(`http://rebind.test:${port}/`, { dispatcher, reset: true });
  assert.equal(await first.body.text(), 'hello');
  assert.deepEqual([asked, resolver.asked()], [[`127.0.0.1 rebind.test:${port}`], 1]);
  // The name now says something else: a new connection looks again, and refuses.
  await assert.rejects(request(`http://rebind.test:${port}/`, { dispatcher }), { code: 'url_refused' });
  assert.equal(asked.length, 1, 'nothing was asked at 127.0.0.2');
  await assert.rejects(request(`http://127.0.0.2:${port}/`, { dispatcher }), { code: 'url_refused' });
  assert.equal(resolver.asked(), 2, 'an address is not resolved');
});

test('redirects are answers and are not followed', async (context) => {
  const { asked, port } = await serve(context, (_, response) =>
    response.writeHead(302, { location: `http://127.0.0.1:${port}/elsewhere` }).end(),
  );
  const { request: send } = outbound(context, { loopback: true });
  const { status, body } = await send(`http://127.0.0.1:${port}/`, GET);
  assert.equal(status, 302);
  await text(body);
  assert.equal(asked.length, 1);
});

test('what goes wrong has one of four names', async (context) => {
  const { request: send } = outbound(context, { loopback: true });
  const hanging = await serve(context, () => undefined);
  const started = performance.now();
  await assert.rejects(send(`http://127.0.0.1:${hanging.port}/`, { ...GET, timeoutMs: 200 }), {
    code: 'url_timeout',
  });
  assert.ok(performance.now() - started < 1500);
  const silent = outbound(context, { loopback: false, resolve: () => new Promise(() => undefined) });
  await assert.rejects(silent.request('https://silent.test/', { ...GET, timeoutMs: 200 }), {
    code: 'url_timeout',
  });
  const closing = await serve(context, (incoming) => incoming.socket.destroy());
  await assert.rejects(send(`http://127.0.0.1:${closing.port}/`, GET), { code: 'url_unreachable' });
  await assert.rejects(send('http://127.0.0.1:1/', GET), { code: 'url_unreachable' });
  const nowhere = outbound(context, {
    loopback: false,
    resolve: () => Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })),
  });
  await assert.rejects(nowhere.request('https://nowhere.test/', GET), { code: 'url_unresolved' });
});
