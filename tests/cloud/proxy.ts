/** A way to a server on which requests can go astray. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';

/** What becomes of a request: it is passed on; it never arrives; it arrives, and its answer does not. */
export type Fate = 'passed' | 'held' | 'unanswered';

/** @param decide by each piece of a request as it comes; the first one begins with `PUT /bucket/key HTTP/1.1` */
export async function startProxy(context: TestContext, target: string, decide: (piece: string) => Fate) {
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(new URL(target).port), '127.0.0.1');
    let fate: Fate = 'passed';
    near.on('data', (chunk) => {
      if (fate === 'passed') fate = decide(chunk.toString('latin1'));
      if (fate !== 'held') far.write(chunk);
    });
    far.on('data', (chunk) => {
      if (fate === 'passed') near.write(chunk);
      else near.destroy();
    });
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('error', () => undefined);
    }
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
