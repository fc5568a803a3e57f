import type { FastifyBaseLogger } from 'fastify';
import { sendUnsent } from '../api/jobs/submit.ts';
import type { Adapters } from './adapters.ts';

/** How long it may take from writing a job to sending its messages. */
const UNSENT_AFTER_MS = 30_000;

/** What has to be done now and then: lost messages are sent again, expired jobs purged. An error waits for next time. */
export async function keepHouse(
  { store, queue, repository }: Pick<Adapters, 'store' | 'queue' | 'repository'>,
  log: FastifyBaseLogger,
): Promise<void> {
  try {
    await sendUnsent({ store, queue, repository, now: () => new Date() }, UNSENT_AFTER_MS);
    await repository.sendLostEvents(UNSENT_AFTER_MS);
    await repository.sweep();
  } catch (err) {
    log.error({ err }, 'Housekeeping failed.');
  }
}
