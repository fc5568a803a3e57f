import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import parseRange from 'range-parser';
import type { Deps } from '../deps.ts';
import { entryOf } from '../problems/catalogue.ts';
import { Problem } from '../problems/problem.ts';
import type { Job, StoredFile } from './job.ts';

/** A link is made anew for every request, so it needs to live no longer than a player that stops and goes on. */
const LINK_SECONDS = 3600;

/**
 * Sends the caller to something that a job has made, where the store can sign a link; elsewhere streams it, whole or the
 * one range that is asked for (RFC 9110, section 14). HEAD is always answered here: a link is signed for GET alone.
 * @throws Problem `not_ready`, `expired`, `canceled`, or what the job failed with
 */
export async function sendResult(
  { store }: Deps,
  job: Job,
  name: keyof Job['results'],
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const file = resultOf(job, name);
  const extension = file.contentType.split('/')[1].replace('jpeg', 'jpg');
  const fileName = `${job.id}-${name}.${extension}`;
  if (store.links && request.method === 'GET') {
    const link = await store.links.get(file.key, { seconds: LINK_SECONDS, fileName });
    return reply.header('cache-control', 'no-store').redirect(link, 302);
  }
  const object = await store.open(file.key);
  if (!object) throw new Problem('expired');
  const { size, etag, contentType, stream } = object;
  reply.headers({
    etag,
    'accept-ranges': 'bytes',
    'content-type': contentType,
    'content-disposition': `inline; filename="${fileName}"`,
    'cache-control': 'private, max-age=3600',
  });
  if (matches(request.headers['if-none-match'], etag)) {
    stream.destroy();
    return reply.code(304).send();
  }
  const range = rangeOf(request, size, etag);
  if (range === 'unsatisfiable') {
    stream.destroy();
    throw new Problem('range_not_satisfiable', { headers: { 'content-range': `bytes */${size}` } });
  }
  if (range) {
    stream.destroy();
    reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${size}`);
  }
  const length = range ? range.end - range.start + 1 : size;
  reply.header('content-length', length);
  if (request.method === 'HEAD') {
    stream.destroy();
    return reply.send(Readable.from([])); // with a stream the length set above stands
  }
  return reply.send(range ? (await store.open(file.key, range))?.stream : stream);
}

function resultOf(job: Job, name: keyof Job['results']): StoredFile {
  const file = job.results[name];
  if (file) return file;
  if (job.status === 'queued' || job.status === 'running') throw new Problem('not_ready');
  if (job.status === 'expired') throw new Problem('expired');
  if (job.status === 'canceled') throw new Problem('canceled');
  if (job.error) {
    const { code } = entryOf(job.error.code);
    // The job's own error; what conflicts with the request is the state of the job, whatever brought it there.
    throw new Problem(code, { status: 409, detail: job.error.detail, seen: job.error.seen });
  }
  throw new Problem('no_result');
}

function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === '*' || header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}

/** @returns undefined for the whole: no range, several ranges, one that is not understood, or of another version */
function rangeOf(request: FastifyRequest, size: number, etag: string) {
  const { range, 'if-range': ifRange } = request.headers;
  if (range === undefined || (ifRange !== undefined && ifRange !== etag)) return undefined;
  const ranges = parseRange(size, range, { combine: true });
  if (ranges === -1) return 'unsatisfiable';
  if (ranges === -2 || ranges.type !== 'bytes' || ranges.length !== 1) return undefined;
  return ranges[0];
}
