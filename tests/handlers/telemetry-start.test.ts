/** The real service with and without telemetry: what it loads, and what the pipeline's thread tells. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { startLocal } from '../../handlers/local.ts';
import { loadConfig } from '../../infra/config.ts';
import { createLogger } from '../../infra/log.ts';
import { startTelemetry } from '../../infra/telemetry/start.ts';
import { tracer } from '../../infra/telemetry/trace.ts';
import { startCollector, treeOf } from '../collector.ts';
import { hang, startReceiver } from '../receiver.ts';

const LOCAL = new URL('../../handlers/local.ts', import.meta.url).href;
const CONFIG = new URL('../../infra/config.ts', import.meta.url).href;
const CHELSEA = new URL('../../examples/photos/chelsea.jpg', import.meta.url);

async function folder(context: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'waggle-telemetry-'));
  context.after(() => rm(directory, { recursive: true }));
  return directory;
}

/** Starts and stops the service in a process of its own. @returns the packages of OpenTelemetry that it has loaded */
async function loadedBy(context: TestContext, env: Record<string, string>): Promise<string[]> {
  const script = `
    import { createRequire } from 'node:module';
    const { startLocal } = await import(${JSON.stringify(LOCAL)});
    const { loadConfig } = await import(${JSON.stringify(CONFIG)});
    const service = await startLocal(loadConfig(process.env));
    await service.stop();
    const files = Object.keys(createRequire(process.cwd() + '/').cache);
    const names = files.map((file) => /@opentelemetry\\/([\\w-]+)/.exec(file)?.[1]).filter(Boolean);
    console.log(JSON.stringify([...new Set(names)].sort()));`;
  const base = { WAGGLE_PORT: '0', WAGGLE_WORKER: 'false', WAGGLE_LOG_LEVEL: 'silent' };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', script, 'started-by-a-test'],
    { env: { ...process.env, ...base, WAGGLE_DATA: await folder(context), ...env } },
  );
  return JSON.parse(stdout);
}

test('the SDK is loaded only where it is asked for', async (context) => {
  assert.deepEqual(await loadedBy(context, {}), ['api']);
  const loaded = await loadedBy(context, { WAGGLE_METRICS: '0' });
  for (const name of ['api', 'sdk-metrics', 'sdk-trace-node']) assert.ok(loaded.includes(name), name);
});

test('what has ended can be sent at once, and a collector that hangs holds nobody up', async (context) => {
  const log = createLogger('silent');
  const end = () => tracer().startSpan('over').end();
  const collector = await startCollector(context);
  const telemetry = await startTelemetry({ otlp: collector.url }, 'test', log);
  end();
  await telemetry.flush();
  assert.deepEqual(
    collector.spans.map(({ name }) => name),
    ['over'],
  );
  await telemetry.stop();

  const { url, got } = await startReceiver(context, hang);
  const hanging = await startTelemetry({ otlp: url }, 'test', log);
  end();
  const begun = performance.now();
  await hanging.flush();
  const waited = performance.now() - begun;
  assert.equal(got.length, 1);
  assert.ok(waited > 900 && waited < 3000, `${waited} ms`);
  await hanging.stop();
});

test('the stages of a real job are spans, timed in the thread that ran them', async (context) => {
  const collector = await startCollector(context);
  const service = await startLocal(
    loadConfig({
      WAGGLE_DATA: await folder(context),
      WAGGLE_PORT: '0',
      WAGGLE_LOG_LEVEL: 'silent',
      WAGGLE_OTLP: `${collector.url}/`,
    }),
  );
  const begun = Date.now();
  try {
    const body = new FormData();
    body.set('image', new Blob([new Uint8Array(await readFile(CHELSEA))]), 'chelsea.jpg');
    body.set('command', 'the cat');
    await service.ready();
    const answer = await fetch(`${service.url}/v1/regions`, {
      method: 'POST',
      body,
      headers: { prefer: 'wait=25' },
    });
    const job = (await answer.json()) as { status: string };
    assert.equal(job.status, 'succeeded', JSON.stringify(job));
  } finally {
    await service.stop();
  }
  const { spans } = collector;
  assert.equal(
    treeOf(spans),
    'POST /v1/regions [send job [process job [decode, locate, understand, locate, store]]]',
  );
  const milliseconds = (time: string) => Number(BigInt(time) / 1_000_000n);
  const job = spans.find(({ name }) => name === 'process job')!;
  for (const { name, startTimeUnixNano, endTimeUnixNano } of spans) {
    const [start, end] = [milliseconds(startTimeUnixNano), milliseconds(endTimeUnixNano)];
    assert.ok(begun - 5 <= start && start <= end && end <= Date.now() + 5, `${name}: ${start} to ${end}`);
    if (!['decode', 'locate', 'understand', 'store'].includes(name)) continue;
    assert.ok(milliseconds(job.startTimeUnixNano) - 5 <= start, `${name} begins within the job`);
    assert.ok(end <= milliseconds(job.endTimeUnixNano) + 5, `${name} ends within the job`);
  }
});
