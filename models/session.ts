import { fileURLToPath } from 'node:url';
import { InferenceSession } from 'onnxruntime-node';

let executionProviders = ['cpu'];

/**
 * From now on this thread's sessions run on the GPU, operators that it lacks on the CPU. Needs the CUDA libraries of
 * onnxruntime-node (infra/worker.Dockerfile has them); without them no session opens.
 */
export function runOnCuda(): void {
  executionProviders = ['cuda'];
}

/**
 * Told of every call into ONNX Runtime. A thread that is ended inside one takes the whole process with it: the native
 * code cannot get back into a thread that is gone, and aborts.
 */
export interface NativeGuard {
  /** May throw, and then nothing is called. */
  enter(): void;
  leave(): void;
}

let guard: NativeGuard | undefined;

/** From now on `told` is told of this thread's calls. */
export function guardNativeCalls(told: NativeGuard): void {
  guard = told;
}

/** Path of a file that the repository ships in models/weights. */
export const weightsFile = (name: string): string =>
  fileURLToPath(new URL(`./weights/${name}`, import.meta.url));

const sessions = new Map<string, Promise<InferenceSession>>();

/**
 * Opens an ONNX file once per thread and keeps it.
 * @param path absolute path of a .onnx file; external data lies beside it
 * @param threads for one operator; 2 is best on the two cores of the smallest machine we support
 */
export function openSession(path: string, threads = 2): Promise<InferenceSession> {
  const key = `${path}:${threads}`;
  let session = sessions.get(key);
  if (!session) {
    session = native(() =>
      InferenceSession.create(path, {
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        graphOptimizationLevel: 'all',
        executionProviders,
      }),
    ).then(guarded);
    session.catch(() => sessions.delete(key));
    sessions.set(key, session);
  }
  return session;
}

function guarded(session: InferenceSession): InferenceSession {
  const run = session.run.bind(session) as InferenceSession['run'];
  session.run = (feeds: InferenceSession.FeedsType) => native(() => run(feeds));
  return session;
}

async function native<Result>(call: () => Promise<Result>): Promise<Result> {
  const told = guard;
  told?.enter();
  try {
    return await call();
  } finally {
    told?.leave();
  }
}
