/** Looks at the first bytes of a picture. Nothing is decoded here: a worker does that, where a crash hurts nobody. */
import { fileTypeFromBuffer } from 'file-type';
import { imageSize } from 'image-size';
import type { Limits } from '../../infra/config.ts';
import type { Store } from '../../infra/store/index.ts';
import type { StoredFile } from '../jobs/job.ts';
import { Problem } from '../problems/problem.ts';
import type { Received } from './keep.ts';

/** Of animated GIF, WebP and PNG the first frame is used. */
const TYPES = ['image/jpeg', 'image/png', 'image/apng', 'image/webp', 'image/avif', 'image/gif'];
const MIN_SIDE = 16;

export interface CheckedImage {
  file: StoredFile;
  /** Upright, that is, after turning as EXIF says. */
  width: number;
  height: number;
}

export async function checkImage(
  received: Received | undefined,
  limits: Limits,
  store: Store,
): Promise<CheckedImage> {
  if (!received || received.bytes === 0) throw new Problem('image_missing');
  const megabytes = limits.imageBytes / 1024 / 1024;
  if (received.truncated) {
    throw new Problem('image_too_large', {
      detail: { en: `The image file is larger than ${megabytes} MB.`, zh: `图片文件超过 ${megabytes} MB。` },
    });
  }
  const type = (await fileTypeFromBuffer(received.head))?.mime;
  if (!type || !TYPES.includes(type)) throw new Problem('image_unsupported');
  const { width, height } = await measure(received, store);
  if (width * height > limits.imagePixels) {
    const most = limits.imagePixels / 1_000_000;
    throw new Problem('image_too_many_pixels', {
      detail: {
        en: `The image has ${width} x ${height} pixels; at most ${most} million are taken.`,
        zh: `图片为 ${width} x ${height} 像素，最多 ${most * 100} 万像素。`,
      },
    });
  }
  if (Math.min(width, height) < MIN_SIDE) {
    throw new Problem('image_too_small', {
      detail: {
        en: `The image has ${width} x ${height} pixels; each side needs at least ${MIN_SIDE}.`,
        zh: `图片为 ${width} x ${height} 像素，每边至少 ${MIN_SIDE} 像素。`,
      },
    });
  }
  return { file: { key: received.key, contentType: type, bytes: received.bytes }, width, height };
}

/** The caller's own mask: a PNG of the photo's upright size. */
export async function checkMask(received: Received, photo: CheckedImage, store: Store): Promise<StoredFile> {
  if (received.truncated) throw new Problem('mask_too_large');
  if ((await fileTypeFromBuffer(received.head))?.mime !== 'image/png') throw new Problem('mask_unsupported');
  const { width, height } = await measure(received, store).catch(() => {
    throw new Problem('mask_unreadable');
  });
  if (width !== photo.width || height !== photo.height) {
    throw new Problem('mask_size', {
      detail: {
        en: `The mask has ${width} x ${height} pixels, the upright photo ${photo.width} x ${photo.height}.`,
        zh: `蒙版为 ${width} x ${height} 像素，而照片（摆正后）为 ${photo.width} x ${photo.height} 像素。`,
      },
    });
  }
  return { key: received.key, contentType: 'image/png', bytes: received.bytes };
}

async function measure(received: Received, store: Store): Promise<{ width: number; height: number }> {
  const read = (bytes: Uint8Array) => {
    const { width, height, orientation = 1 } = imageSize(bytes);
    return orientation > 4 ? { width: height, height: width } : { width, height };
  };
  try {
    return read(received.head);
  } catch (cause) {
    // A long colour profile or preview may come before the size.
    const whole = received.bytes > received.head.length && (await store.get(received.key));
    try {
      if (whole) return read(whole.body);
    } catch {
      // said below
    }
    throw new Problem('image_unreadable', { cause });
  }
}
