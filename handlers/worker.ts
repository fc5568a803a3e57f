/**
 * The worker: takes messages, keeps their leases alive, ends jobs. In the embedded service it runs beside the API;
 * `npm run worker` starts one alone on the same data folder, which also posts webhooks.
 */
import { pathToFileURL } from 'node:url';
import { type Span, SpanKind } from '@opentelemetry/api';
import closeWithGrace from 'close-with-grace';
import type { FastifyBaseLogger } from 'fastify';
import type { Repository } from '../api/jobs/repository.ts';
import { type JobMessage, sendUnsent } from '../api/jobs/submit.ts';
import { fail, isFinal } from '../api/jobs/transitions.ts';
import { CATALOGUE } from '../api/problems/catalogue.ts';
import { type Config, loadConfig } from '../infra/config.ts';
import { createLogger } from '../infra/log.ts';
import type { Message, Queue } from '../infra/queue/index.ts';
import type { Store } from '../infra/store/index.ts';
import { startTelemetry } from '../infra/telemetry/start.ts';
import { contextFrom, failSpan, inSpan } from '../infra/telemetry/trace.ts';
import { createDeliver } from '../infra/webhooks/deliver.ts';
import { openAdapters } from './adapters.ts';
import { createPipelineRunner, type PipelineRunner } from './pipeline-runner.ts';
import { poll } from './poll.ts';
import { processJob } from './process-job.ts';
import { startWebhooks } from './webhook.ts';

/** How long the job at hand may go on after SIGTERM before it is given back. */
const DRAIN_MS = 25_000;
/** How often expired jobs are purged and lost messages sent again. */
const HOUSEKEEPING_MS = 3_600_000;
const UNSENT_AFTER_MS = 30_000;

export interface WorkerDeps {
  config: Config;
  store: Store;
  queue: Queue;
  deadLetters: Queue;
  repository: Repository;
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
  const { cacheDir, speech, ffmpeg, openVocabulary } = config;
  const runner = deps.runner ?? createPipelineRunner({ cacheDir, speech, ffmpeg, openVocabulary });
  runner.ready().catch((error) => log.error({ err: error }, 'The models could not be loaded.'));
  const stopping = new AbortController();
  const giveBack = new AbortController();

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
        queue
          .extend(message.receipt, config.leaseSeconds)
          .catch((err) => jobLog.warn({ err }, 'The lease was not extended.'));
      },
      (config.leaseSeconds * 1000) / 3,
    );
    try {
      const ended = await processJob(job, { store, repository, runner, warn }, giveBack.signal);
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

  async function bury(message: Message, { owner, id }: JobMessage): Promise<void> {
    const lost = fail({ code: 'worker_lost', detail: CATALOGUE.worker_lost.detail, retryable: true });
    if (await repository.get(owner, id)) {
      await repository.change(owner, id, (job, now) => (isFinal(job) ? job : lost(job, now)));
    }
    await deadLetters.delete(message.receipt);
    log.error({ jobId: id }, 'The job was given up.');
  }

  const keepHouse = async () => {
    try {
      await sendUnsent({ store, queue, repository, now: () => new Date() }, UNSENT_AFTER_MS);
      await repository.sweep();
    } catch (err) {
      log.error({ err }, 'Housekeeping failed.');
    }
  };
  const housekeeping = setInterval(keepHouse, HOUSEKEEPING_MS);
  const first = sendUnsent({ store, queue, repository, now: () => new Date() }, 0).catch((err) => {
    log.error({ err }, 'Lost messages could not be sent again.');
  });
  const options = {
    leaseSeconds: config.leaseSeconds,
    atOnce: 1,
    signal: stopping.signal,
    failed: (err: unknown) => log.error({ err }, 'Polling failed; trying again in a second.'),
  };
  const handle = (message: Message) =>
    inJobSpan('process job', message, (job, span) => carryOut(message, job, span));
  const buryDead = (message: Message) => inJobSpan('give up job', message, (job) => bury(message, job));
  const polls = [first.then(() => poll(queue, handle, options)), poll(deadLetters, buryDead, options)];

  return {
    ready: () => runner.ready(),
    async stop() {
      clearInterval(housekeeping);
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
  const webhooks = startWebhooks({ log, deliver: createDeliver(adapters), ...adapters });
  log.info('The worker waits for jobs.');
  closeWithGrace({ delay: DRAIN_MS + 20_000, logger: log }, async () => {
    await worker.stop();
    await webhooks.stop();
    await adapters.close();
    await telemetry.stop();
  });
}
