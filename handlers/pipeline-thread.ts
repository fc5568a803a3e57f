/** Entry of the thread that runs the models, so that the process's event loop stays free for HTTP and heartbeats. */
import { parentPort, workerData } from 'node:worker_threads';
import { PipelineError } from '../models/errors.ts';
import {
  createPipeline,
  type Pipeline,
  type PipelineHooks,
  type PipelineOptions,
} from '../models/pipeline.ts';
import { guardNativeCalls, type NativeGuard } from '../models/session.ts';
import type { Abort } from '../models/types.ts';
import { Flag, type RunMessage, type Task, type Tasks, type ThreadMessage } from './pipeline-messages.ts';

const port = parentPort!;
const post = (message: ThreadMessage) => port.postMessage(message);

class Canceled extends Error {}

function sharedAbort(flags: Int32Array): Abort {
  const isCanceled = () => Atomics.load(flags, Flag.canceled) !== 0;
  return {
    get aborted() {
      return isCanceled();
    },
    throwIfAborted() {
      if (isCanceled()) throw new Canceled();
    },
  };
}

/** Counts the calls first and looks then: whoever cancels sees the count, or the call sees that it is canceled. */
function nativeGuard(flags: Int32Array, abort: Abort): NativeGuard {
  const leave = () => {
    Atomics.sub(flags, Flag.native, 1);
  };
  return {
    enter() {
      Atomics.add(flags, Flag.native, 1);
      if (!abort.aborted) return;
      leave();
      throw new Canceled();
    },
    leave,
  };
}

async function run<T extends Task>(
  pipeline: Pipeline,
  { task, request, flags }: RunMessage<T>,
): Promise<void> {
  const abort = sharedAbort(flags);
  guardNativeCalls(nativeGuard(flags, abort));
  const hooks: PipelineHooks = {
    abort,
    progress: (stage, fraction) => post({ type: 'progress', stage, fraction }),
    found: (findings) => post({ type: 'found', findings }),
    timed: (timing) => post({ type: 'timed', timing }),
  };
  try {
    const work = {
      command: () => pipeline.command(request as Tasks['command']['request'], hooks),
      region: () => pipeline.region(request as Tasks['region']['request'], hooks),
      animation: () => pipeline.animate(request as Tasks['animation']['request'], hooks),
    };
    post({ type: 'done', result: await work[task]() });
  } catch (error) {
    if (abort.aborted) return post({ type: 'canceled' });
    if (error instanceof PipelineError) {
      return post({ type: 'refused', code: error.code, detail: error.detail, seen: error.seen });
    }
    const { message, stack } = error as Error;
    post({ type: 'crashed', message, stack });
  }
}

const pipeline = await createPipeline(workerData as PipelineOptions);
port.on('message', (message: RunMessage) => run(pipeline, message));
post({ type: 'ready' });
