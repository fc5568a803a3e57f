/** Clients that go away, dawdle, or do not speak HTTP. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { picture, type Service, startService } from './helper.ts';

async function dial(service: Service): Promise<Socket> {
  if (!service.app.server.listening) await service.app.listen({ host: '127.0.0.1', port: 0 });
  const socket = connect((service.app.server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  socket.on('error', () => undefined);
  return socket;
}

async function answerOf(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  // `once` would reject at the reset that may follow an early answer.
  await new Promise((resolve) => socket.once('close', resolve));
  return Buffer.concat(chunks).toString();
}

const HEAD =
  'POST /v1/animations HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\n' +
  'Content-Length: 1000000\r\n\r\n--x\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n';

async function nothingLeft(service: Service): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const left = [
      ...(await service.stored('files/')),
      ...(await service.stored('jobs/')),
      ...(await service.drafts()),
    ];
    if (left.length === 0) return;
    await sleep(50);
  }
  assert.fail(`left behind: ${await service.stored('files/')} ${await service.drafts()}`);
}

test('an upload that is broken off leaves nothing behind', async (t) => {
  const service = await startService(t);
  const socket = await dial(service);
  socket.write(HEAD);
  socket.write(await picture());
  while ((await service.drafts()).length === 0) await sleep(10);
  socket.destroy();
  await nothingLeft(service);
  assert.equal((await service.app.inject('/healthz')).statusCode, 200);
});

test('an upload that dawdles is ended, and leaves nothing behind', async (t) => {
  const service = await startService(t, { WAGGLE_UPLOAD_SECONDS: '1' });
  const socket = await dial(service);
  socket.write(HEAD);
  const answer = await answerOf(socket);
  assert.match(answer, /^HTTP\/1\.1 408 /);
  assert.match(answer, /"code":"request_timeout"/);
  await nothingLeft(service);
});

test('an upload without a length is cut off at the limit', async (t) => {
  const service = await startService(t, { WAGGLE_MAX_IMAGE_MB: '0.1', WAGGLE_MAX_AUDIO_MB: '0.1' });
  const socket = await dial(service);
  const answered = answerOf(socket);
  socket.write(HEAD.replace('Content-Length: 1000000', 'Transfer-Encoding: chunked').split('--x')[0]);
  const chunk = (data: Buffer) =>
    Buffer.concat([Buffer.from(`${data.length.toString(16)}\r\n`), data, Buffer.from('\r\n')]);
  socket.write(chunk(Buffer.from(`--x${HEAD.split('--x')[1]}`)));
  for (let count = 0; count < 500 && !socket.closed; count += 1) {
    if (!socket.write(chunk(Buffer.alloc(16_384))))
      await Promise.race([once(socket, 'drain').catch(() => undefined), answered]);
  }
  assert.match(await answered, /^HTTP\/1\.1 413 [\s\S]*"code":"body_too_large"/);
  await nothingLeft(service);
});

test('what is not HTTP is answered as far as it can be', async (t) => {
  const service = await startService(t);
  const socket = await dial(service);
  const answered = answerOf(socket);
  socket.write('HELLO THERE\r\n\r\n');
  assert.match(await answered, /^HTTP\/1\.1 400 [\s\S]*"code":"malformed_request"/);
});
