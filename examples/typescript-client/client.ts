/**
 * A client of Waggle. What it sends and gets is typed by waggle.d.ts, which `npm run generate` makes from
 * openapi/openapi.yaml.
 *
 *     const waggle = createClient('http://127.0.0.1:8080');
 *     const { job, video } = await waggle.animate(photo, 'make the cat turn its head', { seed: 7 });
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import createFetch from 'openapi-fetch';
import { mayPass, problemOf, retryAfterMs } from './problem.ts';
import type { components, operations, paths } from './waggle.d.ts';

export type Job = components['schemas']['Job'];
export type Progress = components['schemas']['Progress'];
type Asked = operations['createAnimation']['requestBody']['content']['application/json'];

export interface ClientOptions {
  /** API key; a service on this machine may need none. */
  key?: string;
  /** Language of what problems say. */
  language?: 'en' | 'zh';
}

export interface AnimateOptions extends Omit<Asked, 'image' | 'audio' | 'command'> {
  /** Told of every step. */
  onProgress?(progress: Progress): void;
  /** Aborted: the job is canceled. */
  signal?: AbortSignal;
}

export interface Animation {
  job: Job;
  video: Blob;
}

/** Milliseconds before a request is made again that may succeed later. */
const BACK_OFF = [250, 500, 1000, 2000, 4000];

export function createClient(baseUrl: string, { key, language = 'en' }: ClientOptions = {}) {
  const identity: Record<string, string> = key ? { authorization: `Bearer ${key}` } : {};
  const headers = { ...identity, 'accept-language': language };
  const api = createFetch<paths>({ baseUrl, headers });

  /** @returns the id for `{ upload: id }` */
  async function upload(file: Blob, signal?: AbortSignal): Promise<string> {
    const { id, url, method, fields, fileField } = take(await api.POST('/v1/uploads', { signal }));
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append(fileField, file);
    const target = new URL(url, baseUrl);
    // A store elsewhere has its leave in the fields; the key is nobody's business there.
    const here = target.origin === new URL(baseUrl).origin;
    const answer = await fetch(target, { method, body: form, headers: here ? headers : {}, signal });
    if (!answer.ok) throw problemOf(await answer.text(), answer);
    return id;
  }

  /** Follows the events until the job has ended; where they break off it goes on after the last one. */
  async function follow(id: string, { onProgress, signal }: AnimateOptions): Promise<Job> {
    let last: string | undefined;
    for (let quiet = 0; ; quiet += 1) {
      try {
        const params = { path: { id }, ...(last && { header: { 'last-event-id': last } }) };
        const options = { params, parseAs: 'stream', signal } as const;
        const stream = take(await api.GET('/v1/animations/{id}/events', options));
        const text = (stream as ReadableStream<Uint8Array<ArrayBuffer>>).pipeThrough(new TextDecoderStream());
        for await (const { id: seq, event, data } of text.pipeThrough(new EventSourceParserStream())) {
          if (event === 'finished') return JSON.parse(data);
          if (seq === last) continue;
          onProgress?.(JSON.parse(data));
          last = seq;
          quiet = 0;
        }
      } catch (error) {
        if (!mayPass(error) || quiet === BACK_OFF.length) throw error;
      }
      await sleep(BACK_OFF[Math.min(quiet, BACK_OFF.length - 1)], undefined, { signal });
    }
  }

  /**
   * Animates a photo, waits, and gets the video.
   * @throws Problem, also where the job has failed: `code` says why
   */
  async function animate(photo: Blob, command: string, options: AnimateOptions = {}): Promise<Animation> {
    const { onProgress, signal, ...settings } = options;
    const image = { upload: await withBackOff(() => upload(photo, signal), signal) };
    // With the same key, a request whose answer was lost does not make a second job.
    const header = { 'idempotency-key': randomUUID() };
    const body = { ...settings, image, command };
    const { id } = await withBackOff(
      async () => take(await api.POST('/v1/animations', { params: { header }, body, signal })),
      signal,
    );
    const params = { path: { id } };
    try {
      const job = await follow(id, { onProgress, signal });
      const video = await withBackOff(
        async () => take(await api.GET('/v1/animations/{id}/video', { params, parseAs: 'blob', signal })),
        signal,
      );
      return { job, video: video as Blob };
    } catch (error) {
      if (signal?.aborted) await api.POST('/v1/animations/{id}/cancel', { params });
      throw error;
    }
  }

  return { animate };
}

/** @throws Problem where the answer is one */
function take<Data>({ data, error, response }: { data?: Data; error?: unknown; response: Response }): Data {
  if (!response.ok) throw problemOf(error, response);
  return data as Data;
}

async function withBackOff<Result>(send: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
  for (const wait of BACK_OFF) {
    try {
      return await send();
    } catch (error) {
      if (!mayPass(error)) throw error;
      await sleep(retryAfterMs(error) ?? wait, undefined, { signal });
    }
  }
  return send();
}
