/** A proxy before the service that behaves as networks do: each thing that can go wrong goes wrong once. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

interface Seen {
  path: string;
  lastEventId: string | undefined;
}

/**
 * The first upload is refused with 503, the answer to the first animation is lost, the first stream of events breaks off
 * after its first event.
 */
export async function startFlakyProxy(t: TestContext, target: string) {
  const seen: Seen[] = [];

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url: path = '', method, headers } = request;
    const first = !seen.some((it) => it.path === path);
    seen.push({ path, lastEventId: headers['last-event-id'] as string | undefined });
    const body = method === 'POST' ? await buffer(request) : undefined;
    if (first && path === '/v1/uploads') {
      const problem = { type: '/problems/overloaded', title: 'Overloaded', status: 503, code: 'overloaded' };
      response.writeHead(503, { 'content-type': 'application/problem+json', 'retry-after': '0' });
      response.end(JSON.stringify({ ...problem, detail: 'Too much to do.', retryable: true }));
      return;
    }
    const { host, connection, 'content-length': length, 'transfer-encoding': coding, ...rest } = headers;
    const answer = await fetch(target + path, { method, body, headers: rest as Record<string, string> });
    if (first && path === '/v1/animations') {
      await answer.arrayBuffer();
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    for await (const chunk of answer.body ?? []) {
      response.write(chunk);
      if (first && path.endsWith('/events') && Buffer.from(chunk).includes('event: ')) {
        await sleep(100); // until it has arrived
        request.socket.destroy();
        return;
      }
    }
    response.end();
  }

  const server = createServer((request, response) => {
    pass(request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
