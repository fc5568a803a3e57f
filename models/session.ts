import { InferenceSession } from 'onnxruntime-node';

let executionProviders = ['cpu'];

/**
 * From now on this thread's sessions run on the GPU, operators that it lacks on the CPU. Needs the CUDA libraries of
 * onnxruntime-node (infra/worker.Dockerfile has them); without them no session opens.
 */
export function runOnCuda(): void {
  executionProviders = ['cuda'];
}

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
    session = InferenceSession.create(path, {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      graphOptimizationLevel: 'all',
      executionProviders,
    });
    session.catch(() => sessions.delete(key));
    sessions.set(key, session);
  }
  return session;
}
