import type { Mask, Picture, Point } from '../../types.ts';
import { SIZE } from './tables.ts';

/** What lies outside the photo, as in training. */
const GREY = 118;
/** Side of the crop in units of the object's longest side. */
const MARGIN = 1.2;
/** Width of the click's Gaussian in crop pixels. */
const CLICK = 6;

/** A square window on the picture: crop = (picture - corner) * scale. */
export interface Window {
  x: number;
  y: number;
  /** Crop pixels per picture pixel. */
  scale: number;
}

/** Extent of the mask in pixels, right and bottom exclusive. Returns undefined for an empty mask. */
export function extentOf(mask: Mask): { x0: number; y0: number; x1: number; y1: number } | undefined {
  let [x0, y0, x1, y1] = [mask.width, mask.height, 0, 0];
  for (let y = 0; y < mask.height; y++) {
    for (let x = 0; x < mask.width; x++) {
      if (mask.data[y * mask.width + x] < 128) continue;
      x0 = Math.min(x0, x);
      x1 = Math.max(x1, x + 1);
      y0 = Math.min(y0, y);
      y1 = y + 1;
    }
  }
  return x1 > x0 ? { x0, y0, x1, y1 } : undefined;
}

/** The square round the object, centred on its box. */
export function windowOf(
  extent: { x0: number; y0: number; x1: number; y1: number },
  margin = MARGIN,
): Window {
  const side = Math.max(extent.x1 - extent.x0, extent.y1 - extent.y0, 8) * margin;
  const scale = SIZE / side;
  return {
    x: (extent.x0 + extent.x1 - side) / 2,
    y: (extent.y0 + extent.y1 - side) / 2,
    scale,
  };
}

export interface Crop {
  /** [3, SIZE, SIZE] RGB 0..255. */
  image: Float32Array;
  /** [3, SIZE, SIZE] mask, inside the photo, click; 0..1. */
  hints: Float32Array;
}

/**
 * Cuts the window out of photo and mask. Each crop pixel is the mean of enough bilinear samples that none of the photo's
 * pixels is passed over.
 */
export function cut(picture: Picture, mask: Mask, window: Window, click: Point | undefined): Crop {
  const image = new Float32Array(3 * SIZE * SIZE);
  const hints = new Float32Array(3 * SIZE * SIZE);
  const samples = Math.max(1, Math.ceil(1 / window.scale));
  const area = SIZE * SIZE;
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      const at = y * SIZE + x;
      const sum = [0, 0, 0, 0, 0];
      for (let v = 0; v < samples; v++) {
        for (let u = 0; u < samples; u++) {
          const px = window.x + (x + (u + 0.5) / samples) / window.scale - 0.5;
          const py = window.y + (y + (v + 0.5) / samples) / window.scale - 0.5;
          addSample(picture, mask, px, py, sum);
        }
      }
      const count = samples * samples;
      for (let c = 0; c < 3; c++) image[c * area + at] = sum[c] / count + GREY * (1 - sum[4] / count);
      hints[at] = sum[3] / count;
      hints[area + at] = sum[4] / count;
    }
  }
  if (click) drawClick(hints.subarray(2 * area), toCrop(click, window));
  return { image, hints };
}

/** Adds red, green, blue, mask and presence at a place counted from the centre of the first pixel. */
function addSample(picture: Picture, mask: Mask, px: number, py: number, sum: number[]): void {
  const left = Math.floor(px);
  const top = Math.floor(py);
  for (let dy = 0; dy < 2; dy++) {
    for (let dx = 0; dx < 2; dx++) {
      const x = left + dx;
      const y = top + dy;
      if (x < 0 || y < 0 || x >= picture.width || y >= picture.height) continue;
      const weight = (dx ? px - left : 1 - px + left) * (dy ? py - top : 1 - py + top);
      const at = y * picture.width + x;
      for (let c = 0; c < 3; c++) sum[c] += weight * picture.data[3 * at + c];
      sum[3] += (weight * mask.data[at]) / 255;
      sum[4] += weight;
    }
  }
}

function drawClick(map: Float32Array, click: Point): void {
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      const square = (x + 0.5 - click.x) ** 2 + (y + 0.5 - click.y) ** 2;
      map[y * SIZE + x] = Math.exp(-square / (2 * CLICK * CLICK));
    }
  }
}

export const toCrop = (p: Point, window: Window): Point => ({
  x: (p.x - window.x) * window.scale,
  y: (p.y - window.y) * window.scale,
});

export const toPicture = (p: Point, window: Window): Point => ({
  x: p.x / window.scale + window.x,
  y: p.y / window.scale + window.y,
});
