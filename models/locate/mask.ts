import type { Abort, Box, Click, Mask, Picture } from '../types.ts';
import { loadOpenCv, type OpenCv, withMats } from './opencv.ts';
import { boxOf } from './reach.ts';
import type { Answer, Hint, See } from './see.ts';
import { fillHoles, keepComponents, softMask } from './shape.ts';
import { look, wholeOf, windowAround } from './window.ts';

/** A thing whose longest side is a smaller share of the photo is looked at again from nearby. */
const SMALL = 0.3;
/** A cut that ends this close to a window's edge, in shares of its longest side, may go on beyond it. */
const EDGE = 0.015;

export interface MaskInput {
  picture: Picture;
  /** Pixels of the picture, on the thing or, with `exclude`, beside it. */
  clicks: Click[];
  /** The box of what is meant, first, and of other things that may be meant: those on which the clicks are. */
  hints: Hint[];
  /** How large the detector takes the thing to be that was clicked first; see Detector. */
  size?: Box;
}

/**
 * Silhouette of one thing, with an edge about two pixels soft. Undefined where nothing is found. 0.25 s, twice that where a
 * small thing is looked at again from nearby.
 */
export type MaskOf = (input: MaskInput, abort: Abort) => Promise<Mask | undefined>;

/** @param see our network or another */
export async function createMaskOf(see: See): Promise<MaskOf> {
  const { cv } = await loadOpenCv();

  /** The binary cut in a window, over the whole picture. */
  async function cutIn(window: Box, { picture, ...prompt }: MaskInput, abort: Abort): Promise<Mask> {
    abort.throwIfAborted();
    const ask = await see(await look(picture, window));
    abort.throwIfAborted();
    return paste(cv, await ask(prompt), window, picture);
  }

  return async (input, abort) => {
    const { picture, clicks, hints } = input;
    const box = hints[0]?.box;
    const whole = wholeOf(picture);
    const longest = Math.max(picture.width, picture.height);
    let window = box ? windowAround(box, picture) : whole;
    let cut = await cutIn(window, input, abort);
    const found = boxOf(cut);
    if (!found) return undefined;
    if (endsAtEdge(found, window, picture)) {
      window =
        box && window.width * window.height < 0.25 * whole.width * whole.height
          ? windowAround(window, picture)
          : whole;
      cut = await cutIn(window, input, abort);
    } else if (!box && Math.max(found.width, found.height) < SMALL * longest) {
      window = windowAround(found, picture);
      cut = await cutIn(window, input, abort);
    }
    const points = clicks
      .filter(({ exclude }) => !exclude)
      .map(({ x, y }) => ({ x: Math.min(x, picture.width - 1) | 0, y: Math.min(y, picture.height - 1) | 0 }));
    return softMask(cv, fillHoles(cv, keepComponents(cv, cut, points)), picture);
  };
}

/** Whether a cut ends at an edge of the window that is not one of the picture's. */
function endsAtEdge(cut: Box, window: Box, { width, height }: Picture): boolean {
  const near = EDGE * Math.max(window.width, window.height);
  return (
    (window.x > 0 && cut.x <= window.x + near) ||
    (window.y > 0 && cut.y <= window.y + near) ||
    (window.x + window.width < width && cut.x + cut.width >= window.x + window.width - near) ||
    (window.y + window.height < height && cut.y + cut.height >= window.y + window.height - near)
  );
}

/** Logits over a window as a mask of the picture, 0 or 255. */
export function paste(cv: OpenCv, answer: Answer, window: Box, { width, height }: Picture): Mask {
  return withMats((own) => {
    const small = own(
      cv.matFromArray(answer.height, answer.width, cv.CV_32FC1, answer.logits as unknown as number[]),
    );
    const large = own(new cv.Mat());
    cv.resize(small, large, new cv.Size(window.width, window.height), 0, 0, cv.INTER_LINEAR);
    const logits = large.data32F as Float32Array;
    const data = new Uint8Array(width * height);
    for (let y = 0; y < window.height; y++) {
      for (let x = 0; x < window.width; x++) {
        if (logits[y * window.width + x] > 0) data[(y + window.y) * width + x + window.x] = 255;
      }
    }
    return { width, height, data };
  });
}
