import type { FastifyBaseLogger } from 'fastify';
import type { Adapters } from './adapters.ts';

/** How long it may take from writing an event to sending it. */
const LOST_AFTER_MS = 30_000;

/** What has to be done now and then: lost events are sent again, expired jobs purged. An error waits for next time. */
export async function keepHouse(
  { repository }: Pick<Adapters, 'repository'>,
  log: FastifyBaseLogger,
): Promise<void> {
  try {
    await repository.sendLostEvents(LOST_AFTER_MS);
    await repository.sweep();
  } catch (err) {
    log.error({ err }, 'Housekeeping failed.');
  }
}
