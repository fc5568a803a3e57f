/** A piece of work in a stage, once it is over. */
export interface Timing {
  stage: string;
  /** When it began, milliseconds since 1970. */
  at: number;
  milliseconds: number;
  /** It ended by throwing. */
  failed: boolean;
}

/** Adds up the milliseconds that named stages take. */
export class Stopwatch {
  readonly #told?: (timing: Timing) => void;
  readonly #spent = new Map<string, number>();

  /** @param told of each piece of work */
  constructor(told?: (timing: Timing) => void) {
    this.#told = told;
  }

  async time<T>(stage: string, work: () => T | Promise<T>): Promise<T> {
    const at = Date.now();
    const begun = performance.now();
    let failed = true;
    try {
      const result = await work();
      failed = false;
      return result;
    } finally {
      const milliseconds = performance.now() - begun;
      this.#spent.set(stage, (this.#spent.get(stage) ?? 0) + milliseconds);
      this.#told?.({ stage, at, milliseconds, failed });
    }
  }

  /** Whole milliseconds per stage, in the order in which they began. */
  milliseconds(): Record<string, number> {
    return Object.fromEntries([...this.#spent].map(([stage, ms]) => [stage, Math.round(ms)]));
  }
}
