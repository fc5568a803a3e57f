/**
 * What Lambda's Node runtime and API Gateway do around handlers/http.ts, for tests. Shapes are those of the Lambda
 * developer guide (response streaming) and the API Gateway developer guide (proxy integration, payload version 1.0).
 */
import { PassThrough } from 'node:stream';
import type { APIGatewayProxyEvent, Context } from 'aws-lambda';

type Streaming = (event: APIGatewayProxyEvent, output: PassThrough, context: Context) => Promise<void>;

/** Between the description of an answer and its body. */
const DELIMITER = Buffer.alloc(8);

/** The runtime's own global, of which the types of @types/aws-lambda speak. */
Object.assign(globalThis, {
  awslambda: {
    streamifyResponse: (handler: Streaming) => handler,
    HttpResponseStream: {
      from(output: PassThrough, meta: object) {
        output.write(JSON.stringify(meta));
        output.write(DELIMITER);
        return output;
      },
    },
  },
});

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: AsyncIterable<Buffer>;
  /** Settles when the function has ended. */
  ended: Promise<void>;
}

/** Invokes the handler as API Gateway does, and reads the answer up to its body. */
export async function invoke(handler: unknown, event: APIGatewayProxyEvent): Promise<Answer> {
  const output = new PassThrough();
  const ended = (handler as Streaming)(event, output, { awsRequestId: 'test' } as Context);
  const chunks = output[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let head = Buffer.alloc(0);
  while (!head.includes(DELIMITER)) {
    const { value, done } = await chunks.next();
    if (done) throw new Error(`The answer ended in its head: ${head}`);
    head = Buffer.concat([head, value]);
  }
  const at = head.indexOf(DELIMITER);
  const meta = JSON.parse(head.subarray(0, at).toString());
  async function* body() {
    yield head.subarray(at + DELIMITER.length);
    yield* { [Symbol.asyncIterator]: () => chunks };
  }
  return { status: meta.statusCode, headers: meta.headers, body: body(), ended };
}

export interface Sent {
  headers?: Record<string, string>;
  query?: Record<string, string>;
  body?: string | Buffer;
}

/** A request as API Gateway's REST API hands it to a function. */
export function gatewayEvent(
  method: string,
  path: string,
  { headers = {}, query, body }: Sent = {},
): APIGatewayProxyEvent {
  const all = { Host: 'api.example.com', 'X-Forwarded-Proto': 'https', ...headers };
  const lists = (map: Record<string, string>) =>
    Object.fromEntries(Object.entries(map).map(([name, value]) => [name, [value]]));
  return {
    resource: '/{proxy+}',
    path,
    httpMethod: method,
    headers: all,
    multiValueHeaders: lists(all),
    queryStringParameters: query ?? null,
    multiValueQueryStringParameters: query ? lists(query) : null,
    pathParameters: { proxy: path.slice(1) },
    stageVariables: null,
    requestContext: {
      accountId: '123456789012',
      apiId: 'a1b2c3',
      authorizer: null,
      protocol: 'HTTP/1.1',
      httpMethod: method,
      identity: { sourceIp: '203.0.113.7', userAgent: 'test' } as never,
      path,
      stage: 'prod',
      requestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
      requestTimeEpoch: Date.now(),
      resourceId: '123456',
      resourcePath: '/{proxy+}',
    },
    body: body === undefined ? null : body.toString(Buffer.isBuffer(body) ? 'base64' : 'utf8'),
    isBase64Encoded: Buffer.isBuffer(body),
  };
}
