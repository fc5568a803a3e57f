/**
 * `npm run bench:api [-- --seconds 60 --clients 200]`: how the API stands up to many clients, each of which asks once a
 * second and a tenth of which submit jobs, on the embedded adapters and on S3 and SQS (`make test-cloud` installs these
 * servers). The API, its servers, the clients and a worker that ends jobs without looking at them share this machine.
 * Fails on any wrong answer, and where the API's memory grows.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { start as begin, succeed } from '../../../api/jobs/transitions.ts';
import { openAdapters } from '../../../handlers/adapters.ts';
import { loadConfig } from '../../../infra/config.ts';
import { photo } from '../../cloud/animation.ts';
import { makeBucket, makeQueues, settings } from '../../cloud/cloud.ts';
import { startS3, startSqs } from '../../cloud/servers.ts';
import { applyLoad, type Form, percentile } from './load.ts';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, clients: { type: 'string', default: '200' } },
});
const seconds = Number(values.seconds);
const clients = Number(values.clients);
const form = await encode();

async function encode(): Promise<Form> {
  const fields = new FormData();
  fields.append('image', new Blob([new Uint8Array(await photo())]), 'photo.jpg');
  fields.append('command', 'make the flag wave');
  const encoded = new Response(fields);
  const body = Buffer.from(await encoded.arrayBuffer());
  return { body, contentType: encoded.headers.get('content-type')! };
}

/** How often each route has its turn. */
const TURNS = 9;

/** Memory may be this much larger at the end than after the first third, when everything has been used. */
const GROWTH = 1.25;

async function listen(
  file: string,
  env: Record<string, string> = {},
): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn(process.execPath, ['--import', 'tsx', file], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout! })) {
    const [url] = /http:\/\/[\d.:]+/.exec(line) ?? [];
    if (url) return { url, child };
  }
  throw new Error(`${file} does not listen`);
}

async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  if (child.exitCode === null) await once(child, 'exit');
}

/** Ends every job that comes, until told to stop. @returns how many */
async function drain(env: Record<string, string>, signal: AbortSignal): Promise<number> {
  const { repository, queue, close } = await openAdapters(loadConfig(env));
  let ended = 0;
  while (!signal.aborted) {
    const messages = await queue.receive({ max: 10, waitSeconds: 1, visibilitySeconds: 60, signal });
    for (const { body, receipt } of messages) {
      const { owner, id } = JSON.parse(body);
      await repository.awaited(owner, id);
      await repository.change(owner, id, begin);
      await repository.change(owner, id, succeed({}));
      await queue.delete(receipt);
      ended += 1;
    }
  }
  await close();
  return ended;
}

/** Resident memory in megabytes, every second. */
function watchMemory(pid: number) {
  const samples: number[] = [];
  const timer = setInterval(async () => {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(status) ?? [];
    if (kilobytes) samples.push(Number(kilobytes) / 1024);
  }, 1000);
  return { samples, stop: () => clearInterval(timer) };
}

const mean = (list: number[]) => list.reduce((sum, it) => sum + it, 0) / list.length;

/**
 * Clients that only submit, to both routes by turns, so that whatever else the machine does falls upon both. What was
 * measured while their compilers warmed up is left out; the ratio is that of each turn, and of these the median.
 */
async function compare(env: Record<string, string>): Promise<void> {
  const few = { submit: clients / 10, read: 0, seconds: seconds / (2 * TURNS) };
  const routes = [];
  for (const file of ['tests/bench/api/bare.ts', 'handlers/local.ts']) routes.push(await listen(file, env));
  const turns: number[][] = [];
  for (let turn = 0; turn <= TURNS; turn += 1) {
    const medians = [];
    for (const { url } of routes) medians.push(percentile((await applyLoad(url, form, few)).accepts, 0.5));
    if (turn > 0) turns.push(medians);
  }
  for (const { child } of routes) await end(child);
  const median = (of: (medians: number[]) => number) => percentile(turns.map(of), 0.5);
  const [bare, ours] = [0, 1].map((route) => `${median((medians) => medians[route]).toFixed(0)} ms`);
  const ratio = median(([bare, ours]) => ours / bare).toFixed(1);
  console.log(`  ${few.submit} clients: accept p50 ${ours}, bare route ${bare}, ratio ${ratio}`);
}

async function measure(name: string, given: Record<string, string>): Promise<void> {
  const env = {
    ...given,
    WAGGLE_LOG_LEVEL: 'error',
    WAGGLE_RATE_LIMIT: '1000000000',
    WAGGLE_PORT: '0',
    WAGGLE_WORKER: 'false',
  };
  const service = await listen('handlers/local.ts', env);
  const stop = new AbortController();
  const draining = drain(env, stop.signal);
  const memory = watchMemory(service.child.pid!);
  const submit = clients / 10;
  const load = { submit, read: clients - submit, seconds, each: 1 };
  const { accepts, reads, errors } = await applyLoad(service.url, form, load);
  memory.stop();
  stop.abort();
  const ended = await draining;
  await end(service.child);

  const third = Math.floor(memory.samples.length / 3);
  const [middle, last] = [memory.samples.slice(third, 2 * third), memory.samples.slice(-third)].map(mean);
  console.log(
    `${name}: ${accepts.length} jobs accepted, ${reads.length} reads, ${ended} jobs ended by the worker`,
  );
  console.log(
    `  accept p50 ${ms(accepts, 0.5)}, p99 ${ms(accepts, 0.99)}; read p50 ${ms(reads, 0.5)}, p99 ${ms(reads, 0.99)}`,
  );
  console.log(`  memory ${middle.toFixed(0)} MB in the middle third, ${last.toFixed(0)} MB in the last`);
  console.log(`  errors ${JSON.stringify(errors)}`);
  if (Object.keys(errors).length > 0 || last / middle > GROWTH) process.exitCode = 1;
  await compare(env);
}

const ms = (list: number[], share: number) => `${percentile(list, share).toFixed(0)} ms`;

const folder = await mkdtemp(join(tmpdir(), 'waggle-bench-'));
await measure('embedded', { WAGGLE_DATA: folder });
await rm(folder, { recursive: true });

const [s3, sqs] = await Promise.all([startS3(), startSqs({ kept: false })]);
try {
  const bucket = await makeBucket(s3.endpoint);
  const queues = await makeQueues(3, sqs.endpoint);
  const webhooks = await makeQueues(3, sqs.endpoint);
  await measure('S3 and SQS', settings(bucket, queues, webhooks, s3.endpoint));
  await queues.queue.close();
} finally {
  await Promise.all([s3.dispose(), sqs.dispose()]);
}
