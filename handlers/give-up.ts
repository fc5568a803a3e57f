import { SpanKind } from '@opentelemetry/api';
import type { FastifyBaseLogger } from 'fastify';
import type { Repository } from '../api/jobs/repository.ts';
import type { JobMessage } from '../api/jobs/submit.ts';
import { fail, isFinal } from '../api/jobs/transitions.ts';
import { CATALOGUE } from '../api/problems/catalogue.ts';
import { contextFrom, inSpan } from '../infra/telemetry/trace.ts';

/**
 * Ends the job of a message that was delivered in vain as often as it may be. To do it twice changes nothing.
 * @param body of a dead letter; one that names no job is only logged
 */
export async function giveUp(body: string, repository: Repository, log: FastifyBaseLogger): Promise<void> {
  const message = parse(body);
  if (!message) {
    log.error({ body: body.slice(0, 200) }, 'A dead letter names no job.');
    return;
  }
  const { owner, id } = message;
  const lost = fail({ code: 'worker_lost', detail: CATALOGUE.worker_lost.detail, retryable: true });
  const span = { kind: SpanKind.CONSUMER, attributes: { 'waggle.job.id': id }, parent: contextFrom(message) };
  await inSpan('give up job', span, async () => {
    if (await repository.awaited(owner, id)) {
      await repository.change(owner, id, (job, now) => (isFinal(job) ? job : lost(job, now)));
    }
    log.error({ jobId: id }, 'The job was given up.');
  });
}

function parse(body: string): JobMessage | undefined {
  try {
    const message = JSON.parse(body);
    return typeof message.owner === 'string' && typeof message.id === 'string' ? message : undefined;
  } catch {
    return undefined;
  }
}
