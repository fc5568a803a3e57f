import assert from 'node:assert/strict';
import type { Job } from '../../api/jobs/job.ts';
import { createRepository } from '../../api/jobs/repository.ts';
import type { CloudService } from '../cloud/service.ts';

const DAY_MS = 86_400_000;

/**
 * What must hold after every fault: the job has ended and stays as it is, no message of it is left, it has one set of
 * results if it succeeded and none otherwise, and when its time is over nothing is left of it but its owner's secret.
 */
export async function assertSettled(
  { bucket, queues, webhooks, job }: CloudService,
  ended: Job,
): Promise<void> {
  await queues.drained();
  await webhooks.drained();
  assert.deepEqual(await job(ended.id), ended);
  const results = await bucket.store.list(`results/${ended.id}/`, { limit: 10 });
  const names = ended.status === 'succeeded' ? ['mask.png', 'poster.jpg', 'video.mp4'] : [];
  assert.deepEqual(
    results.map((key) => key.split('/').at(-1)),
    names,
  );
  for (const days of [8, 16]) {
    const now = () => new Date(Date.now() + days * DAY_MS);
    await createRepository({ store: bucket.store, webhooks: webhooks.queue, now }).sweep();
  }
  const left = await bucket.store.list('', { limit: 10 });
  assert.deepEqual(
    left.filter((key) => !key.startsWith('secrets/')),
    [],
  );
}
