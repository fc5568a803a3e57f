import type { Box, Click, Point } from '../types.ts';
import type { OpenCv } from './opencv.ts';
import type { Answer } from './see.ts';
import { depthOf, keepComponents } from './shape.ts';

/** Logits that differ by less are about the same. */
const ALIKE = 1;
/** Cells around a click that change sides at least. */
const LEAST = 2;

/** The cell of an answer over a window in which a place of the picture lies; the nearest for one beside the window. */
export function cellOf({ x, y }: Point, { width, height }: Omit<Answer, 'logits'>, window: Box): Point {
  const cell = (share: number, cells: number) => Math.min(cells - 1, Math.max(0, Math.floor(share * cells)));
  return { x: cell((x - window.x) / window.width, width), y: cell((y - window.y) / window.height, height) };
}

/** Whether the mask holds a click on the thing, or leaves out one beside it. */
export function obeys(answer: Answer, click: Click, window: Box): boolean {
  const { x, y } = cellOf(click, answer, window);
  return answer.logits[y * answer.width + x] > 0 === !click.exclude;
}

/**
 * An answer that obeys every click. The network overlooks about one correction in seven; there what is about as likely as the place of
 * the click, hangs together with it and is no farther from it than the mask's edge changes sides.
 */
export function obey(cv: OpenCv, answer: Answer, clicks: Click[], window: Box): Answer {
  const { width, height } = answer;
  const logits = answer.logits.slice();
  const chosen = (holds: (value: number, i: number) => boolean) => ({
    width,
    height,
    data: Uint8Array.from(logits, (value, i) => (holds(value, i) ? 255 : 0)),
  });
  for (const click of clicks) {
    if (obeys({ width, height, logits }, click, window)) continue;
    const at = cellOf(click, answer, window);
    const [here, side] = [at.y * width + at.x, click.exclude ? -1 : 1];
    const wrong = chosen((value) => value > 0 === Boolean(click.exclude));
    const radius = Math.max(LEAST, depthOf(cv, wrong)[here] + 1);
    const least = side * logits[here] - ALIKE;
    const alike = chosen(
      (value, i) =>
        side * value >= least && Math.hypot((i % width) - at.x, Math.floor(i / width) - at.y) <= radius,
    );
    keepComponents(cv, alike, [at]).data.forEach((value, i) => {
      if (value) logits[i] = side;
    });
  }
  return { width, height, logits };
}
