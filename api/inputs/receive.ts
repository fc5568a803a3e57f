/** Takes in a request's body straight into the store: from multipart parts, earlier uploads, or addresses. */
import type { Readable } from 'node:stream';
import '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import type { Outbound } from '../../infra/outbound/index.ts';
import type { Store } from '../../infra/store/index.ts';
import { isId } from '../jobs/ids.ts';
import { inputKey } from '../jobs/job.ts';
import { Problem } from '../problems/problem.ts';
import { fetchFile } from './fetch.ts';
import { keep, type Received } from './keep.ts';

const FIELD_BYTES = 16 * 1024;
const FIELDS = 20;

export interface Body {
  fields: Record<string, unknown>;
  files: Map<string, Received>;
}

export interface Intake {
  store: Store;
  /** Whose files they are: `inputKey` says where they go. */
  id: string;
  /** Parts that may hold a file, and how many bytes of it. */
  fileLimits: Record<string, number>;
}

/** Whatever it throws, the caller removes what may have been stored. */
export function receive(request: FastifyRequest, intake: Intake, outbound: Outbound): Promise<Body> {
  if (request.isMultipart()) return receiveMultipart(request, intake);
  if (request.body && typeof request.body === 'object') {
    return receiveJson(request.body as Record<string, unknown>, request.owner, intake, outbound);
  }
  throw new Problem('unsupported_media_type');
}

/** As `receive`, of a form only. */
export async function receiveMultipart(
  request: FastifyRequest,
  { store, id, fileLimits }: Intake,
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
      const file = await keep(store, inputKey(id, part.fieldname), part.file, limit);
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

/** In JSON a file is `{"upload": "upl_..."}` or `{"url": "https://..."}`. */
async function receiveJson(
  json: Record<string, unknown>,
  owner: string,
  intake: Intake,
  outbound: Outbound,
): Promise<Body> {
  const { store, id, fileLimits } = intake;
  const body: Body = { fields: {}, files: new Map() };
  for (const [name, value] of Object.entries(json)) {
    const limit = fileLimits[name];
    if (limit === undefined) {
      body.fields[name] = value;
      continue;
    }
    const { upload, url } = value as { upload?: string; url?: string };
    const key = inputKey(id, name);
    const file =
      url === undefined
        ? await copyUpload(store, owner, { upload: upload!, key, limit, pointer: `/${name}/upload` })
        : await fetchFile({ store, outbound, url, key, limit, pointer: `/${name}/url` });
    body.files.set(name, file);
  }
  return body;
}

async function copyUpload(
  store: Store,
  owner: string,
  { upload, key, limit, pointer }: { upload: string; key: string; limit: number; pointer: string },
): Promise<Received> {
  const found = isId('upload', upload) && (await store.open(uploadKey(owner, upload)));
  if (!found) {
    const detail = { en: `There is nothing at ${upload}.`, zh: `${upload} 处没有内容。` };
    throw new Problem('upload_not_found', { errors: [{ pointer, detail }] });
  }
  return keep(store, key, found.stream, limit);
}

export const uploadKey = (owner: string, id: string) => `uploads/${owner}/${id}`;

function repeated(name: string): Problem {
  return new Problem('invalid_request', {
    errors: [{ pointer: `/${name}`, detail: { en: 'was sent more than once', zh: '重复发送' } }],
  });
}

export function unknown(name: string): Problem {
  return new Problem('invalid_request', {
    errors: [
      { pointer: `/${name}`, detail: { en: 'is not a part of this request', zh: '不是此请求的字段' } },
    ],
  });
}
