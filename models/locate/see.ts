import type { Box, Click, Detection } from '../types.ts';
import type { MaskNetwork } from './network.ts';
import { loadOpenCv } from './opencv.ts';
import { openRanker } from './rank.ts';
import { withHead } from './taller.ts';
import type { Seen } from './window.ts';

/** A box in which the thing may be, what the detector takes it for, and how sure it is. */
export type Hint = Pick<Detection, 'box' | 'label' | 'score'>;

/** What is asked of a window: clicks, and boxes that hold those on the thing, the likeliest first; in pixels of the picture. */
export interface Prompt {
  clicks: Click[];
  hints: Hint[];
  /** How large the detector takes what is under the first click to be, whether or not it has seen something there. */
  size?: Box;
}

/** Logits of a mask over a window, [height, width]. */
export interface Answer {
  width: number;
  height: number;
  logits: Float32Array;
}

/** A window that was seen once and may be asked several times. */
export type Ask = (prompt: Prompt) => Promise<Answer>;
export type See = (seen: Seen) => Promise<Ask>;

/**
 * Our click-to-mask network. In a pile of cats a box may hold several of them, or belong to the one beside: so clicks are answered
 * without a box, with each and with the size at the click, and the answer that looks most like one thing around the clicks is
 * taken.
 */
export async function openSee(network: MaskNetwork): Promise<See> {
  const [rank, { cv }] = await Promise.all([openRanker(), loadOpenCv()]);
  return async (seen) => {
    const sight = await network(seen);
    return async ({ clicks, hints, size }) => {
      const pointed = clicks.some(({ exclude }) => !exclude);
      const boxes = [...hints, ...(size ? [{ box: size }] : [])];
      const asked = [...(pointed || !boxes.length ? [undefined] : []), ...boxes];
      const answers = await sight.draft(asked.map((hint) => ({ clicks, box: hint?.box })));
      const drafts = await Promise.all(
        answers.map((one, i) => withHead(cv, one, asked[i], clicks, seen, sight)),
      );
      return sight.sharpen(pointed ? await rank(drafts, { clicks, hints }, seen) : drafts[0]);
    };
  };
}
