/**
 * Accepting a job: its message is sent, then the job is written. A crash between the two leaves a message that names no
 * job, and whoever gets it lets it go (`repository.awaited`); a crash before them leaves files. Nobody was promised either.
 *
 * An Idempotency-Key is a small record that is created conditionally before the job: of two equal requests exactly one
 * makes the job, also across restarts and processes.
 */
import { createHash } from 'node:crypto';
import { SpanKind } from '@opentelemetry/api';
import type { Queue } from '../../infra/queue/index.ts';
import type { Store } from '../../infra/store/index.ts';
import { inSpan, type TraceContext, traceContext } from '../../infra/telemetry/trace.ts';
import { Problem } from '../problems/problem.ts';
import type { Job } from './job.ts';
import type { Repository } from './repository.ts';
import { createJob, type NewJob } from './transitions.ts';

/** A record without its job is younger than this while the first request is still being taken in. */
const IN_FLIGHT_MS = 30_000;

export interface SubmitDeps {
  store: Store;
  queue: Queue;
  repository: Repository;
  now(): Date;
}

export interface Idempotency {
  /** As sent by the caller. */
  key: string;
  /** Hash of everything that was asked for. */
  fingerprint: string;
}

/** What the queue carries: which job, and nothing of what is in it; and the trace that it is a part of. */
export interface JobMessage extends TraceContext {
  owner: string;
  id: string;
}

interface Record {
  id: string;
  fingerprint: string;
  at: string;
}

/**
 * @returns the job, or the earlier job of an equal request
 * @throws Problem `idempotency_mismatch`, `idempotency_in_flight`, `queue_unavailable`
 */
export async function submit(
  deps: SubmitDeps,
  draft: NewJob,
  idempotency?: Idempotency,
): Promise<{ job: Job; replayed: boolean }> {
  const record = idempotency && recordKey(draft.owner, idempotency.key);
  if (record) {
    const earlier = await claim(deps, record, draft, idempotency.fingerprint);
    if (earlier) return { job: earlier, replayed: true };
  }
  const job = createJob({ ...draft, idempotency: record }, deps.now());
  try {
    // A store may already bring the job's bytes onto its disk while the message is on its way.
    await deps.repository.create(job, { after: send(deps.queue, job) });
    return { job, replayed: false };
  } catch (error) {
    // The caller will try again, and must then get a job that can run.
    if (record) await deps.store.delete(record);
    throw error;
  }
}

async function send(queue: Queue, { owner, id, kind }: Job): Promise<void> {
  const attributes = { 'waggle.job.id': id, 'waggle.job.kind': kind };
  try {
    await inSpan('send job', { kind: SpanKind.PRODUCER, attributes }, () =>
      queue.send(JSON.stringify({ owner, id, ...traceContext() } satisfies JobMessage)),
    );
  } catch (cause) {
    throw new Problem('queue_unavailable', { cause });
  }
}

/** Takes the record for this draft. @returns the job of an equal request that came before, if there is one */
async function claim(
  { store, repository, now }: SubmitDeps,
  key: string,
  { owner, id }: NewJob,
  fingerprint: string,
): Promise<Job | undefined> {
  const body = Buffer.from(JSON.stringify({ id, fingerprint, at: now().toISOString() } satisfies Record));
  const write = (condition: { ifNoneMatch: '*' } | { ifMatch: string }) =>
    store.put(key, body, { contentType: 'application/json', ...condition });
  try {
    const found = await store.get(key);
    if (!found) {
      await write({ ifNoneMatch: '*' });
      return undefined;
    }
    const record = JSON.parse(found.body.toString()) as Record;
    if (record.fingerprint !== fingerprint) throw new Problem('idempotency_mismatch');
    const inTime = now().getTime() - Date.parse(record.at) < IN_FLIGHT_MS;
    const job = inTime ? await repository.get(owner, record.id) : await repository.awaited(owner, record.id);
    if (job) return job;
    if (inTime) throw inFlight();
    await write({ ifMatch: found.etag }); // its request broke down before it made a job
    return undefined;
  } catch (error) {
    if ((error as { code?: string }).code === 'precondition_failed') throw inFlight();
    throw error;
  }
}

const inFlight = () => new Problem('idempotency_in_flight', { headers: { 'retry-after': '1' } });

function recordKey(owner: string, key: string): string {
  return `idempotency/${owner}/${createHash('sha256').update(key).digest('hex').slice(0, 40)}.json`;
}
