/**
 * The worker: takes messages, keeps their leases alive, ends jobs. In the embedded service it runs beside the API;
 * `npm run worker` starts one alone on the same data, which also posts webhooks where no function does.
 */
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { type Span, SpanKind } from '@opentelemetry/api';
import closeWithGrace from 'close-with-grace';
import type { FastifyBaseLogger } from 'fastify';
import type { JobMessage } from '../api/jobs/submit.ts';
import { type Config, loadConfig } from '../infra/config.ts';
import { createLogger } from '../infra/log.ts';
import type { Message } from '../infra/queue/index.ts';
import { observeDepth } from '../infra/telemetry/metrics.ts';
import { startTelemetry } from '../infra/telemetry/start.ts';
import { contextFrom, failSpan, inSpan } from '../infra/telemetry/trace.ts';
import { createDeliver } from '../infra/webhooks/deliver.ts';
import { type Adapters, openAdapters } from './adapters.ts';
import { giveUp } from './give-up.ts';
import { keepHouse } from './keep-house.ts';
import { createPipelineRunner, type PipelineRunner } from './pipeline-runner.ts';
import { poll } from './poll.ts';
import { processJob } from './process-job.ts';
import { startWebhooks } from './webhook.ts';

/** How long the job at hand may go on after SIGTERM before it is given back. */
const DRAIN_MS = 25_000;
/** How often expired jobs are purged and lost events sent again. */
const HOUSEKEEPING_MS = 3_600_000;
/** How long is waited for a store that cannot be reached before it is tried again. */
const OUTAGE_MS = 1_000;

export interface WorkerDeps extends Pick<Adapters, 'store' | 'queue' | 'deadLetters' | 'repository'> {
  config: Config;
  log: FastifyBaseLogger;
  /** Left out: one with the models, in a thread. */
  runner?: PipelineRunner;
}

export interface JobWorker {
  /** Resolves once the models are loaded. */
  ready(): Promise<void>;
  /** Takes no more messages, finishes the job at hand or gives it back after 25 s. */
  stop(): Promise<void>;
}

export function startWorker(deps: WorkerDeps): JobWorker {
  const { config, store, queue, deadLetters, repository, log } = deps;
  const { cacheDir, speech, ffmpeg, cuda, openVocabulary, heartbeatFile } = config;
  const runner = deps.runner ?? createPipelineRunner({ cacheDir, speech, ffmpeg, cuda, openVocabulary });
  runner.ready().catch((error) => log.error({ err: error }, 'The models could not be loaded.'));
  const stopping = new AbortController();
  const giveBack = new AbortController();
  const beat = () => heartbeatFile && writeFileSync(heartbeatFile, '');

  /** Works on what a message is about, as a span of the trace that it carries. */
  async function inJobSpan(
    name: string,
    message: Message,
    work: (job: JobMessage, span: Span) => Promise<void>,
  ): Promise<void> {
    const job = JSON.parse(message.body) as JobMessage;
    const attributes = { 'waggle.job.id': job.id, 'waggle.job.attempt': message.receiveCount };
    const parent = contextFrom(job);
    return inSpan(name, { kind: SpanKind.CONSUMER, attributes, parent }, (span) => work(job, span));
  }

  async function carryOut(message: Message, job: JobMessage, span: Span): Promise<void> {
    const jobLog = log.child({ jobId: job.id, attempt: message.receiveCount });
    const warn = (err: unknown) => jobLog.warn({ err }, 'Progress was not written.');
    jobLog.info('The job begins.');
    const heartbeat = setInterval(
      () => {
        beat();
        queue
          .extend(message.receipt, config.leaseSeconds)
          .catch((err) => jobLog.warn({ err }, 'The lease was not extended.'));
      },
      (config.leaseSeconds * 1000) / 3,
    );
    try {
      const ended = await outlast(jobLog, () =>
        processJob(job, { store, repository, runner, warn }, giveBack.signal),
      );
      await queue.delete(message.receipt);
      const outcome = { kind: ended?.kind, status: ended?.status ?? 'removed', code: ended?.error?.code };
      span.setAttributes({
        'waggle.job.kind': outcome.kind,
        'waggle.job.status': outcome.status,
        'waggle.job.code': outcome.code,
      });
      jobLog.info(outcome, 'The job has ended.');
    } catch (err) {
      failSpan(span, err);
      jobLog.error({ err }, 'The job could not be finished and will be delivered again, later each time.');
      await queue.extend(message.receipt, 2 ** message.receiveCount).catch(warn);
    } finally {
      clearInterval(heartbeat);
    }
  }

  /** An outage of the store is nobody's failed attempt: the job is begun anew until the store is back. */
  async function outlast<T>(jobLog: FastifyBaseLogger, attempt: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await attempt();
      } catch (err) {
        if ((err as { code?: string }).code !== 'unavailable' || stopping.signal.aborted) throw err;
        jobLog.warn({ err }, 'The job begins anew when the store can be reached again.');
        await sleep(OUTAGE_MS);
      }
    }
  }

  async function bury(message: Message): Promise<void> {
    await giveUp(message.body, repository, log);
    await deadLetters?.delete(message.receipt);
  }

  const housekeeping = setInterval(() => keepHouse(deps, log), HOUSEKEEPING_MS);
  const options = {
    leaseSeconds: config.leaseSeconds,
    atOnce: 1,
    signal: stopping.signal,
    looks: beat,
    failed: (err: unknown) => log.error({ err }, 'Polling failed; trying again in a second.'),
  };
  const forget = observeDepth('jobs', () => queue.ahead(new Date()));
  const handle = (message: Message) =>
    inJobSpan('process job', message, (job, span) => carryOut(message, job, span));
  const polls = [poll(queue, handle, options)];
  if (deadLetters) polls.push(poll(deadLetters, bury, options));

  return {
    ready: () => runner.ready(),
    async stop() {
      clearInterval(housekeeping);
      forget();
      stopping.abort();
      const timer = setTimeout(() => giveBack.abort(new Error('The worker is stopping.')), DRAIN_MS);
      await Promise.all(polls);
      clearTimeout(timer);
      await runner.close();
    },
  };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const config = loadConfig(process.env);
  const log = createLogger(config.logLevel);
  const telemetry = await startTelemetry(config.telemetry, 'waggle-worker', log);
  const adapters = await openAdapters(config);
  const worker = startWorker({ config, log, ...adapters });
  const { deadWebhooks } = adapters;
  const webhooks =
    deadWebhooks && startWebhooks({ log, deliver: createDeliver(adapters), ...adapters, deadWebhooks });
  log.info('The worker waits for jobs.');
  closeWithGrace({ delay: DRAIN_MS + 20_000, logger: log }, async () => {
    await worker.stop();
    await webhooks?.stop();
    await adapters.close();
    await telemetry.stop();
  });
}
