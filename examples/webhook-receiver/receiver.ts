/**
 * A receiver of Waggle's webhooks. It trusts nothing that is not signed, and does each event once.
 *
 *     curl -H "Authorization: Bearer $KEY" https://waggle.example/v1/webhook-secret      # {"secret": "whsec_..."}
 *     WEBHOOK_SECRET=whsec_... PORT=3000 node --import tsx examples/webhook-receiver/receiver.ts
 *
 * Then name its address in a request: -F 'webhook={"url":"https://you.example/waggle"}'. To try it on one machine, start
 * the service with WAGGLE_ALLOW_LOOPBACK=true and use http://127.0.0.1:3000.
 */
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';

interface Event {
  type: 'animation.started' | 'animation.succeeded' | 'animation.failed' | 'animation.canceled';
  timestamp: string;
  account: string;
  /** As from GET /v1/animations/{id}. */
  data: {
    id: string;
    status: string;
    links: Record<string, string>;
    error?: { code: string; detail: string };
  };
}

const webhook = new Webhook(process.env.WEBHOOK_SECRET!);
/** Ids of events that were done; a real receiver keeps them where a restart does not lose them. */
const done = new Set<string>();

const server = createServer(async (request, response) => {
  const body = await text(request); // the signature is over exactly these bytes
  const id = String(request.headers['webhook-id']);
  let event: Event;
  try {
    event = webhook.verify(body, request.headers as Record<string, string>) as Event;
  } catch {
    console.log('refused: not signed with our secret, or older than five minutes');
    response.writeHead(401).end();
    return;
  }
  // Answer first: whatever takes long would be taken for a failure and sent again.
  response.writeHead(204).end();
  if (done.has(id)) return;
  done.add(id);
  const { data } = event;
  console.log(`${event.type} ${data.id} ${data.links.video ?? data.error?.detail ?? ''}`.trimEnd());
});

server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  const address = server.address() as { port: number };
  console.log(`listening on http://127.0.0.1:${address.port}`);
});
