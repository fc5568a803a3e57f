/** Many clients at once: some submit jobs, the others ask for jobs that were submitted. */
import autocannon from 'autocannon';

export interface Form {
  body: Buffer;
  contentType: string;
}

export interface Measured {
  /** Milliseconds until each answer. */
  accepts: number[];
  reads: number[];
  /** What was not answered as it should be, and how often. */
  errors: Record<string, number>;
}

const PATH = '/v1/animations';

/** @param each requests of one client in a second; without it, as many as are answered */
export async function applyLoad(
  url: string,
  form: Form,
  { submit, read, seconds, each }: { submit: number; read: number; seconds: number; each?: number },
): Promise<Measured> {
  const measured: Measured = { accepts: [], reads: [], errors: {} };
  const fault = (what: string, times = 1) => {
    measured.errors[what] = (measured.errors[what] ?? 0) + times;
  };
  const ids: string[] = [];

  /** Clients that send one kind of request over and over. */
  const send = async (
    connections: number,
    times: number[],
    expected: number,
    request: autocannon.Request,
  ) => {
    const result = await autocannon({
      url,
      connections,
      duration: seconds,
      timeout: 30,
      connectionRate: each,
      setupClient(client) {
        // The first answer is not counted: a client waits for its connection, and the service for its compiler.
        let first = true;
        client.on('response', (_status, _bytes, milliseconds) => {
          if (!first) times.push(milliseconds);
          first = false;
        });
      },
      requests: [
        {
          ...request,
          onResponse(status, body) {
            if (status !== expected) fault(`${status} ${body.slice(0, 100)}`);
            else if (expected === 202) ids.push(JSON.parse(body).id);
          },
        },
      ],
    });
    if (result.errors > 0) fault('no answer', result.errors);
  };

  const headers = { 'content-type': form.contentType };
  const submitting = send(submit, measured.accepts, 202, {
    method: 'POST',
    path: PATH,
    headers,
    body: form.body,
  });
  if (read > 0) {
    while (ids.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await send(read, measured.reads, 200, {
      method: 'GET',
      path: PATH,
      // One of the latest, as clients do that wait for theirs.
      setupRequest: (request) => ({
        ...request,
        path: `${PATH}/${ids[Math.max(0, ids.length - 1 - Math.floor(Math.random() * 200))]}`,
      }),
    });
  }
  await submitting;
  return measured;
}

export function percentile(values: number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)];
}
