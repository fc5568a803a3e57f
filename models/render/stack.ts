import type { Mask, Picture } from '../types.ts';
import type { Clock } from './clock.ts';
import type { Painter } from './painter.ts';
import { around, type Window } from './window.ts';

/** A film shutter is open for half of every frame (180 degrees). */
const SHUTTER = 0.5;

/** Paints frames of the clip: `paint(k)` instead of moments of a motion. */
export interface ClipPainter extends Omit<Painter, 'paint'> {
  paint(frame: number, pixels: Uint8Array): void;
}

/** A painter that knows which moment of its motion each frame shows. */
export function timed({ paint, ...painter }: Painter, clock: Clock, fps: number): ClipPainter {
  return {
    ...painter,
    paint(k, pixels) {
      // The first frame is the photo, so its shutter is open for no time at all.
      const exposure = k === 0 ? 0 : SHUTTER * Math.abs(clock((k + 0.5) / fps) - clock((k - 0.5) / fps));
      paint(clock(k / fps), exposure, pixels);
    },
  };
}

/** Several things in one clip, whose reaches share no pixel. */
export function stack(painters: ClipPainter[]): ClipPainter {
  if (painters.length === 1) return painters[0];
  const window = around(painters.map((painter) => painter.window));
  const maps = ['path', 'uncovered', 'bare', 'displaced'] as const;
  const joined = Object.fromEntries(
    maps.map((name) => [name, new Uint8Array(window.width * window.height)]),
  ) as Pick<Painter, (typeof maps)[number]>;
  return {
    window,
    ...joined,
    paint(k, pixels) {
      for (const painter of painters) painter.paint(k, pixels);
      for (const name of maps) {
        joined[name].fill(0);
        for (const painter of painters) copyInto(joined[name], window, painter[name], painter.window);
      }
    },
  };
}

function copyInto(map: Uint8Array, to: Window, part: Uint8Array, from: Window): void {
  for (let y = 0, i = 0; y < from.height; y++) {
    const row = (from.y - to.y + y) * to.width + from.x - to.x;
    for (let x = 0; x < from.width; x++, i++) if (part[i]) map[row + x] = 1;
  }
}

/** All that any of the masks holds. */
export function union(masks: Mask[], { width, height }: Picture): Mask {
  if (masks.length === 1) return masks[0];
  const data = new Uint8Array(width * height);
  for (const mask of masks) for (let i = 0; i < data.length; i++) data[i] = Math.max(data[i], mask.data[i]);
  return { width, height, data };
}
