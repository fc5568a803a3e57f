/** What an operator sees of jobs: one trace from the request to the webhook, metrics, and lines that name the job. */
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PipelineRunner, RunHooks } from '../../handlers/pipeline-runner.ts';
import { startWebhooks } from '../../handlers/webhook.ts';
import { startWorker } from '../../handlers/worker.ts';
import { createLogger } from '../../infra/log.ts';
import { startTelemetry } from '../../infra/telemetry/start.ts';
import { createDeliver } from '../../infra/webhooks/deliver.ts';
import { PipelineError } from '../../models/errors.ts';
import { picture, startService } from '../api/helper.ts';
import { type CollectedSpan, startCollector, treeOf } from '../collector.ts';
import { type Answer, ok, startReceiver } from '../receiver.ts';

const RESULT = {
  rendered: {
    video: Buffer.from('video'), contentType: 'video/mp4', width: 64, height: 48, poster: Buffer.from('poster'),
    report: { outside: 0 },
  },
  mask: Buffer.from('mask'),
  report: { outside: 0 },
}; // biome-ignore format: one result

type Work = (hooks: RunHooks) => unknown;

/** What the pipeline's thread tells of a stage that took 20 ms. */
function spend(hooks: RunHooks, stage: string, failed = false): void {
  hooks.timed({ stage, at: Date.now() - 20, milliseconds: 20, failed });
}

/** The embedded service with collector, metrics and receiver; `works` are what the pipeline does, one job after another. */
async function begin(
  context: TestContext,
  works: Work[],
  { answers = [ok], env = {} }: { answers?: Answer[]; env?: Record<string, string> } = {},
) {
  const running: { stop(): Promise<unknown> }[] = [];
  const stop = async () => {
    for (const it of running.splice(0)) await it.stop();
  };
  context.after(stop); // before the adapters are closed
  const collector = await startCollector(context);
  const lines: Record<string, unknown>[] = [];
  const log = createLogger('info', { write: (line: string) => lines.push(JSON.parse(line)) });
  const on = { otlp: collector.url, metrics: { host: '127.0.0.1', port: 0 } };
  const telemetry = await startTelemetry(on, 'waggle', log);
  const service = await startService(context, { WAGGLE_ALLOW_LOOPBACK: 'true', ...env }, log);
  const receiver = await startReceiver(context, ...answers);
  const run = async (_task: unknown, _request: unknown, hooks: RunHooks) => works.shift()!(hooks);
  const runner = {
    ready: async () => undefined,
    run,
    close: async () => undefined,
  } as unknown as PipelineRunner;
  const worker = startWorker({ ...service, deadLetters: service.queue.deadLetters, log, runner });
  const deadWebhooks = service.webhooks.deadLetters;
  const webhooks = startWebhooks({ ...service, deadWebhooks, deliver: createDeliver(service), log });
  const url = await service.app.listen({ host: '127.0.0.1', port: 0 });

  const submit = async () => {
    const body = new FormData();
    body.set('image', new Blob([new Uint8Array(await picture())]), 'a.jpg');
    body.set('command', 'wave');
    body.set('webhook', JSON.stringify({ url: receiver.url }));
    return accepted(await fetch(`${url}/v1/animations`, { method: 'POST', body }));
  };
  /** Its body arrives after its head, in parts. */
  const submitJson = async (headers: Record<string, string>) => {
    const photo = await picture();
    const image = { url: (await startReceiver(context, (response) => response.end(photo))).url };
    const body = JSON.stringify({ image, command: 'wave', webhook: { url: receiver.url } });
    const slowly = Readable.from(
      (async function* () {
        for (const part of [body.slice(0, 9), body.slice(9)]) {
          await sleep(50);
          yield part;
        }
      })(),
    );
    const json = { 'content-type': 'application/json', ...headers };
    const options = { method: 'POST', headers: json, body: slowly, duplex: 'half' } as unknown as RequestInit;
    return accepted(await fetch(`${url}/v1/animations`, options));
  };
  const accepted = async (answer: Response) => {
    assert.equal(answer.status, 202);
    return {
      id: ((await answer.json()) as { id: string }).id,
      requestId: answer.headers.get('x-request-id'),
    };
  };
  const until = async (what: string, holds: () => boolean | Promise<boolean>) => {
    for (const end = Date.now() + 20_000; Date.now() < end; await sleep(10)) if (await holds()) return;
    assert.fail(`not within 20 s: ${what}`);
  };
  running.push(worker, webhooks, telemetry);
  return { ...service, url, collector, receiver, telemetry, lines, submit, submitJson, until, stop };
}

const named = (spans: CollectedSpan[], name: string) => spans.filter((span) => span.name === name);

test('one trace leads from the request through queue, worker and stages to the webhook', async (context) => {
  const work: Work = async (hooks) => {
    await sleep(60);
    for (const stage of ['decode', 'transcribe', 'locate', 'understand', 'animate', 'render'])
      spend(hooks, stage);
    return RESULT;
  };
  const { collector, receiver, lines, submit, until, stop } = await begin(context, [work]);
  const { id, requestId } = await submit();
  await until('both events', () => receiver.got.length === 2);
  await stop();

  const { spans, paths } = collector;
  assert.deepEqual([...paths], ['POST /v1/traces']);
  assert.deepEqual(new Set(spans.map(({ traceId }) => traceId)).size, 1);
  const stages = 'decode, locate, understand, animate, render';
  const event = 'send event [deliver event]';
  assert.equal(
    treeOf(spans).replace(/decode.*render(?=, store)/, 'STAGES'),
    `POST /v1/animations [send job [process job [${event}, STAGES, store, ${event}]]]`,
  );
  const [job] = named(spans, 'process job');
  for (const stage of stages.split(', ')) {
    const [{ parentSpanId, startTimeUnixNano, endTimeUnixNano }] = named(spans, stage);
    assert.equal(parentSpanId, job.spanId, stage);
    assert.equal(Number(BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano)) / 1e6, 20, stage);
  }
  assert.deepEqual(named(spans, 'transcribe'), [], 'nobody spoke');

  const [request] = named(spans, 'POST /v1/animations');
  assert.deepEqual(
    [
      request.kind,
      request.service,
      request.attributes['http.route'],
      request.attributes['http.response.status_code'],
    ],
    [2, 'waggle', '/v1/animations', 202],
  );
  assert.equal(request.attributes['waggle.request.id'], requestId);
  assert.equal(job.kind, 5);
  assert.deepEqual(
    ['id', 'attempt', 'kind', 'status'].map((name) => job.attributes[`waggle.job.${name}`]),
    [id, 1, 'animation', 'succeeded'],
  );
  const deliveries = named(spans, 'deliver event').map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`);
  assert.deepEqual(receiver.got.map(({ headers }) => headers.traceparent).sort(), deliveries.sort());
  assert.ok(spans.every(({ failed }) => !failed));
  assert.ok(!JSON.stringify(spans).includes('s3cret'), "the receiver's token is not in the trace");

  const about = lines.filter((line) => line.jobId === id);
  assert.deepEqual(about.map(({ msg }) => msg).sort(), [
    'A request was answered.',
    'An event was posted.',
    'An event was posted.',
    'The job begins.',
    'The job has ended.',
  ]);
  for (const line of about) assert.equal(line.trace_id, job.traceId, String(line.msg));
  assert.equal(about.find(({ msg }) => msg === 'A request was answered.')!.reqId, requestId);
});

test("a caller's trace goes on, also in a worker that begins again after a crash", async (context) => {
  const crash: Work = (hooks) => {
    spend(hooks, 'locate', true);
    throw new Error('out of memory');
  };
  const { collector, receiver, submitJson, until, stop } = await begin(context, [crash, () => RESULT]);
  const [traceId, parent] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];
  await submitJson({ traceparent: `00-${traceId}-${parent}-01`, tracestate: 'vendor=1' });
  await until('both events', () => receiver.got.length === 2);
  await stop();

  const { spans } = collector;
  assert.ok(spans.every((span) => span.traceId === traceId));
  assert.equal(named(spans, 'POST /v1/animations')[0].parentSpanId, parent);
  const jobs = named(spans, 'process job').sort(
    (a, b) => Number(a.attributes['waggle.job.attempt']) - Number(b.attributes['waggle.job.attempt']),
  );
  assert.deepEqual(
    jobs.map(({ failed, attributes }) => [failed, attributes['error.type'] ?? null]),
    [
      [true, 'Error'],
      [false, null],
    ],
  );
  assert.equal(jobs[0].parentSpanId, jobs[1].parentSpanId);
  assert.deepEqual(
    named(spans, 'locate').map(({ failed, parentSpanId }) => [failed, parentSpanId]),
    [[true, jobs[0].spanId]],
  );
  assert.ok(!JSON.stringify(spans).includes('out of memory'), 'what it said is for the log');
  for (const { headers } of receiver.got) assert.equal(headers.tracestate, 'vendor=1');
});

test('metrics count jobs by their end, stages, requests and deliveries, and only at their own port', async (context) => {
  let counted = false;
  const refuse: Work = async () => {
    while (!counted) await sleep(5);
    throw new PipelineError('object_not_found', { en: 'No cat.', zh: '没有猫。' });
  };
  const work: Work = (hooks) => {
    for (const stage of ['locate', 'locate', 'render']) spend(hooks, stage);
    return RESULT;
  };
  const fails: Answer = (response) => response.writeHead(500).end();
  const { url, telemetry, receiver, submit, until, stop } = await begin(context, [refuse, work], {
    answers: [fails, ok],
  });
  const read = async () => samplesOf(await (await fetch(telemetry.metricsUrl!)).text());
  for (let count = 0; count < 2; count += 1) await submit();
  await until(
    'one works and one waits',
    async () => (await read()).get('waggle_queue_depth{queue="jobs"}') === 1,
  );
  counted = true;
  await until('four events', () => receiver.got.length >= 4);
  for (const path of ['/v1/animations?limit=1', '/v1/animations?limit=0', '/nowhere', '/metrics'])
    await (await fetch(url + path)).text();

  await until('all is measured', async () => {
    const now = await read();
    const counts = ['webhook_deliveries_total', 'job_duration_seconds_count', 'stage_duration_seconds_count'];
    const [deliveries, jobs, stages] = counts.map((name) => sum(now, `waggle_${name}`));
    return deliveries >= 4 && jobs === 2 && stages >= 3;
  });
  const found = await read();
  const animation = 'kind="animation"';
  assert.equal(found.get(`waggle_jobs_accepted_total{${animation}}`), 2);
  assert.equal(found.get('waggle_queue_depth{queue="jobs"}'), 0);
  assert.equal(found.get(`waggle_jobs_ended_total{${animation},status="succeeded"}`), 1);
  assert.equal(found.get(`waggle_jobs_ended_total{${animation},status="failed",code="object_not_found"}`), 1);
  assert.equal(found.get(`waggle_job_wait_seconds_count{${animation}}`), 2);
  const locate = `{${animation},stage="locate"}`;
  assert.equal(
    found.get(`waggle_stage_duration_seconds_count${locate}`),
    1,
    'one job, though it located twice',
  );
  assert.ok(Math.abs(found.get(`waggle_stage_duration_seconds_sum${locate}`)! - 0.04) < 1e-9);
  assert.equal(found.get(`waggle_stage_duration_seconds_count{${animation},stage="store"}`), 1);
  const deliveries = [...found].filter(([name]) => name.startsWith('waggle_webhook_deliveries_total'));
  assert.equal(deliveries.filter(([name]) => /outcome="retry",code="url_status"/.test(name)).length, 1);
  assert.ok(deliveries.some(([name]) => /outcome="delivered"/.test(name)));
  const requests = (method: string, route: string, status: number) =>
    found.get(
      'http_server_request_duration_seconds_count{' +
        `http_request_method="${method}",${route && `http_route="${route}",`}http_response_status_code="${status}"}`,
    );
  assert.equal(requests('POST', '/v1/animations', 202), 2);
  assert.equal(requests('GET', '/v1/animations', 200), 1);
  assert.equal(requests('GET', '/v1/animations', 422), 1);
  assert.equal(requests('GET', '', 404), 2, 'also /metrics at the port of the API');
  assert.equal((await fetch(telemetry.metricsUrl!.replace('/metrics', '/'))).status, 404);
  await stop();
  await assert.rejects(fetch(telemetry.metricsUrl!), 'it is over with the service');
});

test('a job that is given up ends in the trace that it began in', async (context) => {
  const crash: Work = () => {
    throw new Error('out of memory');
  };
  const { collector, receiver, lines, submit, until, stop } = await begin(context, [crash], {
    env: { WAGGLE_MAX_RECEIVES: '1' },
  });
  const { id } = await submit();
  await until('both events', () => receiver.got.length === 2);
  await stop();
  const event = 'send event [deliver event]';
  assert.equal(
    treeOf(collector.spans),
    `POST /v1/animations [send job [process job [${event}], give up job [${event}]]]`,
  );
  const line = lines.find(({ msg }) => msg === 'The job was given up.')!;
  assert.deepEqual([line.jobId, line.trace_id], [id, collector.spans[0].traceId]);
});

test('a collector that is down is told of in the log, and holds nothing up', async (context) => {
  const { collector, receiver, lines, submit, until, stop } = await begin(context, [() => RESULT]);
  collector.close();
  await submit();
  await until('both events', () => receiver.got.length === 2);
  const begun = performance.now();
  await stop();
  assert.ok(performance.now() - begun < 10_000);
  const warnings = lines.filter(({ msg }) => msg === 'Telemetry: something was not sent.');
  assert.ok(warnings.length > 0);
});

/** Prometheus' text format: the value of each series. @throws where a line is neither a comment nor a sample */
function samplesOf(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const [, series, value] = /^([a-z_:][\w:]*(?:\{.*\})?) (\S+)$/.exec(line) ?? assert.fail(line);
      return [series, Number(value.replace('+Inf', 'Infinity'))];
    }),
  );
}

const sum = (samples: Map<string, number>, metric: string) =>
  [...samples]
    .filter(([series]) => series.startsWith(`${metric}{`))
    .reduce((all, [, value]) => all + value, 0);
