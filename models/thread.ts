import { Worker } from 'node:worker_threads';

/**
 * Starts a TypeScript file as a thread. On Node 20 a thread does not inherit tsx's loader, and `--import tsx` in execArgv
 * is not applied to its entry; so a line of JavaScript registers tsx and then imports the file. Works on 20, 22 and 24.
 * @param entry URL of the thread's .ts file
 * @param workerData handed to the thread as it is
 */
export function startThread(entry: URL, workerData?: unknown): Worker {
  const tsx = JSON.stringify(import.meta.resolve('tsx/esm/api'));
  const boot = `import(${tsx}).then(({ register }) => { register(); return import(${JSON.stringify(entry.href)}); });`;
  return new Worker(boot, { eval: true, execArgv: [], workerData });
}
