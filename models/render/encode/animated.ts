import sharp from 'sharp';
import type { Abort } from '../../types.ts';
import { type Clip, type Encoder, untilAborted } from './encoder.ts';

/** Shortest gif delay that players keep; they slow down anything shorter to a tenth of a second. */
const SHORTEST_GIF_DELAY = 20;

/** Animated gif or webp by libvips (sharp). */
export function createAnimatedEncoder(clip: Clip, format: 'gif' | 'webp'): Encoder {
  const { shown, delays } = schedule(
    clip,
    format === 'gif' ? 10 : 1,
    format === 'gif' ? SHORTEST_GIF_DELAY : 1,
  );
  const size = clip.width * clip.height * 3;
  let pages: Uint8Array | undefined = new Uint8Array(size * shown.length);
  let index = 0;
  let page = 0;
  return {
    async add(frame) {
      if (shown[page] === index++) pages?.set(frame, size * page++);
    },
    async finish(abort: Abort) {
      if (!pages) throw new Error('The encoder was closed.');
      const raw = {
        width: clip.width,
        height: clip.height * shown.length,
        channels: 3 as const,
        pageHeight: clip.height,
      };
      const image = sharp(pages, { raw, limitInputPixels: false });
      const loop = clip.loop ? 0 : 1;
      const encoded =
        format === 'gif'
          ? image.gif({ delay: delays, loop, effort: 5, dither: 0.8, interFrameMaxError: 2 })
          : image.webp({ delay: delays, loop, quality: 88, effort: 2 });
      return new Uint8Array(await untilAborted(encoded.toBuffer(), abort));
    },
    close() {
      pages = undefined;
    },
  };
}

/**
 * Delays in whole units that add up to the right time at any frame rate. Frames that would be shown for less than
 * `shortest` are left out.
 * @param unit of the format in ms (gif 10, webp 1)
 * @returns `shown` frame numbers, `delays` in ms
 */
export function schedule(
  clip: Pick<Clip, 'frames' | 'fps'>,
  unit: number,
  shortest: number,
): { shown: number[]; delays: number[] } {
  const shown: number[] = [];
  const starts: number[] = [];
  for (let k = 0; k < clip.frames; k++) {
    const start = Math.round((1000 * k) / clip.fps / unit) * unit;
    if (starts.length && start - starts[starts.length - 1] < shortest) continue;
    shown.push(k);
    starts.push(start);
  }
  const end = Math.round((1000 * clip.frames) / clip.fps / unit) * unit;
  const delays = starts.map((start, k) => Math.max(shortest, (starts[k + 1] ?? end) - start));
  return { shown, delays };
}
