import type { Message, Queue } from '../infra/queue/index.ts';

/** SQS hands out no more at once. */
const MAX_BATCH = 10;

export interface PollOptions {
  /** For how long a message is nobody else's. */
  leaseSeconds: number;
  /** How many messages are worked on at the same time. */
  atOnce: number;
  signal: AbortSignal;
  /** Called before each look at the queue. */
  looks?(): void;
  /** Told of errors of the queue, and of those that `each` throws. */
  failed(error: unknown): void;
}

/**
 * Takes messages until told to stop, and returns once those at hand are done. An error is told of and waited out for a
 * second; what is not deleted is delivered again.
 */
export async function poll(
  queue: Queue,
  each: (message: Message) => Promise<void>,
  { leaseSeconds, atOnce, signal, looks, failed }: PollOptions,
): Promise<void> {
  const working = new Set<Promise<void>>();
  const begin = (message: Message) => {
    const work = each(message)
      .catch(failed)
      .finally(() => working.delete(work));
    working.add(work);
  };
  while (!signal.aborted) {
    if (working.size === atOnce) {
      await Promise.race(working);
      continue;
    }
    try {
      looks?.();
      const max = Math.min(atOnce - working.size, MAX_BATCH);
      const lease = { max, waitSeconds: 20, visibilitySeconds: leaseSeconds, signal };
      for (const message of await queue.receive(lease)) begin(message);
    } catch (error) {
      if (signal.aborted) break;
      failed(error);
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
  await Promise.all(working);
}
