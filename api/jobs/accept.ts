/** What creating an animation, a region and a command have in common: take in, check, submit, wait if asked to. */
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Deps } from '../deps.ts';
import { type Body, receive } from '../inputs/receive.ts';
import { nameJob } from '../plugins/telemetry.ts';
import { languageOf } from '../problems/problem.ts';
import type { Webhook } from '../webhooks/events.ts';
import { newId } from './ids.ts';
import type { Job, Kind, Request } from './job.ts';
import { type Idempotency, submit } from './submit.ts';
import { isFinal } from './transitions.ts';
import { pathOf, viewOf } from './view.ts';
import { waitForEnd } from './watch.ts';

const MAX_WAIT_SECONDS = 25;

export interface Accepted {
  request: Request;
  inputs: Job['inputs'];
  webhook?: Pick<Webhook, 'url' | 'events'>;
}

export interface Acceptance {
  kind: Kind;
  /** Parts that may hold a file, and how many bytes of it. */
  fileLimits: Record<string, number>;
  /** Checks everything that can be checked without decoding. */
  check(body: Body): Promise<Accepted>;
}

export async function accept(
  deps: Deps,
  { kind, fileLimits, check }: Acceptance,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const wait = waitSeconds(request);
  const key = request.headers['idempotency-key'] as string | undefined;
  const { store, outbound, repository, queue, config, closing } = deps;
  const language = languageOf(request.headers);
  const id = newId(kind);
  let job: Job;
  let replayed: boolean;
  try {
    const body = await receive(request, { store, id, fileLimits }, outbound);
    const { webhook, ...checked } = await check(body);
    const idempotency = key === undefined ? undefined : { key, fingerprint: fingerprint(kind, body) };
    const draft = {
      id,
      kind,
      owner: request.owner,
      keepDays: config.resultDays,
      ...checked,
      ...(webhook && { webhook: { ...webhook, language } }),
    };
    nameJob(request, reply, id);
    ({ job, replayed } = await submit(deps, draft, idempotency));
  } catch (error) {
    await repository.purgeFiles(id);
    throw error;
  }
  if (replayed) {
    await repository.purgeFiles(id);
    reply.header('idempotent-replayed', 'true');
    nameJob(request, reply, job.id);
  }
  if (wait > 0) {
    job = await waitForEnd(repository, job, [closing, AbortSignal.timeout(wait * 1000)]);
    reply.header('preference-applied', `wait=${wait}`);
  }
  reply.code(isFinal(job) ? 200 : 202).header('location', pathOf(job));
  return viewOf(job, language, queue);
}

/** Equal for equal requests, however their bytes were wrapped. */
function fingerprint(kind: Kind, { fields, files }: Body): Idempotency['fingerprint'] {
  const hashes = [...files].map(([name, { sha256 }]) => [name, sha256]);
  const parts = [...Object.entries(fields), ...hashes].sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([kind, parts]))
    .digest('hex');
}

/** `Prefer: wait=n` (RFC 7240). Preferences that are not known, or not well-formed, are to be ignored. */
function waitSeconds(request: FastifyRequest): number {
  const [, seconds] =
    /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:$|[,;])/i.exec(String(request.headers.prefer ?? '')) ?? [];
  return Math.min(Number(seconds ?? 0), MAX_WAIT_SECONDS);
}
