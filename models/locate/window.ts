import sharp from 'sharp';
import type { Box, Picture } from '../types.ts';

/** Longest side at which the network sees a window. */
const LONGEST = 512;
/** Sides of what the network sees are multiples of this. */
const CELL = 16;
/** What a window shows on each side of a thing, in its longer sides. */
const AROUND = 0.5;

/** The picture as one window. */
export const wholeOf = ({ width, height }: { width: number; height: number }): Box => ({
  x: 0,
  y: 0,
  width,
  height,
});

/** A thing with its surroundings: whole pixels inside the picture. */
export function windowAround(box: Box, { width, height }: { width: number; height: number }): Box {
  const margin = AROUND * Math.max(box.width, box.height, CELL);
  const x = Math.max(0, Math.floor(box.x - margin));
  const y = Math.max(0, Math.floor(box.y - margin));
  return {
    x,
    y,
    width: Math.min(width, Math.ceil(box.x + box.width + margin)) - x,
    height: Math.min(height, Math.ceil(box.y + box.height + margin)) - y,
  };
}

/** A window as the network sees it: RGB planes [3, height, width], 0..255. */
export interface Seen {
  window: Box;
  width: number;
  height: number;
  planes: Float32Array;
}

/** Scales a window of the picture so that its longest side is LONGEST. */
export async function look(picture: Picture, window: Box): Promise<Seen> {
  const scale = LONGEST / Math.max(window.width, window.height);
  const side = (length: number) => Math.max(2 * CELL, Math.round((length * scale) / CELL) * CELL);
  const [width, height] = [side(window.width), side(window.height)];
  const raw = { width: picture.width, height: picture.height, channels: 3 } as const;
  const data = await sharp(picture.data, { raw })
    .extract({ left: window.x, top: window.y, width: window.width, height: window.height })
    .resize(width, height, { fit: 'fill', kernel: scale < 1 ? 'lanczos3' : 'linear' })
    .raw()
    .toBuffer();
  const planes = new Float32Array(3 * width * height);
  for (let i = 0, n = width * height; i < n; i++) {
    for (let c = 0; c < 3; c++) planes[c * n + i] = data[3 * i + c];
  }
  return { window, width, height, planes };
}
