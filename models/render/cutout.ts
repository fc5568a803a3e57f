import { bytesOf } from '../pixels.ts';
import type { Abort, Mask, Picture } from '../types.ts';
import { distanceTo } from './distance.ts';
import { foreground } from './foreground.ts';
import { createLayer, type Layer } from './layer.ts';
import { colourPlanes, matte } from './matte.ts';
import { boundsOf, cropMap, grow, intersect, type Window } from './window.ts';

/** The thing, cut out of the photo, and the hole that it leaves. */
export interface Cutout {
  /** Where alpha and hole are defined; inside the picture. */
  window: Window;
  /** 0..1, [height, width] of the window. */
  alpha: Float32Array;
  /** 1 where the thing or its soft edge may hide the background. */
  hole: Uint8Array;
  /** May be wider than `window`: it goes on beyond the picture where the thing is cut by its edge. */
  layer: Layer;
}

/** How far the thing is continued behind the picture's edge, as a share of the picture's long side. */
const BEYOND = 0.06;

/** @param scale long side of the picture / 512 */
export function cutOut(picture: Picture, mask: Mask, scale: number, abort: Abort): Cutout | undefined {
  const bounds = boundsOf(mask.data, mask.width, mask.height, 128);
  if (!bounds) return undefined;
  const whole = { x: 0, y: 0, width: picture.width, height: picture.height };
  const window = intersect(grow(bounds, Math.ceil(18 * scale) + 2), whole);
  const alpha = matte(picture, mask, window, scale, abort);
  abort.throwIfAborted();
  const front = foreground(colourPlanes(picture, window), alpha, window.width, window.height, scale);
  return {
    window,
    alpha,
    hole: holeOf(alpha, mask, window, scale),
    layer: createLayer(front, alpha, window, beyond(window, whole, alpha, scale)),
  };
}

/** dilate(alpha > .02, 4 px) together with dilate(mask, 9 px). */
function holeOf(alpha: Float32Array, mask: Mask, window: Window, scale: number): Uint8Array {
  const { width, height } = window;
  const soft = bytesOf(alpha, (a) => (a > 0.02 ? 1 : 0));
  const hard = cropMap(mask.data, mask.width, mask.height, window).map((value) => (value >= 128 ? 1 : 0));
  const toSoft = distanceTo(soft, width, height);
  const toHard = distanceTo(hard, width, height);
  return bytesOf(alpha, (_, i) => (toSoft[i] <= 4 * scale || toHard[i] <= 9 * scale ? 1 : 0));
}

/** The window, wider on the sides where the thing touches the picture's edge. */
function beyond(window: Window, whole: Window, alpha: Float32Array, scale: number): Window {
  const by = Math.round(BEYOND * 512 * scale);
  const { width, height } = window;
  const cut = (start: number, step: number, count: number) => {
    for (let k = 0, i = start; k < count; k++, i += step) if (alpha[i] > 0.5) return by;
    return 0;
  };
  const left = window.x === 0 ? cut(0, width, height) : 0;
  const top = window.y === 0 ? cut(0, 1, width) : 0;
  const right = window.x + width === whole.width ? cut(width - 1, width, height) : 0;
  const bottom = window.y + height === whole.height ? cut(width * (height - 1), 1, width) : 0;
  return {
    x: window.x - left,
    y: window.y - top,
    width: width + left + right,
    height: height + top + bottom,
  };
}
