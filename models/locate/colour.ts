import type { Abort, Box, Colour, Picture } from '../types.ts';
import type { MaskNetwork } from './network.ts';
import type { Answer } from './see.ts';
import { look, wholeOf } from './window.ts';

/** Distance in CIELAB at which a colour is as good as another one; lightness counts less, since light and shade change it. */
const SPREAD = 14;
const LIGHTNESS = 0.6;

/** What people call by these names, (L, a, b) of CIELAB; fur and skin are seldom as bright as paint. */
const TYPICAL: Record<Colour, readonly (readonly [number, number, number])[]> = {
  black: [[10, 0, 0], [22, 0, 0]],
  white: [[95, 0, 0], [82, 0, 2]],
  grey: [[45, 0, 0], [62, 0, 0]],
  brown: [[30, 12, 18], [45, 14, 26], [60, 10, 24]],
  red: [[45, 62, 42], [32, 46, 28], [55, 55, 30]],
  orange: [[65, 40, 60], [55, 26, 42], [70, 22, 42]],
  yellow: [[88, -5, 75], [78, 6, 60], [85, 0, 35]],
  green: [[50, -45, 38], [35, -25, 22], [65, -30, 45], [55, -12, 30]],
  blue: [[40, 8, -50], [60, -8, -38], [25, 10, -32], [75, -12, -22]],
  purple: [[35, 40, -42], [58, 28, -30]],
  pink: [[75, 28, 2], [62, 58, -8], [82, 15, 3]],
}; // biome-ignore format: a table

/** How much of the thing in each box has a colour, 0..1; 0.25 s, and 0.02 s a box. */
export type ColouredIn = (picture: Picture, boxes: Box[], colour: Colour, abort: Abort) => Promise<number[]>;

/** Looks at the whole picture once: behind a cow on a meadow much of its box is green. */
export const createColouredIn =
  (network: MaskNetwork): ColouredIn =>
  async (picture, boxes, colour, abort) => {
    abort.throwIfAborted();
    const sight = await network(await look(picture, wholeOf(picture)));
    abort.throwIfAborted();
    const drafts = await sight.draft(boxes.map((box) => ({ clicks: [], box })));
    return drafts.map((draft) => shareOf(picture, draft, colour));
  };

/**
 * How much of a mask over the whole picture has a colour, 0..1: each place is shared out among all colours by its distance to what
 * people call by their names.
 */
export function shareOf({ width, height, data }: Picture, mask: Answer, colour: Colour): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < mask.logits.length; i++) {
    if (mask.logits[i] <= 0) continue;
    const x = Math.floor((((i % mask.width) + 0.5) / mask.width) * width);
    const y = Math.floor(((Math.floor(i / mask.width) + 0.5) / mask.height) * height);
    const at = 3 * (y * width + x);
    sum += nearness(labOf(data[at], data[at + 1], data[at + 2]), colour);
    count++;
  }
  return sum / Math.max(1, count);
}

type Lab = readonly [number, number, number];

function nearness(lab: Lab, colour: Colour): number {
  let [own, all] = [0, 1e-6];
  for (const [name, examples] of Object.entries(TYPICAL)) {
    const near = Math.max(...examples.map((one) => Math.exp(-distance(lab, one) / (2 * SPREAD * SPREAD))));
    all += near;
    if (name === colour) own = near;
  }
  return own / all;
}

const distance = (one: Lab, other: Lab): number =>
  LIGHTNESS * (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2 + (one[2] - other[2]) ** 2;

/** sRGB bytes to CIELAB (D65). */
function labOf(red: number, green: number, blue: number): Lab {
  const [r, g, b] = [red, green, blue].map((byte) => LINEAR[byte]);
  const x = curve((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
  const y = curve(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = curve((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const LINEAR = Float64Array.from({ length: 256 }, (_, byte) => {
  const share = byte / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
});
const curve = (t: number): number => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
