import type { Job, StoredFile } from '../api/jobs/job.ts';
import type { Repository } from '../api/jobs/repository.ts';
import type { JobMessage } from '../api/jobs/submit.ts';
import { fail, isFinal, start, succeed } from '../api/jobs/transitions.ts';
import type { Store } from '../infra/store/index.ts';
import { PipelineError } from '../models/errors.ts';
import { Stopwatch } from '../models/stopwatch.ts';
import type { PipelineRunner, RunHooks } from './pipeline-runner.ts';
import { createProgressWriter } from './progress-writer.ts';
import { createStageTimings } from './stage-timings.ts';

/** How often a running job's document is read to see whether it was canceled. */
const CANCEL_POLL_MS = 250;

export interface ProcessJobDeps {
  store: Store;
  repository: Repository;
  runner: PipelineRunner;
  /** Told of writes of progress that failed. */
  warn(error: unknown): void;
}

/** Somebody else has ended the job: it was canceled, or removed. */
class EndedElsewhere extends Error {}

/**
 * Carries one job to a final state. Throws when it could not be finished now (a crash, the store is down, `signal`
 * aborted) and should be delivered again.
 * @returns the job in its final state, also where somebody else has ended it; undefined where it was removed
 */
export async function processJob(
  message: JobMessage,
  deps: ProcessJobDeps,
  signal: AbortSignal,
): Promise<Job | undefined> {
  const { repository } = deps;
  const { owner, id } = message;
  const found = await repository.awaited(owner, id);
  if (!found || isFinal(found)) return found;
  const job = await repository.change(owner, id, (it, now) => (isFinal(it) ? it : start(it, now)));
  if (isFinal(job)) return job;

  const ended = new AbortController();
  const watch = setInterval(async () => {
    const now = await repository.get(owner, id).catch(() => job);
    if (!now || isFinal(now)) ended.abort(new EndedElsewhere());
  }, CANCEL_POLL_MS);
  const writer = createProgressWriter(message, job.kind, repository, deps.warn);
  const timings = createStageTimings(job);
  try {
    const hooks = { ...writer, ...timings, signal: AbortSignal.any([signal, ended.signal]) };
    const results = await work(job, deps, hooks);
    await writer.flush();
    return await end(job, deps, succeed(results));
  } catch (error) {
    await writer.flush();
    if (error instanceof EndedElsewhere) return await cleanUp(job, deps);
    if (!(error instanceof PipelineError)) throw error;
    const { code, detail, seen } = error;
    return await end(job, deps, fail({ code, detail, seen, retryable: code === 'weights_unavailable' }));
  } finally {
    clearInterval(watch);
    timings.end();
  }
}

/** Writes the final state, unless somebody else has ended the job by now. */
async function end(job: Job, deps: ProcessJobDeps, transition: ReturnType<typeof succeed>) {
  const { repository } = deps;
  if (await repository.get(job.owner, job.id)) {
    await repository.change(job.owner, job.id, (it, at) => (isFinal(it) ? it : transition(it, at)));
  }
  return cleanUp(job, deps);
}

/** Nothing may stay of a job that was removed or has expired while it ran. @returns the job as it is now */
async function cleanUp(job: Job, { repository }: ProcessJobDeps): Promise<Job | undefined> {
  const now = await repository.get(job.owner, job.id);
  if (!now || now.status === 'expired') await repository.purgeFiles(job.id);
  return now;
}

async function work(job: Job, deps: ProcessJobDeps, hooks: RunHooks): Promise<Job['results']> {
  const { store, runner } = deps;
  const { request, inputs } = job;
  const read = async (file: StoredFile | undefined) => file && (await store.get(file.key))?.body;
  const watch = new Stopwatch(hooks.timed);
  const words = { command: request.command, language: request.language, audio: await read(inputs.audio) };
  const save = async (name: string, body: Uint8Array, contentType: string): Promise<StoredFile> => {
    hooks.signal.throwIfAborted();
    const key = `results/${job.id}/${name}`;
    await store.put(key, body, { contentType });
    return { key, contentType, bytes: body.length };
  };

  if (job.kind === 'command') {
    await runner.run('command', words, hooks);
    return {};
  }
  const image = await read(inputs.image);
  if (!image) throw new Error(`The image of ${job.id} is gone.`);
  const seen = { ...request, ...words, image, mask: await read(inputs.mask) };
  if (job.kind === 'region') {
    const mask = await runner.run('region', seen, hooks);
    return watch.time('store', async () => ({ mask: await save('mask.png', mask, 'image/png') }));
  }
  const { rendered, mask, report } = await runner.run('animation', seen, hooks);
  hooks.progress('store', 0);
  hooks.found({ report: { ...report } });
  const { video, contentType, poster, sheet, width, height } = rendered;
  return watch.time('store', async () => ({
    video: { ...(await save(`video.${request.format}`, video, contentType)), width, height },
    mask: await save('mask.png', mask, 'image/png'),
    poster: await save('poster.jpg', poster, 'image/jpeg'),
    ...(sheet && { sheet: await save('sheet.jpg', sheet, 'image/jpeg') }),
  }));
}
