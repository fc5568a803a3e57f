/** Adds up the milliseconds that named stages take. */
export class Stopwatch {
  readonly #spent = new Map<string, number>();

  async time<T>(stage: string, work: () => T | Promise<T>): Promise<T> {
    const begun = performance.now();
    try {
      return await work();
    } finally {
      this.#spent.set(stage, (this.#spent.get(stage) ?? 0) + performance.now() - begun);
    }
  }

  /** Whole milliseconds per stage, in the order in which they began. */
  milliseconds(): Record<string, number> {
    return Object.fromEntries([...this.#spent].map(([stage, ms]) => [stage, Math.round(ms)]));
  }
}
