import { Tensor } from 'onnxruntime-node';
import { bytesOf } from '../pixels.ts';
import { openSession, weightsFile } from '../session.ts';
import type { Box, Click, Mask, Point } from '../types.ts';
import { overlap } from './detector.ts';
import type { Draft } from './network.ts';
import { loadOpenCv, type OpenCv } from './opencv.ts';
import { boxOf } from './reach.ts';
import type { Prompt } from './see.ts';
import { depthOf, keepComponents } from './shape.ts';
import type { Seen } from './window.ts';

/** By how many numbers an answer is described. */
export const FEATURES = 8;

/** The draft that fits best to what the clicks mean, by the network of models/training/masks/rank.py. */
export type Rank = (drafts: Draft[], prompt: Prompt, seen: Seen) => Promise<Draft>;

export async function openRanker(): Promise<Rank> {
  const [session, { cv }] = await Promise.all([openSession(weightsFile('masks-rank.onnx'), 1), loadOpenCv()]);
  return async (drafts, { clicks, hints }, seen) => {
    if (drafts.length === 1) return drafts[0];
    const { window } = seen;
    const [{ width, height }] = drafts;
    const [sx, sy] = [width / window.width, height / window.height];
    const sure = hints.map(({ box, score }) => ({
      score,
      box: {
        x: (box.x - window.x) * sx,
        y: (box.y - window.y) * sy,
        width: box.width * sx,
        height: box.height * sy,
      },
    }));
    const numbers = describe(cv, drafts, cellsOf(clicks, drafts[0], seen), sure);
    const described = new Tensor('float32', numbers, [drafts.length, FEATURES]);
    const fits = (await session.run({ described })).fits.data as Float32Array;
    return drafts[fits.indexOf(Math.max(...fits))];
  };
}

/**
 * Each draft by FEATURES numbers, as `describe` in models/training/masks/rank.py explains them.
 * @param at cells of the clicks on the thing; @param hints boxes in cells
 */
export function describe(
  cv: OpenCv,
  drafts: Draft[],
  at: Point[],
  hints: { box: Box; score: number }[],
): Float32Array {
  const masks = drafts.map((draft) => clickedPart(cv, draft, at));
  const areas = masks.map(({ data }) => count(data, (v) => v > 0));
  return Float32Array.from(
    drafts.flatMap(({ logits, fit }, i) => {
      const mask = masks[i];
      const above = (level: number) => count(logits, (v) => v > level);
      const stable = above(1) / Math.max(1, above(-1));
      const size = Math.log(areas[i] / mask.data.length + 1e-4);
      const agreed = masks.reduce((sum, other) => sum + common(mask, other), 0) / masks.length;
      const box = boxOf(mask);
      if (!box) return [fit, stable, 0, size, 0, 0, agreed, 0];
      const inside = logits.reduce((sum, v, k) => (mask.data[k] ? sum + v : sum), 0) / areas[i];
      const depth = depthOf(cv, mask);
      const central = depth[at[0].y * mask.width + at[0].x] / Math.max(...depth);
      const full = areas[i] / (box.width * box.height);
      const detected = Math.max(0, ...hints.map((hint) => hint.score * overlap(box, hint.box)));
      return [fit, stable, inside / 5, size, central, full, agreed, detected];
    }),
  );
}

/** The cells of the clicks on the thing; the nearest for one beside the window. */
export function cellsOf(clicks: Click[], { width, height }: Draft, { window }: Seen): Point[] {
  const cell = (share: number, cells: number) => Math.min(cells - 1, Math.max(0, Math.floor(share * cells)));
  return clicks
    .filter(({ exclude }) => !exclude)
    .map(({ x, y }) => ({
      x: cell((x - window.x) / window.width, width),
      y: cell((y - window.y) / window.height, height),
    }));
}

/** The pieces of a draft that hold a click; nothing where it leaves out all of them. */
export function clickedPart(cv: OpenCv, { width, height, logits }: Draft, at: Point[]): Mask {
  if (!at.some(({ x, y }) => logits[y * width + x] > 0))
    return { width, height, data: new Uint8Array(width * height) };
  return keepComponents(cv, { width, height, data: bytesOf(logits, (v) => (v > 0 ? 255 : 0)) }, at);
}

function count(values: Float32Array | Uint8Array, holds: (value: number) => boolean): number {
  let sum = 0;
  for (const value of values) if (holds(value)) sum++;
  return sum;
}

/** Intersection over union. */
function common(a: Mask, b: Mask): number {
  let [both, either] = [0, 0];
  for (let i = 0; i < a.data.length; i++) {
    if (a.data[i] && b.data[i]) both++;
    if (a.data[i] || b.data[i]) either++;
  }
  return both / Math.max(1, either);
}
