import { bytesOf } from '../pixels.ts';
import type { Hooks, Mask, Picture, WarpMotion } from '../types.ts';
import { createSolidPainter } from './compose.ts';
import type { Cutout } from './cutout.ts';
import { distanceToZero } from './distance.ts';
import { createField, type MotionField } from './field.ts';
import type { Painter } from './painter.ts';
import { fillPlate } from './plate.ts';
import { grow, intersect, type Window } from './window.ts';

export interface Solid {
  painter: Painter;
  field: MotionField;
  plate: Uint8Array;
}

/**
 * Gets everything ready that stays the same for all frames of a warp.
 * @param times at which the motion will be shown, its own seconds
 */
export function prepareSolid(
  picture: Picture,
  cutout: Cutout,
  motion: WarpMotion,
  mask: Mask,
  reach: Mask,
  times: Float64Array,
  scale: number,
  hooks: Hooks,
): Solid {
  const longSide = Math.max(picture.width, picture.height);
  const step = Math.max(2, Math.round(longSide / 128));
  const field = createField(motion, mask, reach, cutout.layer.window, step, scale);
  hooks.abort.throwIfAborted();
  const { window, furthest } = touched(field, times, picture);
  const plate = createPlate(picture, cutout, furthest, scale, hooks);
  const painter = createSolidPainter({ picture, cutout, plate, field, reach, window, scale });
  return { painter, field, plate };
}

/** Where the mesh goes in any frame, and the longest way that any node moves. */
function touched(
  field: MotionField,
  times: Float64Array,
  picture: Picture,
): { window: Window; furthest: number } {
  const { mesh } = field;
  const at = new Float32Array(mesh.columns * mesh.rows * 2);
  let [left, top, right, bottom, furthest] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0, 0, 0];
  for (const time of times) {
    field.at(time, at);
    for (let j = 0, i = 0; j < mesh.rows; j++) {
      for (let k = 0; k < mesh.columns; k++, i += 2) {
        const x = mesh.x + k * mesh.step + at[i];
        const y = mesh.y + j * mesh.step + at[i + 1];
        if (x < left) left = x;
        if (x > right) right = x;
        if (y < top) top = y;
        if (y > bottom) bottom = y;
        const far = at[i] * at[i] + at[i + 1] * at[i + 1];
        if (far > furthest) furthest = far;
      }
    }
  }
  const x = Math.floor(left) - 2;
  const y = Math.floor(top) - 2;
  const box = { x, y, width: Math.ceil(right) + 2 - x, height: Math.ceil(bottom) + 2 - y };
  return {
    window: intersect(box, { x: 0, y: 0, width: picture.width, height: picture.height }),
    furthest: Math.sqrt(furthest),
  };
}

/** The photo with the hole filled wherever the motion can open it; RGB bytes. */
function createPlate(
  picture: Picture,
  cutout: Cutout,
  furthest: number,
  scale: number,
  hooks: Hooks,
): Uint8Array {
  const whole = { x: 0, y: 0, width: picture.width, height: picture.height };
  const window = intersect(grow(cutout.window, Math.round(72 * scale)), whole);
  const { width, height } = window;
  const data = new Float32Array(width * height * 3);
  for (let y = 0, o = 0; y < height; y++) {
    for (let i = 3 * ((window.y + y) * picture.width + window.x), end = i + 3 * width; i < end; i++, o++)
      data[o] = picture.data[i];
  }
  const hole = new Uint8Array(width * height);
  const solid = bytesOf(cutout.alpha, (alpha) => (alpha >= 0.999 ? 1 : 0));
  const depth = distanceToZero(solid, cutout.window.width, cutout.window.height);
  for (let y = 0, i = 0; y < cutout.window.height; y++) {
    for (let x = 0; x < cutout.window.width; x++, i++) {
      if (!cutout.hole[i]) continue;
      hole[(cutout.window.y - window.y + y) * width + cutout.window.x - window.x + x] =
        depth[i] <= furthest + 3 * scale ? 2 : 1;
    }
  }
  fillPlate({ width, height, data }, hole, Math.max(picture.width, picture.height), hooks.abort);
  const plate = picture.data.slice();
  for (let y = 0, o = 0; y < height; y++) {
    for (let x = 0; x < width; x++, o++) {
      if (hole[o] !== 2) continue;
      const i = 3 * ((window.y + y) * picture.width + window.x + x);
      for (let c = 0; c < 3; c++) plate[i + c] = Math.min(255, Math.max(0, Math.round(data[3 * o + c])));
    }
  }
  return plate;
}
