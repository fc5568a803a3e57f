import type { Box, Mask, Picture, Point } from './types.ts';

/** A picture and its inside: the same where no frame is round it. */
export interface Framed {
  whole: Picture;
  /** Where the inside lies, whole pixels. */
  inside: Box;
  /** The inside alone; without a frame its pixels are those of the whole. */
  picture: Picture;
}

/** A frame takes at most this share of a side. */
const MOST = 0.15;
/** Mean difference from its own median below which a line of pixels has one colour, 0..255. */
const PLAIN = 6;
/** The picture begins where this share of a line differs by so much from the frame. */
const BEGINS = { share: 0.6, change: 16 };
/** Lines that scaling and compression blur at a frame's inner edge. */
const MIXED = 2;
/** Left out at both ends of a line, where it crosses the other sides of the frame. */
const ENDS = 0.1;

/**
 * Finds plain borders (passe-partouts, letterboxes, thin lines): about one photo in 25 has some. They are no part of what is
 * photographed: things in it end there as at a picture's edge, and the frame stays still.
 */
export function unframe(whole: Picture): Framed {
  const { width, height } = whole;
  const row = (y: number) => line(whole, 3 * y * width, 3, width);
  const column = (x: number) => line(whole, 3 * x, 3 * width, height);
  const x = borderOf(column, width);
  const y = borderOf(row, height);
  const inside = {
    x,
    y,
    width: width - x - borderOf((i) => column(width - 1 - i), width),
    height: height - y - borderOf((i) => row(height - 1 - i), height),
  };
  return { whole, inside, picture: crop(whole, inside, 3) };
}

/** A mask of the whole picture, cut to the inside. */
export const cropMask = (mask: Mask, { inside }: Framed): Mask => crop(mask, inside, 1);

/** A mask of the inside, as one of the whole picture. */
export function padMask(mask: Mask, { whole, inside }: Framed): Mask {
  const data = new Uint8Array(whole.width * whole.height);
  paste(mask.data, inside, data, whole.width, 1);
  return { width: whole.width, height: whole.height, data };
}

/** Copies pixels of the inside to where they are in the whole picture. */
export const pasteInside = (inner: Uint8Array, { whole, inside }: Framed, into: Uint8Array): void =>
  paste(inner, inside, into, whole.width, 3);

/** A place of the whole picture, in its fractions, as pixels of the inside; what is on the frame goes to the nearest. */
export function toInside(at: Point, { whole, inside }: Framed): Point {
  const held = (value: number, size: number) => Math.min(size, Math.max(0, value));
  return {
    x: held(at.x * whole.width - inside.x, inside.width),
    y: held(at.y * whole.height - inside.y, inside.height),
  };
}

/** A box in pixels of the inside, as fractions of the whole picture. */
export const toWhole = (box: Box, { whole, inside }: Framed): Box => ({
  x: (inside.x + box.x) / whole.width,
  y: (inside.y + box.y) / whole.height,
  width: box.width / whole.width,
  height: box.height / whole.height,
});

/** A box in fractions of the inside, as fractions of the whole picture. */
export const widened = (box: Box, framed: Framed): Box => {
  const { width, height } = framed.inside;
  return toWhole(
    { x: box.x * width, y: box.y * height, width: box.width * width, height: box.height * height },
    framed,
  );
};

/** Lines of pixels, counted from one edge: how many are frame, with those in which frame and picture mix. */
function borderOf(at: (index: number) => Uint8Array, count: number): number {
  const most = Math.floor(MOST * count);
  let plain = 0;
  while (plain < most && isPlain(at(plain))) plain++;
  if (plain === 0 || plain === most) return 0;
  const [frame, beyond] = [at(plain - 1), at(plain + MIXED)];
  let changed = 0;
  for (let i = 0; i < frame.length; i += 3) {
    const change = Math.max(...[0, 1, 2].map((c) => Math.abs(frame[i + c] - beyond[i + c])));
    if (change >= BEGINS.change) changed++;
  }
  return changed >= (BEGINS.share * frame.length) / 3 ? plain + MIXED : 0;
}

function isPlain(pixels: Uint8Array): boolean {
  let sum = 0;
  for (let c = 0; c < 3; c++) {
    const values = pixels.filter((_, i) => i % 3 === c).sort();
    const median = values[values.length >> 1];
    for (const value of values) sum += Math.abs(value - median);
  }
  return sum < PLAIN * pixels.length;
}

/** RGB of a row or column without its ends. */
function line({ data }: Picture, start: number, step: number, count: number): Uint8Array {
  const end = Math.floor(ENDS * count);
  const pixels = new Uint8Array(3 * (count - 2 * end));
  for (let i = 0; i < pixels.length; i += 3) {
    const from = start + (end + i / 3) * step;
    pixels.set(data.subarray(from, from + 3), i);
  }
  return pixels;
}

function crop({ width, height, data }: Mask, box: Box, channels: number): Mask {
  if (box.width === width && box.height === height) return { width, height, data };
  const cut = new Uint8Array(box.width * box.height * channels);
  const length = box.width * channels;
  for (let y = 0; y < box.height; y++) {
    const from = ((box.y + y) * width + box.x) * channels;
    cut.set(data.subarray(from, from + length), y * length);
  }
  return { width: box.width, height: box.height, data: cut };
}

function paste(from: Uint8Array, box: Box, into: Uint8Array, width: number, channels: number): void {
  const length = box.width * channels;
  for (let y = 0; y < box.height; y++) {
    into.set(from.subarray(y * length, (y + 1) * length), ((box.y + y) * width + box.x) * channels);
  }
}
