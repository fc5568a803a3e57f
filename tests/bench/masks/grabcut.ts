import { type OpenCv, withMats } from '../../../models/locate/opencv.ts';
import type { Box, Picture, Point } from '../../../models/types.ts';

const [BACKGROUND, FOREGROUND, MAYBE] = [0, 1, 3];
const ROUNDS = 4;

/**
 * The baseline: GrabCut (Rother et al., SIGGRAPH 2004) from the detector's box and a disc around the click that is surely
 * inside; without a box from the click alone.
 */
export function grabCut(cv: OpenCv, { width, height, data }: Picture, click: Point, box?: Box): Uint8Array {
  const seeds = new Uint8Array(width * height).fill(box ? BACKGROUND : MAYBE);
  const short = box ? Math.min(box.width, box.height) : 0.3 * Math.min(width, height);
  const margin = box ? 0.06 * Math.max(box.width, box.height) : 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inBox =
        box &&
        x >= box.x - margin &&
        x < box.x + box.width + margin &&
        y >= box.y - margin &&
        y < box.y + box.height + margin;
      if (inBox) seeds[y * width + x] = MAYBE;
      if (Math.hypot(x - click.x, y - click.y) <= Math.max(2, 0.12 * short))
        seeds[y * width + x] = FOREGROUND;
      if (!box && (x === 0 || y === 0 || x === width - 1 || y === height - 1))
        seeds[y * width + x] = BACKGROUND;
    }
  }
  if (!seeds.includes(BACKGROUND)) return new Uint8Array(width * height).fill(1);
  return withMats((own) => {
    const image = own(cv.matFromArray(height, width, cv.CV_8UC3, data as unknown as number[]));
    const mask = own(cv.matFromArray(height, width, cv.CV_8UC1, seeds as unknown as number[]));
    const models = [own(new cv.Mat()), own(new cv.Mat())];
    cv.setRNGSeed(1);
    cv.grabCut(image, mask, new cv.Rect(0, 0, 1, 1), models[0], models[1], ROUNDS, cv.GC_INIT_WITH_MASK);
    return Uint8Array.from(mask.data as Uint8Array, (v) => v & 1);
  });
}
