import { fileTypeFromBuffer } from 'file-type';
import type { Limits } from '../../infra/config.ts';
import type { StoredFile } from '../jobs/job.ts';
import { Problem } from '../problems/problem.ts';
import type { Received } from './keep.ts';

/** What browsers and telephones record. An MP4 or WebM may be called a video and hold nothing but sound. */
const TYPES = [
  'audio/wav', 'audio/mpeg', 'audio/flac', 'audio/x-flac', 'audio/ogg', 'audio/opus', 'audio/ogg; codecs=opus',
  'video/webm', 'audio/webm', 'audio/mp4', 'audio/x-m4a', 'video/mp4', 'video/quicktime',
]; // biome-ignore format: one list

/** How long it is, and whether it can be decoded, is found out by a worker. */
export async function checkAudio(received: Received, limits: Limits): Promise<StoredFile> {
  if (received.bytes === 0) throw new Problem('audio_empty');
  if (received.truncated) {
    const megabytes = limits.audioBytes / 1024 / 1024;
    throw new Problem('audio_too_large', {
      detail: { en: `The recording is larger than ${megabytes} MB.`, zh: `录音文件超过 ${megabytes} MB。` },
    });
  }
  const type = (await fileTypeFromBuffer(received.head))?.mime;
  if (!type || !TYPES.includes(type)) throw new Problem('audio_unsupported');
  return { key: received.key, contentType: type, bytes: received.bytes };
}
