import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, open, rename, rm, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

export interface DownloadProgress {
  file: string;
  bytes: number;
  total: number;
}

export interface DownloadOptions {
  /** Name in progress reports. */
  file: string;
  sha256: string;
  onProgress?(progress: DownloadProgress): void;
  signal?: AbortSignal;
}

/** How long a server may take to answer, and to send the next bytes, in ms. */
const ANSWER_WITHIN = 4_000;
const BYTES_WITHIN = 30_000;
const ATTEMPTS = 4;

/**
 * Fetches `url` (http, https or file) to `path`. Bytes arrive in `path` + ".part", where an interrupted download goes
 * on next time (RFC 9110, section 14, range requests). `path` appears only when the checksum is right.
 * @throws Error where the server cannot be reached, refuses, stalls, or sends something else
 */
export async function download(url: string, path: string, options: DownloadOptions): Promise<void> {
  if ((await sha256(path)) === options.sha256) return;
  const part = `${path}.part`;
  const isResumed = (await size(part)) > 0;
  if (url.startsWith('file:')) await copyFile(fileURLToPath(url), part);
  else await downloadPart(url, part, options);
  if ((await sha256(part)) !== options.sha256) {
    await rm(part, { force: true });
    // The beginning that lay there may have belonged to something else.
    if (isResumed) return download(url, path, options);
    throw new Error(`${options.file} does not have the expected checksum`);
  }
  await rename(part, path);
}

/** A connection that breaks after it has brought something is taken up again where it broke. */
async function downloadPart(url: string, part: string, options: DownloadOptions): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const before = await size(part);
    try {
      return await receive(url, part, before, options);
    } catch (error) {
      options.signal?.throwIfAborted();
      const isDead = (await size(part)) === before;
      if (isDead || attempt === ATTEMPTS) throw error;
    }
  }
}

async function receive(url: string, part: string, have: number, options: DownloadOptions): Promise<void> {
  const watchdog = new AbortController();
  let timer = setTimeout(() => watchdog.abort(new Error('the server does not answer')), ANSWER_WITHIN);
  const signal = options.signal ? AbortSignal.any([options.signal, watchdog.signal]) : watchdog.signal;
  try {
    const response = await fetch(url, { headers: have ? { range: `bytes=${have}-` } : {}, signal });
    // What is there already is all of it, or not a beginning of it; the checksum tells.
    if (response.status === 416) return void (await response.body?.cancel());
    if (!response.ok || !response.body) throw new Error(`the server answers ${response.status}`);
    let bytes = response.status === 206 ? have : 0;
    const total = bytes + Number(response.headers.get('content-length') ?? 0);
    const file = await open(part, bytes ? 'a' : 'w');
    try {
      for await (const chunk of response.body) {
        clearTimeout(timer);
        timer = setTimeout(() => watchdog.abort(new Error('the server stalls')), BYTES_WITHIN);
        await file.write(chunk);
        bytes += chunk.length;
        options.onProgress?.({ file: options.file, bytes, total });
      }
    } finally {
      await file.close();
    }
  } finally {
    clearTimeout(timer);
  }
}

async function size(path: string): Promise<number> {
  return stat(path).then(
    (found) => found.size,
    () => 0,
  );
}

/** @returns lower-case hex, or undefined where there is no such file */
export async function sha256(path: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return hash.digest('hex');
}
