import type { FastifyBaseLogger } from 'fastify';
import { sendUnsent } from '../api/jobs/submit.ts';
import type { Adapters } from './adapters.ts';

/** How long a request may take from writing its job to sending its message. */
const UNSENT_AFTER_MS = 30_000;

/** What has to be done now and then: lost messages and events are sent again, expired jobs purged. An error waits for next time. */
export async function keepHouse(adapters: Omit<Adapters, 'close'>, log: FastifyBaseLogger): Promise<void> {
  try {
    await sendUnsent({ ...adapters, now: () => new Date() }, UNSENT_AFTER_MS);
    await adapters.repository.sendLostEvents(UNSENT_AFTER_MS);
    await adapters.repository.sweep();
  } catch (err) {
    log.error({ err }, 'Housekeeping failed.');
  }
}
