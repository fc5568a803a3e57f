import type { Box, Click, Detection } from '../types.ts';
import { openMaskNetwork } from './network.ts';
import { openRanker } from './rank.ts';
import type { Seen } from './window.ts';

/** A box in which the thing may be, and how sure the detector is of it. */
export type Hint = Pick<Detection, 'box' | 'score'>;

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
 * without a box and with each, and the answer that looks most like one thing around the clicks is taken.
 */
export async function openSee(): Promise<See> {
  const [network, rank] = await Promise.all([openMaskNetwork(), openRanker()]);
  return async (seen) => {
    const { draft, sharpen } = await network(seen);
    return async ({ clicks, hints, size }) => {
      const pointed = clicks.some(({ exclude }) => !exclude);
      const boxes = [...hints.map(({ box }) => box), ...(size ? [size] : [])];
      const drafts = await draft(
        [...(pointed || !boxes.length ? [undefined] : []), ...boxes].map((box) => ({ clicks, box })),
      );
      return sharpen(pointed ? await rank(drafts, { clicks, hints }, seen) : drafts[0]);
    };
  };
}
