import { type OpenCv, withMats } from '../../../models/locate/opencv.ts';
import { depthOf } from '../../../models/locate/shape.ts';
import type { Click, Point } from '../../../models/types.ts';

/** A binary mask, 0 or 1. */
export interface Bits {
  width: number;
  height: number;
  data: Uint8Array;
}

/** Intersection over union, 0..1. */
export function iou(a: Uint8Array, b: Uint8Array): number {
  let [both, either] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    both += a[i] & b[i];
    either += a[i] | b[i];
  }
  return either ? both / either : 1;
}

/** The pixel farthest from the outside, and how far. */
export function deepest(cv: OpenCv, bits: Bits): Point & { depth: number } {
  const distance = depthOf(cv, bits);
  let best = 0;
  for (let i = 0; i < distance.length; i++) if (distance[i] > distance[best]) best = i;
  return { x: (best % bits.width) + 0.5, y: Math.floor(best / bits.width) + 0.5, depth: distance[best] };
}

/** A click in the deepest error of what was found; undefined where there is none. */
export function correction(cv: OpenCv, found: Uint8Array, truth: Bits): Click | undefined {
  const { width, height, data } = truth;
  const missed = deepest(cv, { width, height, data: data.map((v, i) => v & (1 - found[i])) });
  const extra = deepest(cv, { width, height, data: data.map((v, i) => found[i] & (1 - v)) });
  const click = missed.depth >= extra.depth ? missed : extra;
  if (click.depth < 1) return undefined;
  return { x: click.x, y: click.y, exclude: click === extra };
}

/** F-score of the outlines within .75 % of the photo's diagonal, as in DAVIS (Perazzi et al., CVPR 2016). */
export function boundary(cv: OpenCv, found: Bits, truth: Bits): number {
  const radius = Math.max(1, Math.round(0.0075 * Math.hypot(truth.width, truth.height)));
  return withMats((own) => {
    const outline = ({ width, height, data }: Bits) => {
      const mask = own(cv.matFromArray(height, width, cv.CV_8UC1, data as unknown as number[]));
      const line = own(new cv.Mat());
      const cross = own(cv.getStructuringElement(cv.MORPH_CROSS, new cv.Size(3, 3)));
      cv.morphologyEx(mask, line, cv.MORPH_GRADIENT, cross);
      const wide = own(new cv.Mat());
      const disc = own(
        cv.getStructuringElement(cv.MORPH_ELLIPSE, new cv.Size(2 * radius + 1, 2 * radius + 1)),
      );
      cv.dilate(line, wide, disc);
      return { line: line.data as Uint8Array, wide: wide.data as Uint8Array };
    };
    const [a, b] = [outline(found), outline(truth)];
    const share = (line: Uint8Array, wide: Uint8Array) => {
      let [on, all] = [0, 0];
      for (let i = 0; i < line.length; i++) {
        all += line[i];
        on += line[i] & wide[i];
      }
      return all ? on / all : 0;
    };
    const [precision, recall] = [share(a.line, b.wide), share(b.line, a.wide)];
    return precision + recall > 0 ? (2 * precision * recall) / (precision + recall) : 0;
  });
}
