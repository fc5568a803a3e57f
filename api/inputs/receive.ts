/** Takes in a request's body, from multipart parts or from earlier uploads, straight into the store. */
import { createHash } from 'node:crypto';
import { type Readable, Transform } from 'node:stream';
import '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import type { Store } from '../../infra/store/index.ts';
import { isId } from '../jobs/ids.ts';
import { Problem } from '../problems/problem.ts';

/** Enough for the magic bytes and nearly every header; longer headers are read from the store. */
const HEAD_BYTES = 64 * 1024;
const FIELD_BYTES = 16 * 1024;
const FIELDS = 20;

/** A file that lies in the store, but has not been looked at yet. */
export interface Received {
  key: string;
  bytes: number;
  sha256: string;
  /** Its first bytes. */
  head: Buffer;
  /** It was longer than its limit; the rest was not kept. */
  truncated: boolean;
}

export interface Body {
  fields: Record<string, unknown>;
  files: Map<string, Received>;
}

export interface Intake {
  store: Store;
  /** Files go to `{folder}/{name of the part}`. */
  folder: string;
  /** Parts that may hold a file, and how many bytes of it. */
  fileLimits: Record<string, number>;
}

/** Whatever it throws, the caller removes what may have been stored below the folder. */
export function receive(request: FastifyRequest, intake: Intake): Promise<Body> {
  if (request.isMultipart()) return receiveMultipart(request, intake);
  if (request.body && typeof request.body === 'object') {
    return receiveUploads(request.body as Record<string, unknown>, request.owner, intake);
  }
  throw new Problem('unsupported_media_type');
}

async function receiveMultipart(
  request: FastifyRequest,
  { store, folder, fileLimits }: Intake,
): Promise<Body> {
  const largest = Math.max(...Object.values(fileLimits));
  const whole = Object.values(fileLimits).reduce((sum, bytes) => sum + bytes, FIELDS * FIELD_BYTES);
  if (Number(request.headers['content-length'] ?? 0) > whole) throw new Problem('body_too_large');

  const body: Body = { fields: {}, files: new Map() };
  const parts = request.parts({
    limits: {
      fileSize: largest,
      files: Object.keys(fileLimits).length,
      fields: FIELDS,
      fieldSize: FIELD_BYTES,
      fieldNameSize: 100,
    },
  });
  let current: Readable | undefined;
  const collect = async () => {
    for await (const part of parts) {
      if (Object.hasOwn(body.fields, part.fieldname) || body.files.has(part.fieldname))
        throw repeated(part.fieldname);
      if (part.type === 'field') {
        if (part.valueTruncated) throw new Problem('body_too_large');
        // A web form sends every field; those left empty were not meant.
        if (part.value !== '') body.fields[part.fieldname] = part.value;
        continue;
      }
      const limit = fileLimits[part.fieldname];
      if (limit === undefined) throw unknown(part.fieldname);
      current = part.file;
      const file = await keep(store, `${folder}/${part.fieldname}`, part.file, limit);
      file.truncated ||= part.file.truncated;
      const leftEmpty = file.bytes === 0 && !part.filename;
      if (!leftEmpty) body.files.set(part.fieldname, file);
    }
    return body;
  };
  // In this order: counting must not set the bytes flowing before the parser takes them.
  const collected = collect();
  return Promise.race([collected, limitBytes(request, whole, (problem) => current?.destroy(problem))]);
}

/** A body without a length could go on for ever. @returns a promise that only ever rejects */
function limitBytes(
  request: FastifyRequest,
  limit: number,
  stop: (problem: Problem) => void,
): Promise<never> {
  const overflow = new Promise<never>((_, reject) => {
    let bytes = 0;
    request.raw.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= limit) return;
      const problem = new Problem('body_too_large');
      stop(problem);
      reject(problem);
    });
  });
  overflow.catch(() => undefined);
  return overflow;
}

/** In JSON a file is `{"upload": "upl_..."}`. */
async function receiveUploads(json: Record<string, unknown>, owner: string, intake: Intake): Promise<Body> {
  const body: Body = { fields: {}, files: new Map() };
  for (const [name, value] of Object.entries(json)) {
    const limit = intake.fileLimits[name];
    if (limit === undefined) {
      body.fields[name] = value;
      continue;
    }
    const { upload } = value as { upload: string };
    const found = isId('upload', upload) && (await intake.store.open(uploadKey(owner, upload)));
    if (!found) {
      const detail = { en: `There is nothing at ${upload}.`, zh: `${upload} 处没有内容。` };
      throw new Problem('upload_not_found', { errors: [{ pointer: `/${name}/upload`, detail }] });
    }
    body.files.set(name, await keep(intake.store, `${intake.folder}/${name}`, found.stream, limit));
  }
  return body;
}

export const uploadKey = (owner: string, id: string) => `uploads/${owner}/${id}`;

/** Streams into the store while counting, hashing and keeping the head; of more than `limit` bytes nothing is kept. */
export async function keep(store: Store, key: string, source: Readable, limit: number): Promise<Received> {
  const hash = createHash('sha256');
  const head: Buffer[] = [];
  let bytes = 0;
  const tap = new Transform({
    transform(chunk: Buffer, _, done) {
      if (bytes < HEAD_BYTES) head.push(chunk.subarray(0, HEAD_BYTES - bytes));
      bytes += chunk.length;
      hash.update(chunk);
      done(null, bytes <= limit ? chunk : undefined);
    },
  });
  source.on('error', (error) => tap.destroy(error));
  source.on('close', () => source.readableEnded || tap.destroy(new Problem('malformed_body')));
  await store.put(key, source.pipe(tap), { contentType: 'application/octet-stream' });
  return { key, bytes, sha256: hash.digest('hex'), head: Buffer.concat(head), truncated: bytes > limit };
}

function repeated(name: string): Problem {
  return new Problem('invalid_request', {
    errors: [{ pointer: `/${name}`, detail: { en: 'was sent more than once', zh: '重复发送' } }],
  });
}

function unknown(name: string): Problem {
  return new Problem('invalid_request', {
    errors: [
      { pointer: `/${name}`, detail: { en: 'is not a file of this request', zh: '不是此请求的文件' } },
    ],
  });
}
