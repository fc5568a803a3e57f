/** Entry of the thread that runs the models, so that the process's event loop stays free for HTTP and heartbeats. */
import { parentPort, workerData } from 'node:worker_threads';
import { PipelineError } from '../models/errors.ts';
import {
  createPipeline,
  type Pipeline,
  type PipelineHooks,
  type PipelineOptions,
} from '../models/pipeline.ts';
import type { Abort } from '../models/types.ts';
import type { RunMessage, Task, Tasks, ThreadMessage } from './pipeline-messages.ts';

const port = parentPort!;
const post = (message: ThreadMessage) => port.postMessage(message);

class Canceled extends Error {}

function sharedAbort(canceled: SharedArrayBuffer): Abort {
  const flag = new Int32Array(canceled);
  return {
    get aborted() {
      return Atomics.load(flag, 0) !== 0;
    },
    throwIfAborted() {
      if (Atomics.load(flag, 0) !== 0) throw new Canceled();
    },
  };
}

async function run<T extends Task>(
  pipeline: Pipeline,
  { task, request, canceled }: RunMessage<T>,
): Promise<void> {
  const abort = sharedAbort(canceled);
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
