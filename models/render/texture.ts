import type { Picture } from '../types.ts';
import { gaussianBlur } from './blur.ts';
import { distanceTo } from './distance.ts';
import type { Painter } from './painter.ts';

/** Fewer uncovered pixels than this (at 512) say nothing of a texture. */
const LEAST = 150;

/**
 * High-frequency energy, mean |I - G2*I|, of the plate where it was uncovered against the photo in a ring around the
 * hole; 1 where next to nothing was uncovered.
 * @param plate the picture with the hole filled, RGB bytes
 */
export function plateTexture(picture: Picture, plate: Uint8Array, painter: Painter, scale: number): number {
  const { width, height, x: left, y: top } = painter.window;
  const grey = new Float32Array(width * height);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const o = 3 * ((top + y) * picture.width + left + x);
      grey[i] = (plate[o] + plate[o + 1] + plate[o + 2]) / 3;
    }
  }
  const blurred = gaussianBlur(grey, width, height, 2);
  const near = distanceTo(painter.uncovered, width, height);
  let [inside, insideCount, ring, ringCount] = [0, 0, 0, 0];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const energy = Math.abs(grey[i] - blurred[i]);
      if (painter.uncovered[i]) {
        inside += energy;
        insideCount++;
        continue;
      }
      const o = 3 * ((top + y) * picture.width + left + x);
      const own =
        plate[o] === picture.data[o] &&
        plate[o + 1] === picture.data[o + 1] &&
        plate[o + 2] === picture.data[o + 2];
      if (near[i] < 24 * scale && own && !painter.path[i]) {
        ring += energy;
        ringCount++;
      }
    }
  }
  if (insideCount < LEAST * scale * scale || ringCount === 0 || ring === 0) return 1;
  return inside / insideCount / (ring / ringCount);
}
