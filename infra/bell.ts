export interface Bell {
  /** How often it has rung. */
  readonly rings: number;
  ring(): void;
  /** Resolves at the first ring after the one numbered `since`, also if that was before; else after `ms` or an abort. */
  wait(since: number, ms: number, signals: AbortSignal[]): Promise<void>;
}

/** Wakes those in this process who wait for something that is otherwise found by looking now and then. */
export function createBell(): Bell {
  const waiting = new Set<() => void>();
  let rings = 0;
  return {
    get rings() {
      return rings;
    },
    ring() {
      rings += 1;
      for (const wake of [...waiting]) wake();
    },
    wait(since, ms, signals) {
      if (rings > since || signals.some((signal) => signal.aborted)) return Promise.resolve();
      return new Promise((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          waiting.delete(wake);
          for (const signal of signals) signal.removeEventListener('abort', wake);
          resolve();
        };
        const timer = setTimeout(wake, ms);
        waiting.add(wake);
        for (const signal of signals) signal.addEventListener('abort', wake);
      });
    },
  };
}
