/** Small synthetic photos, masks and motions for the renderer's tests. */
import type { FlowMotion, Hooks, Mask, Picture, Region, WarpMotion } from '../../models/types.ts';

export const still: Hooks = { progress() {}, abort: { aborted: false, throwIfAborted() {} } };

/** Coloured noise with a soft grain, so that every displacement is visible. */
export function photo(width: number, height: number, seed = 1): Picture {
  const data = new Uint8Array(width * height * 3);
  let state = seed;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const grain = (state >>> 24) / 32;
      const o = 3 * (y * width + x);
      data[o] = 90 + 50 * Math.sin(x / 5) + grain;
      data[o + 1] = 110 + 40 * Math.sin(y / 7) + grain;
      data[o + 2] = 60 + (100 * x) / width + grain;
    }
  }
  return { width, height, data };
}

export function paintEllipse(picture: Picture, cx: number, cy: number, rx: number, ry: number): Mask {
  const mask: Mask = {
    width: picture.width,
    height: picture.height,
    data: new Uint8Array(picture.width * picture.height),
  };
  for (let y = 0; y < picture.height; y++) {
    for (let x = 0; x < picture.width; x++) {
      const inside = ((x + 0.5 - cx) / rx) ** 2 + ((y + 0.5 - cy) / ry) ** 2 < 1;
      if (!inside) continue;
      const i = y * picture.width + x;
      mask.data[i] = 255;
      picture.data[3 * i] = 220 - ((x * 7 + y * 3) % 40);
      picture.data[3 * i + 1] = 60 + ((x * 5) % 30);
      picture.data[3 * i + 2] = 40 + ((y * 11) % 30);
    }
  }
  return mask;
}

export function regionOf(mask: Mask, box: Region['box'], margin: number): Region {
  const reach: Mask = { ...mask, data: new Uint8Array(mask.data.length) };
  for (let y = 0; y < mask.height; y++) {
    for (let x = 0; x < mask.width; x++) {
      const dx = Math.max(box.x - x, 0, x - box.x - box.width);
      const dy = Math.max(box.y - y, 0, y - box.y - box.height);
      reach.data[y * mask.width + x] = Math.hypot(dx, dy) <= margin ? 255 : 0;
    }
  }
  return { mask, reach, box, score: 1, source: 'mask', clicks: [], alternatives: [] };
}

/** Displacement of a place (pixels) at a moment (0..1 of the motion). */
export type Way = (x: number, y: number, moment: number) => [number, number];

export function warpMotion(box: Region['box'], way: Way, options: Partial<WarpMotion> = {}): WarpMotion {
  const [columns, rows, steps] = [9, 9, options.steps ?? 8];
  const periodic = options.periodic ?? true;
  const displacement = new Float32Array(steps * rows * columns * 2);
  for (let k = 0, o = 0; k < steps; k++) {
    const moment = periodic ? k / steps : k / (steps - 1);
    for (let j = 0; j < rows; j++) {
      for (let i = 0; i < columns; i++, o += 2) {
        const [dx, dy] = way(
          box.x + (i / (columns - 1)) * box.width,
          box.y + (j / (rows - 1)) * box.height,
          moment,
        );
        displacement[o] = dx;
        displacement[o + 1] = dy;
      }
    }
  }
  return { kind: 'warp', columns, rows, box, seconds: 1, periodic, steps, displacement, ...options };
}

export function flowMotion(box: Region['box'], vx: number, vy: number): FlowMotion {
  const [columns, rows] = [5, 5];
  const velocity = new Float32Array(columns * rows * 2);
  for (let i = 0; i < velocity.length; i += 2) {
    velocity[i] = vx;
    velocity[i + 1] = vy;
  }
  return { kind: 'flow', columns, rows, box, seconds: 1, periodic: true, velocity };
}
