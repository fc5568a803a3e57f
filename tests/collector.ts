/** A collector of traces that keeps what it is sent (OTLP 1.x over HTTP, as JSON). */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { TestContext } from 'node:test';

export interface CollectedSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  /** 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: Record<string, string | number>;
  failed: boolean;
  service: string;
}

type KeyValues = { key: string; value: { stringValue?: string; intValue?: number; doubleValue?: number } }[];
interface ExportRequest {
  resourceSpans: {
    resource: { attributes: KeyValues };
    scopeSpans: {
      spans: (Omit<CollectedSpan, 'attributes' | 'failed'> & {
        attributes: KeyValues;
        status: { code?: number };
      })[];
    }[];
  }[];
}

export async function startCollector(context: TestContext) {
  const spans: CollectedSpan[] = [];
  const paths = new Set<string>();
  const server = createServer(async (request, response) => {
    paths.add(`${request.method} ${request.url}`);
    const { resourceSpans } = (await json(request)) as ExportRequest;
    for (const { resource, scopeSpans } of resourceSpans) {
      const service = String(valuesOf(resource.attributes)['service.name']);
      for (const { attributes, status, ...span } of scopeSpans.flatMap((scope) => scope.spans))
        spans.push({ ...span, attributes: valuesOf(attributes), failed: status.code === 2, service });
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  context.after(close);
  return { spans, paths, close, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const valuesOf = (list: KeyValues) =>
  Object.fromEntries(
    list.map(({ key, value }) => [key, value.stringValue ?? value.intValue ?? value.doubleValue ?? '']),
  );

/** The spans as a tree of names, children in the order in which they began: `POST /x [send job [process job]]`. */
export function treeOf(spans: CollectedSpan[], parent?: CollectedSpan): string {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  return spans
    .filter(({ parentSpanId = '' }) => (parent ? parentSpanId === parent.spanId : !ids.has(parentSpanId)))
    .sort((a, b) => (BigInt(a.startTimeUnixNano) < BigInt(b.startTimeUnixNano) ? -1 : 1))
    .map((span) => {
      const below = treeOf(spans, span);
      return below ? `${span.name} [${below}]` : span.name;
    })
    .join(', ');
}
