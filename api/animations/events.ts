/** Server-sent events of a job: `progress` as it goes on, then `finished` with the whole job. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Deps } from '../deps.ts';
import type { Job } from '../jobs/job.ts';
import { isFinal } from '../jobs/transitions.ts';
import { progressOf, viewOf } from '../jobs/view.ts';
import { watch } from '../jobs/watch.ts';
import { languageOf, Problem } from '../problems/problem.ts';

/** Proxies close connections on which nothing is said for a minute or so. */
const KEEP_ALIVE_MS = 15_000;

/**
 * Every stream holds a connection and reads its job five times a second, so an owner has only so many of them at once.
 * The count is of this process.
 */
export function eventStreams(deps: Deps) {
  const open = new Map<string, number>();
  const count = (owner: string, change: number) => {
    const left = (open.get(owner) ?? 0) + change;
    if (left === 0) open.delete(owner);
    else open.set(owner, left);
    return left;
  };
  return async (job: Job, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    try {
      if (count(job.owner, 1) > deps.config.limits.streams)
        throw new Problem('too_many_streams', { headers: { 'retry-after': '10' } });
      return await streamEvents(deps, job, request, reply);
    } finally {
      count(job.owner, -1);
    }
  };
}

/**
 * Events have the job's `seq` as their id. A client that comes back with `Last-Event-ID` gets what it has not seen; one
 * that has seen the end gets 204, which tells a browser not to come back again.
 */
async function streamEvents(
  { repository, queue, closing }: Deps,
  job: Job,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const language = languageOf(request.headers);
  const lastSeen = Number(request.headers['last-event-id'] ?? 0) || 0;
  if (isFinal(job) && lastSeen >= job.progress.seq) return reply.code(204).send();

  const closed = new AbortController();
  reply.raw.once('close', () => closed.abort());
  reply.hijack();
  reply.raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  const send = (event: string, seq: number, data: unknown) =>
    reply.raw.write(`id: ${seq}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  const keepAlive = setInterval(() => reply.raw.write(': still here\n\n'), KEEP_ALIVE_MS);
  try {
    reply.raw.write(': follows the job until it has ended\n\n');
    let sent = '';
    for await (const now of watch(repository, job, [closed.signal, closing])) {
      const { seq } = now.progress;
      if (isFinal(now)) {
        send('finished', seq, await viewOf(now, language, queue));
        continue;
      }
      const progress = await progressOf(now, queue);
      const state = `${seq} ${progress.queuePosition}`;
      if (seq > lastSeen && state !== sent) send('progress', seq, progress);
      sent = state;
    }
  } catch (error) {
    // The status line is out; closing early makes the client come back.
    request.log.error(error);
  } finally {
    clearInterval(keepAlive);
    reply.raw.end();
  }
  return reply;
}
