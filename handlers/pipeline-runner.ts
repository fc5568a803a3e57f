import { AsyncResource } from 'node:async_hooks';
import type { Worker } from 'node:worker_threads';
import { PipelineError } from '../models/errors.ts';
import type { PipelineOptions } from '../models/pipeline.ts';
import type { Timing } from '../models/stopwatch.ts';
import { startThread } from '../models/thread.ts';
import {
  type Findings,
  Flag,
  newFlags,
  type RunMessage,
  type Task,
  type Tasks,
  type ThreadMessage,
} from './pipeline-messages.ts';

export interface RunHooks {
  progress(stage: string, fraction: number): void;
  found(findings: Findings): void;
  timed(timing: Timing): void;
  signal: AbortSignal;
}

/**
 * Runs pipeline work in a thread of its own, one task at a time. A thread that dies is replaced at the next task;
 * one that does not stop within a second of being asked is ended.
 */
export interface PipelineRunner {
  /** Resolves once the models are loaded. */
  ready(): Promise<void>;
  /** @throws PipelineError where the request cannot be carried out, `signal.reason` when aborted, Error on a crash */
  run<T extends Task>(task: T, request: Tasks[T]['request'], hooks: RunHooks): Promise<Tasks[T]['result']>;
  close(): Promise<void>;
}

/** How long a canceled stage may take to notice before its thread is ended. */
const PATIENCE_MS = 1000;
const NATIVE_POLL_MS = 20;

interface Thread {
  worker: Worker;
  ready: Promise<void>;
  /** Rejects when the thread ends on its own. */
  ended: Promise<never>;
}

export function createPipelineRunner(options: PipelineOptions, patienceMs = PATIENCE_MS): PipelineRunner {
  let thread: Thread | undefined;
  let last: Promise<unknown> = Promise.resolve();

  function start(): Thread {
    const worker = startThread(new URL('./pipeline-thread.ts', import.meta.url), options);
    const ended = new Promise<never>((_, reject) => {
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`The pipeline thread ended with code ${code}.`)));
    });
    ended.catch(() => {
      if (thread?.worker === worker) thread = undefined;
    });
    const ready = Promise.race([
      ended,
      new Promise<void>((resolve) => worker.once('message', () => resolve())),
    ]);
    ready.catch(() => undefined);
    return { worker, ready, ended };
  }

  async function runNow<T extends Task>(
    task: T,
    request: Tasks[T]['request'],
    hooks: RunHooks,
  ): Promise<Tasks[T]['result']> {
    hooks.signal.throwIfAborted();
    thread ??= start();
    const { worker, ready, ended } = thread;
    await ready;

    const flags = newFlags();
    let impatience: NodeJS.Timeout | undefined;
    const endThread = () => {
      // From within native code it would end the process; once canceled, it calls none any more.
      if (Atomics.load(flags, Flag.native) !== 0) {
        impatience = setTimeout(endThread, NATIVE_POLL_MS);
        return;
      }
      // It may answer yet before it ends: the next task must not be given to it.
      if (thread?.worker === worker) thread = undefined;
      worker.terminate();
    };
    const cancel = () => {
      Atomics.store(flags, Flag.canceled, 1);
      impatience = setTimeout(endThread, patienceMs);
    };
    hooks.signal.addEventListener('abort', cancel, { once: true });
    if (hooks.signal.aborted) cancel();

    let listener: ((message: ThreadMessage) => void) | undefined;
    const answer = new Promise<Tasks[T]['result']>((resolve, reject) => {
      // A thread's messages arrive in the context of whichever job it was started for.
      listener = AsyncResource.bind((message: ThreadMessage) => {
        if (message.type === 'progress') hooks.progress(message.stage, message.fraction);
        else if (message.type === 'found') hooks.found(message.findings);
        else if (message.type === 'timed') hooks.timed(message.timing);
        else if (message.type === 'done') resolve(message.result as Tasks[T]['result']);
        else if (message.type === 'refused')
          reject(new PipelineError(message.code, message.detail, { seen: message.seen }));
        else if (message.type === 'canceled') reject(hooks.signal.reason);
        else if (message.type === 'crashed')
          reject(Object.assign(new Error(message.message), { stack: message.stack }));
      });
      worker.on('message', listener);
    });
    worker.postMessage({ task, request, flags } satisfies RunMessage<T>);
    try {
      return await Promise.race([answer, ended]);
    } catch (error) {
      throw hooks.signal.aborted ? hooks.signal.reason : error;
    } finally {
      worker.off('message', listener!);
      hooks.signal.removeEventListener('abort', cancel);
      clearTimeout(impatience);
    }
  }

  return {
    async ready() {
      thread ??= start();
      await thread.ready;
    },
    run(task, request, hooks) {
      const mine = last.then(() => runNow(task, request, hooks));
      last = mine.catch(() => undefined);
      return mine;
    },
    async close() {
      await thread?.ready.catch(() => undefined); // loading is native, too
      await thread?.worker.terminate();
    },
  };
}
