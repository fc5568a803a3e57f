import { bytesOf } from '../pixels.ts';
import type { FlowMotion, Hooks, Mask, Picture } from '../types.ts';
import { advect } from './advect.ts';
import { gaussianBlur } from './blur.ts';
import { distanceTo } from './distance.ts';
import { catmullRom, type MotionField, velocityOnMesh } from './field.ts';
import { foreground } from './foreground.ts';
import { colourPlanes, matte } from './matte.ts';
import type { Painter } from './painter.ts';
import { fillPlate } from './plate.ts';
import { boundsOf, grow, intersect, type Window } from './window.ts';

/** Displacement over which the photo's own pixels give way, pixels at 512. */
const SETTLE = 1.5;

export interface Fluid {
  painter: Painter;
  field: MotionField;
  /** 0..1 over the painter's window. */
  alpha: Float32Array;
}

/** The fluid's colours, RGB 0..255 interleaved, spread beyond its edges so that nothing else is ever drawn in. */
interface Texture {
  window: Window;
  data: Float32Array;
}

/**
 * Water, clouds, smoke, fire: the photo's texture carried along a stationary velocity, in two phases half of whose
 * weights always add up to one, so that the clip loops and no phase is stretched for longer than one period.
 */
export function prepareFluid(
  picture: Picture,
  motion: FlowMotion,
  mask: Mask,
  reach: Mask,
  scale: number,
  hooks: Hooks,
): Fluid | undefined {
  const bounds = boundsOf(mask.data, mask.width, mask.height, 128);
  if (!bounds) return undefined;
  const whole = { x: 0, y: 0, width: picture.width, height: picture.height };
  const window = intersect(grow(bounds, Math.ceil(14 * scale)), whole);
  const alpha = matte(picture, mask, window, scale, hooks.abort);
  hooks.abort.throwIfAborted();
  const { mesh, velocity } = velocityOnMesh(motion, mask, window, Math.max(4, Math.round(8 * scale)));
  const field = advect(mesh, velocity, motion.seconds, -1);
  const ahead = advect(mesh, velocity, motion.seconds, 1);
  const furthest = Math.max(longest(field), longest(ahead));
  const texture = spread(picture, alpha, window, Math.ceil(furthest) + 3, hooks);
  return {
    field,
    alpha,
    painter: createFluidPainter(picture, window, alpha, texture, field, ahead, motion.seconds, reach, scale),
  };
}

function longest(field: MotionField): number {
  let most = 0;
  for (const key of field.keys)
    for (let i = 0; i < key.length; i += 2) most = Math.max(most, Math.hypot(key[i], key[i + 1]));
  return most;
}

/** The fluid alone: its own colours under its soft edge, quilted outwards as far as it can be carried, mirrored at the picture's edges. */
function spread(picture: Picture, alpha: Float32Array, window: Window, by: number, hooks: Hooks): Texture {
  const { width, height } = window;
  const scale = Math.max(picture.width, picture.height) / 512;
  const front = foreground(colourPlanes(picture, window), alpha, width, height, scale);
  const inside = bytesOf(alpha, (a) => (a > 0.5 ? 1 : 0));
  const away = distanceTo(inside, width, height);
  const data = new Float32Array(width * height * 3);
  const hole = new Uint8Array(width * height);
  for (let i = 0; i < hole.length; i++) {
    for (let c = 0; c < 3; c++) data[3 * i + c] = 255 * front[c][i];
    if (!inside[i]) hole[i] = away[i] <= by ? 2 : 1;
  }
  fillPlate({ width, height, data }, hole, Math.max(picture.width, picture.height), hooks.abort);
  const wide = grow(window, by);
  const out = new Float32Array(wide.width * wide.height * 3);
  for (let y = 0, o = 0; y < wide.height; y++) {
    const row = mirrored(y - by, height) * width;
    for (let x = 0; x < wide.width; x++, o += 3) {
      const i = 3 * (row + mirrored(x - by, width));
      out[o] = data[i];
      out[o + 1] = data[i + 1];
      out[o + 2] = data[i + 2];
    }
  }
  return { window: wide, data: out };
}

function mirrored(i: number, length: number): number {
  const period = 2 * length;
  const k = ((i % period) + period) % period;
  return k < length ? k : period - 1 - k;
}

function createFluidPainter(
  picture: Picture,
  window: Window,
  alpha: Float32Array,
  texture: Texture,
  back: MotionField,
  ahead: MotionField,
  period: number,
  reach: Mask,
  scale: number,
): Painter {
  const { width, height } = window;
  const { mesh } = back;
  const nodes = mesh.columns * mesh.rows * 2;
  const [from, to] = [new Float32Array(nodes), new Float32Array(nodes)];
  const mean = lowPass(texture, window, 6 * scale);
  const path = bytesOf(alpha, (a) => (a > 0 ? 1 : 0));
  const displaced = new Uint8Array(path.length);
  const [a, b] = [new Float64Array(3), new Float64Array(3)];
  const settle = 1 / (SETTLE * scale);

  return {
    window,
    path,
    uncovered: new Uint8Array(path.length),
    bare: new Uint8Array(path.length),
    displaced,
    paint(time, _exposure, frame) {
      const phase = ((time % period) + period) % period;
      const share = phase / period;
      back.at(phase, from);
      ahead.at(period - phase, to);
      // Mixing two unrelated textures greys them; this gives their contrast back.
      const contrast = 1 / Math.sqrt((1 - share) * (1 - share) + share * share);
      for (let y = 0, i = 0; y < height; y++) {
        for (let x = 0; x < width; x++, i++) {
          const pixel = (window.y + y) * picture.width + window.x + x;
          const o = 3 * pixel;
          if (alpha[i] <= 0 || reach.data[pixel] < 128) continue;
          const [fx, fy] = displacementAt(mesh.step, mesh.columns, from, x + 0.5, y + 0.5);
          const [tx, ty] = displacementAt(mesh.step, mesh.columns, to, x + 0.5, y + 0.5);
          fetch(texture, window.x + x + fx, window.y + y + fy, a);
          fetch(texture, window.x + x + tx, window.y + y + ty, b);
          const farBack = Math.hypot(fx, fy);
          const still = Math.max(
            (1 - share) * (1 - farBack * settle),
            share * (1 - Math.hypot(tx, ty) * settle),
            0,
          );
          displaced[i] = alpha[i] >= 0.999 && farBack > 0.25 ? 1 : 0;
          for (let c = 0; c < 3; c++) {
            const mixed = (1 - share) * a[c] + share * b[c];
            const vivid = mean[3 * i + c] + contrast * (mixed - mean[3 * i + c]);
            const over = alpha[i] * vivid + (1 - alpha[i]) * picture.data[o + c];
            const value = over + still * (picture.data[o + c] - over);
            frame[o + c] = value < 0 ? 0 : value > 255 ? 255 : value + 0.5;
          }
        }
      }
    },
  };
}

/** Blurred texture over the window: what contrast is measured against. */
function lowPass(texture: Texture, window: Window, sigma: number): Float32Array {
  const out = new Float32Array(window.width * window.height * 3);
  const plane = new Float32Array(texture.window.width * texture.window.height);
  for (let c = 0; c < 3; c++) {
    for (let i = 0; i < plane.length; i++) plane[i] = texture.data[3 * i + c];
    const blurred = gaussianBlur(plane, texture.window.width, texture.window.height, sigma);
    for (let y = 0, o = c; y < window.height; y++) {
      const row = (y + window.y - texture.window.y) * texture.window.width + window.x - texture.window.x;
      for (let x = 0; x < window.width; x++, o += 3) out[o] = blurred[row + x];
    }
  }
  return out;
}

function displacementAt(
  step: number,
  columns: number,
  map: Float32Array,
  x: number,
  y: number,
): [number, number] {
  const u = x / step;
  const v = y / step;
  const i = Math.floor(u);
  const j = Math.floor(v);
  const f = u - i;
  const g = v - j;
  const n = 2 * (j * columns + i);
  const m = n + 2 * columns;
  return [
    (map[n] * (1 - f) + map[n + 2] * f) * (1 - g) + (map[m] * (1 - f) + map[m + 2] * f) * g,
    (map[n + 1] * (1 - f) + map[n + 3] * f) * (1 - g) + (map[m + 1] * (1 - f) + map[m + 3] * f) * g,
  ];
}

/** Catmull-Rom fetch at a picture place counted in pixel middles. */
function fetch({ window, data }: Texture, x: number, y: number, out: Float64Array): void {
  const u = Math.min(window.width - 3, Math.max(1, x - window.x));
  const v = Math.min(window.height - 3, Math.max(1, y - window.y));
  const ix = Math.floor(u);
  const iy = Math.floor(v);
  const wx = catmullRom(u - ix);
  const wy = catmullRom(v - iy);
  out.fill(0);
  for (let t = 0, i = 3 * ((iy - 1) * window.width + ix - 1); t < 4; t++, i += 3 * window.width) {
    for (let c = 0; c < 3; c++) {
      out[c] +=
        wy[t] *
        (wx[0] * data[i + c] + wx[1] * data[i + 3 + c] + wx[2] * data[i + 6 + c] + wx[3] * data[i + 9 + c]);
    }
  }
}
