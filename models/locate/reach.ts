import { bytesOf } from '../pixels.ts';
import type { Box, Mask } from '../types.ts';
import { loadOpenCv } from './opencv.ts';
import { distanceTo } from './shape.ts';

/** Share of the object's longest side by which it may leave its silhouette: the largest ceiling of any action. */
const SHARE = 0.3;
/** Pixels on top, for the soft edge of small things. */
const MARGIN = 12;

/**
 * Everywhere the thing may move to: all pixels closer to the silhouette than 30 % of its longest side plus 12 pixels.
 * The mask is binary (0 or 255); the renderer feathers inside it.
 * @param box tight box of the silhouette
 */
export async function reachOf(mask: Mask, box: Box): Promise<Mask> {
  const { cv } = await loadOpenCv();
  const radius = SHARE * Math.max(box.width, box.height) + MARGIN;
  const data = bytesOf(distanceTo(cv, mask, 1), (d) => (d <= radius ? 255 : 0));
  return { width: mask.width, height: mask.height, data };
}

/** Tight box of the pixels that are at least half inside; undefined for an empty mask. */
export function boxOf({ width, height, data }: Mask): Box | undefined {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (data[i] < 128) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      bottom = y;
    }
  }
  return right < 0 ? undefined : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}
