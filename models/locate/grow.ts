import type { Mask, Picture, Point } from '../types.ts';
import { loadOpenCv, type OpenCv, withMats } from './opencv.ts';

/** Colour tolerances that are tried, in steps of 8-bit Lab. */
const TOLERANCES = [4, 6, 8, 10, 12, 15, 18, 22, 26, 31, 37, 44];
/** A region that covers more than this is everything, less than that is a speck. */
export const NEARLY_ALL = 0.92;
const SPECK = 0.0008;

/**
 * Seeds for GrabCut where no detector helps (sky, water, a balloon): the region around the clicks whose colour differs
 * from theirs by less than a tolerance. The tolerance is the one at which the region changes least when it is widened,
 * the idea of maximally stable regions (Matas et al., BMVC 2002).
 * @param clicks whole pixels of the picture
 * @returns undefined where even the widest region is a speck
 */
export async function grow(picture: Picture, clicks: Point[]): Promise<Mask | undefined> {
  const { cv } = await loadOpenCv();
  const { width, height } = picture;
  const regions = TOLERANCES.map((tolerance) => flood(cv, picture, clicks, tolerance));
  const count = width * height;
  const usable = regions.filter(({ area }) => area >= SPECK * count && area <= NEARLY_ALL * count);
  if (usable.length === 0) return undefined;
  let best = usable[0];
  let bestGrowth = Number.POSITIVE_INFINITY;
  for (let i = 0; i + 1 < usable.length; i++) {
    const growth = usable[i + 1].area / usable[i].area - 1;
    // Small regions are stable too, inside a stripe or an eye; a slight preference for size leaves them.
    const cost = (growth + 0.02) / usable[i].area ** 0.25;
    if (cost < bestGrowth) [best, bestGrowth] = [usable[i], cost];
  }
  return seedsAround(cv, best.mask, clicks);
}

function flood(cv: OpenCv, { width, height, data }: Picture, clicks: Point[], tolerance: number) {
  return withMats((own) => {
    const rgb = own(cv.matFromArray(height, width, cv.CV_8UC3, data as unknown as number[]));
    const smooth = own(new cv.Mat());
    cv.bilateralFilter(rgb, smooth, 7, 30, 5, cv.BORDER_REFLECT);
    const lab = own(new cv.Mat());
    cv.cvtColor(smooth, lab, cv.COLOR_RGB2Lab);
    const filled = own(cv.Mat.zeros(height + 2, width + 2, cv.CV_8UC1));
    // Light falls off across a thing more than its colour changes.
    const range = new cv.Scalar(1.6 * tolerance, tolerance, tolerance);
    const flags = 4 | cv.FLOODFILL_MASK_ONLY | cv.FLOODFILL_FIXED_RANGE | (255 << 8);
    for (const { x, y } of clicks) {
      cv.floodFill(lab, filled, new cv.Point(x, y), new cv.Scalar(0), new cv.Rect(), range, range, flags);
    }
    const mask = new Uint8Array(width * height);
    let area = 0;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        if (!filled.data[(y + 1) * (width + 2) + x + 1]) continue;
        mask[y * width + x] = 255;
        area++;
      }
    }
    return { area, mask: { width, height, data: mask } };
  });
}

/** Sure inside the region, a belt around it open, the rest sure background. */
function seedsAround(cv: OpenCv, { width, height, data }: Mask, clicks: Point[]): Mask {
  return withMats((own) => {
    const region = own(cv.matFromArray(height, width, cv.CV_8UC1, data as unknown as number[]));
    const distance = (mat: InstanceType<OpenCv['Mat']>) => {
      const out = own(new cv.Mat());
      cv.distanceTransform(mat, out, cv.DIST_L2, 3);
      return out.data32F as Float32Array;
    };
    const inside = distance(region).slice();
    const outside = distance(
      own(cv.matFromArray(height, width, cv.CV_8UC1, data.map((v) => 255 - v) as unknown as number[])),
    );
    const belt = 0.03 * Math.max(width, height);
    const seeds = data.map((v, i) => (v ? (inside[i] > 3 ? 1 : 3) : outside[i] > belt ? 0 : 2));
    for (const { x, y } of clicks) seeds[y * width + x] = 1;
    return { width, height, data: seeds };
  });
}
