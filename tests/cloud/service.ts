/** The API in this process, and workers in processes of their own as in their container, over S3 and SQS. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';
import { buildApp } from '../../api/app.ts';
import type { Job } from '../../api/jobs/job.ts';
import { type Adapters, openAdapters } from '../../handlers/adapters.ts';
import { loadConfig } from '../../infra/config.ts';
import { mask, photo, REQUEST } from './animation.ts';
import { type Endpoints, endpoints, makeBucket, makeQueues, settings } from './cloud.ts';

/** For a worker beside which functions post webhooks. */
export const NO_WEBHOOKS = { WAGGLE_WEBHOOK_DEAD_LETTER_URL: '' };

const OWNER = 'local';
const PATIENCE_MS = 180_000;

export interface CloudService {
  http: ReturnType<typeof request>;
  bucket: Awaited<ReturnType<typeof makeBucket>>;
  queues: Awaited<ReturnType<typeof makeQueues>>;
  webhooks: Awaited<ReturnType<typeof makeQueues>>;
  /** The API's. */
  adapters: Adapters;
  /** Starts a worker; it is killed at the end of the test at the latest. */
  worker(env?: Record<string, string>): ChildProcess;
  /** Asks for the small animation, with more fields of its form. @returns its id */
  post(fields?: Record<string, string>): Promise<string>;
  job(id: string): Promise<Job>;
  /** Looks at the job until it is as wanted, for three minutes. */
  until(id: string, wanted: (job: Job) => boolean): Promise<Job>;
}

/**
 * @param maxReceives deliveries before a job is given up
 * @param on servers; the queue of webhooks may have one of its own
 */
export async function startCloud(
  context: TestContext,
  {
    maxReceives = 3,
    on = endpoints(),
  }: { maxReceives?: number; on?: Endpoints & { webhooks?: string } } = {},
): Promise<CloudService> {
  const bucket = await makeBucket(on.s3);
  const queues = await makeQueues(maxReceives, on.sqs);
  const webhooks = await makeQueues(100, on.webhooks ?? on.sqs);
  const env = settings(bucket, queues, webhooks, on.s3);
  const config = loadConfig(env);
  const adapters = await openAdapters(config);
  const app = await buildApp({ config, ...adapters });
  await app.ready();
  const workers: ChildProcess[] = [];
  context.after(async () => {
    for (const worker of workers) worker.kill('SIGKILL');
    await app.close();
    await adapters.close();
    await bucket.dispose();
    await queues.dispose();
    await webhooks.dispose();
  });

  const http = request(app.server);
  const job = async (id: string) => (await adapters.repository.get(OWNER, id))!;
  return {
    http,
    bucket,
    queues,
    webhooks,
    adapters,
    job,
    worker(more = {}) {
      const deadLetters = {
        WAGGLE_DEAD_LETTER_URL: queues.deadLetterUrl,
        WAGGLE_WEBHOOK_DEAD_LETTER_URL: webhooks.deadLetterUrl,
      };
      const worker = spawn(process.execPath, ['--import', 'tsx', 'handlers/worker.ts'], {
        env: { ...process.env, ...env, ...deadLetters, WAGGLE_LEASE_SECONDS: '2', ...more },
        stdio: ['ignore', 'inherit', 'inherit'],
      });
      workers.push(worker);
      return worker;
    },
    async post(fields = {}) {
      const sent = http.post('/v1/animations').attach('image', await photo(), 'photo.jpg');
      sent.attach('mask', await mask(), 'mask.png');
      const { command, seed, seconds, fps, size } = REQUEST;
      for (const [name, value] of Object.entries({ command, seed, seconds, fps, size, ...fields }))
        sent.field(name, `${value}`);
      const { status, body } = await sent;
      assert.equal(status, 202, JSON.stringify(body));
      return body.id;
    },
    async until(id, wanted) {
      for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(10)) {
        const found = await job(id).catch(() => undefined);
        if (found && wanted(found)) return found;
      }
      throw new Error(`${id} did not get there: ${JSON.stringify(await job(id))}`);
    },
  };
}
