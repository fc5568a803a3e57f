/** Process events that libraries compiled by Emscripten grab when they load, and answer by ending the process. */
const EVENTS = ['uncaughtException', 'unhandledRejection'] as const;

/** Runs `load` and takes off the process listeners that it added, so that a failing job cannot end the service. */
export async function withoutNewListeners<T>(load: () => Promise<T>): Promise<T> {
  const before = EVENTS.map((event) => new Set(process.rawListeners(event)));
  try {
    return await load();
  } finally {
    EVENTS.forEach((event, i) => {
      for (const listener of process.rawListeners(event)) {
        if (!before[i].has(listener)) process.removeListener(event, listener as (...args: unknown[]) => void);
      }
    });
  }
}
