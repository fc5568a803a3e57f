/** A receiver of webhooks that notes what it got, and answers as it is told. */
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';

export interface Got {
  headers: IncomingHttpHeaders;
  body: string;
}

export type Answer = (response: ServerResponse, request: IncomingMessage) => unknown;

export const ok: Answer = (response) => response.writeHead(204).end();
export const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(code, headers).end('as told');
export const hang: Answer = () => undefined;
export const closeEarly: Answer = (_, request) => request.socket.destroy();
/** Says yes, and then never stops talking. */
export const endless: Answer = (response) => {
  response.writeHead(200);
  const more = () => {
    while (!response.destroyed && response.write(Buffer.alloc(64 * 1024)));
  };
  response.on('drain', more);
  more();
};
/** Says yes, and breaks off in the middle of the rest. */
export const breakOff: Answer = (response, request) => {
  response.writeHead(200, { 'content-length': '1000' });
  response.write('half');
  setTimeout(() => request.socket.destroy(), 20);
};

/** @param answers one after the other; the last one for the rest */
export async function startReceiver(context: TestContext, ...answers: Answer[]) {
  const got: Got[] = [];
  const listener: RequestListener = async (request, response) => {
    const answer = answers[got.length] ?? answers.at(-1)!;
    const { headers } = request;
    got.push({ headers, body: await text(request) });
    answer(response, request);
  };
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { got, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?token=s3cret` };
}
