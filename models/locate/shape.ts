import { bytesOf } from '../pixels.ts';
import type { Mask, Point } from '../types.ts';
import { type OpenCv, withMats } from './opencv.ts';

/** Holes up to this share of the thing are speckles of the cut; larger ones are real, as between the legs. */
const SPECKLE = 0.02;
/** Without a click: pieces of at least this share of the largest belong to the thing too (a fence may divide it). */
const PIECE = 0.2;

/** Keeps the pieces that hold a click, or without clicks the largest piece and those not much smaller. */
export function keepComponents(cv: OpenCv, { width, height, data }: Mask, clicks: Point[]): Mask {
  return withMats((own) => {
    const image = own(cv.matFromArray(height, width, cv.CV_8UC1, data as unknown as number[]));
    const labels = own(new cv.Mat());
    const stats = own(new cv.Mat());
    const count = cv.connectedComponentsWithStats(image, labels, stats, own(new cv.Mat()), 4);
    const area = Array.from({ length: count }, (_, label) =>
      label === 0 ? 0 : stats.data32S[5 * label + cv.CC_STAT_AREA],
    );
    const of = labels.data32S as Int32Array;
    const clicked = new Set(clicks.map(({ x, y }) => of[y * width + x]));
    clicked.delete(0);
    const largest = Math.max(...area);
    const keep = area.map((pixels, label) =>
      clicked.size > 0 ? clicked.has(label) : pixels > 0 && pixels >= PIECE * largest,
    );
    return { width, height, data: bytesOf(of, (label) => (keep[label] ? 255 : 0)) };
  });
}

/** Distance in pixels of every pixel to the outside of the mask, 0 there; beyond the picture's edges is outside, too. */
export function depthOf(cv: OpenCv, { width, height, data }: Mask): Float32Array {
  return withMats((own) => {
    const image = own(cv.matFromArray(height, width, cv.CV_8UC1, data as unknown as number[]));
    const padded = own(new cv.Mat());
    cv.copyMakeBorder(image, padded, 1, 1, 1, 1, cv.BORDER_CONSTANT, new cv.Scalar(0));
    const distance = own(new cv.Mat());
    cv.distanceTransform(padded, distance, cv.DIST_L2, 5);
    const depth = distance.data32F as Float32Array;
    const out = new Float32Array(width * height);
    for (let y = 0; y < height; y++) {
      const begin = (y + 1) * (width + 2) + 1;
      out.set(depth.subarray(begin, begin + width), y * width);
    }
    return out;
  });
}

/** Distance in pixels of every pixel to the nearest one of at least `level`; 0 there. */
export function distanceTo(cv: OpenCv, { width, height, data }: Mask, level: number): Float32Array {
  return withMats((own) => {
    const far = bytesOf(data, (v) => (v >= level ? 0 : 255));
    const outside = own(cv.matFromArray(height, width, cv.CV_8UC1, far as unknown as number[]));
    const distance = own(new cv.Mat());
    cv.distanceTransform(outside, distance, cv.DIST_L2, 5);
    return (distance.data32F as Float32Array).slice();
  });
}

/** Closes small holes that do not touch the photo's edge. */
export function fillHoles(cv: OpenCv, { width, height, data }: Mask): Mask {
  return withMats((own) => {
    const inverse = own(
      cv.matFromArray(height, width, cv.CV_8UC1, data.map((v) => 255 - v) as unknown as number[]),
    );
    const labels = own(new cv.Mat());
    const stats = own(new cv.Mat());
    const count = cv.connectedComponentsWithStats(inverse, labels, stats, own(new cv.Mat()), 4);
    const area = data.reduce((sum, v) => sum + (v ? 1 : 0), 0);
    const hole = Array.from({ length: count }, (_, label) => {
      if (label === 0) return false;
      const [x, y, w, h, pixels] = stats.data32S.subarray(5 * label, 5 * label + 5);
      const atEdge = x === 0 || y === 0 || x + w === width || y + h === height;
      return !atEdge && pixels <= SPECKLE * area;
    });
    const of = labels.data32S as Int32Array;
    return { width, height, data: data.map((v, i) => (hole[of[i]] ? 255 : v)) };
  });
}

/** Smooths the staircase of a small binary mask and enlarges it; the edge becomes about two pixels soft. */
export function softMask(
  cv: OpenCv,
  { width, height, data }: Mask,
  to: { width: number; height: number },
): Mask {
  return withMats((own) => {
    const small = own(cv.matFromArray(height, width, cv.CV_8UC1, data as unknown as number[]));
    const smooth = own(new cv.Mat());
    cv.GaussianBlur(small, smooth, new cv.Size(0, 0), 1.5, 1.5, cv.BORDER_REPLICATE);
    const large = own(new cv.Mat());
    cv.resize(smooth, large, new cv.Size(to.width, to.height), 0, 0, cv.INTER_CUBIC);
    // The blur keeps the outline where it was; the slope brings its width back to about two pixels.
    const soft = large.data as Uint8Array;
    const edge = new Uint8ClampedArray(soft.length);
    for (let i = 0; i < soft.length; i++) edge[i] = (soft[i] - 127.5) * 2.2 + 127.5;
    return { width: to.width, height: to.height, data: new Uint8Array(edge.buffer) };
  });
}
