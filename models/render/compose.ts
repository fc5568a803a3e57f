import type { Mask, Picture } from '../types.ts';
import type { Cutout } from './cutout.ts';
import type { MotionField } from './field.ts';
import { APRON, cellsOf } from './layer.ts';
import type { Painter } from './painter.ts';
import { type Canvas, createRasteriser } from './warp.ts';
import { intersect, type Window } from './window.ts';

/** Displacement over which the photo's own pixels give way to the composite, pixels at 512. */
const SETTLE = 1.5;
/** Longest streak, in pixels at 512, that one sample of the motion blur may stand for, and the most samples. */
const STREAK = 1.5;
const MOST_SAMPLES = 5;

export interface SolidScene {
  picture: Picture;
  cutout: Cutout;
  /** The picture with the hole filled, RGB bytes. */
  plate: Uint8Array;
  field: MotionField;
  reach: Mask;
  /** Everything that any frame will touch, inside the picture. */
  window: Window;
  scale: number;
}

/**
 * out = P + (1-a) B + w R: warped thing over the plate, and R, what this composite misses of the photo at rest, added as
 * long as nothing has moved by more than 1.5 px. So frame 0 is the photo, exactly, and small motions stay sharp.
 */
export function createSolidPainter(scene: SolidScene): Painter {
  const { picture, cutout, plate, field, reach, window, scale } = scene;
  const { mesh } = field;
  const rest = restComposite(picture, cutout, plate);
  const cells = cellsOf(cutout.layer, holeOverLayer(cutout), mesh, field.order);
  const raster = createRasteriser(cutout.layer, mesh, cells, window);
  const nodes = mesh.columns * mesh.rows * 2;
  const [open, close] = [new Float32Array(nodes), new Float32Array(nodes)];
  const path = new Uint8Array(window.width * window.height);
  const uncovered = new Uint8Array(path.length);
  const bare = new Uint8Array(path.length);
  const displaced = new Uint8Array(path.length);
  addHole(path, window, cutout);

  /** Warps once, or, for fast motion, as the mean of several moments while the shutter is open. */
  function expose(time: number, exposure: number): Canvas & { blurred: boolean } {
    const samples = exposure > 0 ? samplesFor(exposure, time) : 1;
    if (samples > 1) {
      const mean = raster.drawMean(samples, (k) =>
        field.at(time + ((k + 0.5) / samples - 0.5) * exposure, raster.displacement),
      );
      return { ...mean, blurred: true };
    }
    field.at(time, raster.displacement);
    return { ...raster.draw(), blurred: false };
  }

  function samplesFor(exposure: number, time: number): number {
    field.at(time - exposure / 2, open);
    field.at(time + exposure / 2, close);
    let most = 0;
    for (const node of cells.node) {
      const dx = close[2 * node] - open[2 * node];
      const dy = close[2 * node + 1] - open[2 * node + 1];
      if (dx * dx + dy * dy > most) most = dx * dx + dy * dy;
    }
    return Math.max(1, Math.min(MOST_SAMPLES, Math.ceil(Math.sqrt(most) / (STREAK * scale))));
  }

  return {
    window,
    path,
    uncovered,
    bare,
    displaced,
    paint(time, exposure, frame) {
      const { texels, moved, blurred } = expose(time, exposure);
      const settle = 1 / (SETTLE * scale);
      for (let y = 0, i = 0; y < window.height; y++) {
        for (let x = 0; x < window.width; x++, i++) {
          const pixel = (window.y + y) * picture.width + window.x + x;
          const o = 3 * pixel;
          const far = moved[i];
          const alpha = texels[4 * i + 3];
          if (alpha > 0 && reach.data[pixel] >= 128) path[i] = 1;
          displaced[i] = alpha >= 0.999 && far > 0.25 && !blurred ? 1 : 0;
          bare[i] = 0;
          // Whatever else is there belongs to other things that move.
          if (!path[i] || reach.data[pixel] < 128) continue;
          if (far === 0) {
            frame[o] = picture.data[o];
            frame[o + 1] = picture.data[o + 1];
            frame[o + 2] = picture.data[o + 2];
            continue;
          }
          const under = 1 - alpha;
          const weight = far < 0 ? 0 : 1 - far * settle;
          const at = rest.index(window.x + x, window.y + y);
          if (alpha < 0.1 && at >= 0 && rest.alpha(at) > 0.5) {
            uncovered[i] = 1;
            bare[i] = alpha === 0 ? 1 : 0;
          }
          let r = texels[4 * i] + under * plate[o];
          let g = texels[4 * i + 1] + under * plate[o + 1];
          let b = texels[4 * i + 2] + under * plate[o + 2];
          if (weight > 0 && at >= 0) {
            r += weight * rest.missing[3 * at];
            g += weight * rest.missing[3 * at + 1];
            b += weight * rest.missing[3 * at + 2];
          }
          frame[o] = r < 0 ? 0 : r > 255 ? 255 : r + 0.5;
          frame[o + 1] = g < 0 ? 0 : g > 255 ? 255 : g + 0.5;
          frame[o + 2] = b < 0 ? 0 : b > 255 ? 255 : b + 0.5;
        }
      }
    },
  };
}

/** What the composite of unmoved layer and plate misses of the photo: [height, width, 3] of the cutout's window. */
function restComposite(picture: Picture, { window, layer, alpha }: Cutout, plate: Uint8Array) {
  const missing = new Float32Array(window.width * window.height * 3);
  const stride = layer.window.width + 2 * APRON;
  for (let y = 0, i = 0; y < window.height; y++) {
    const row = (window.y + y - layer.window.y + APRON) * stride + window.x - layer.window.x + APRON;
    for (let x = 0; x < window.width; x++, i += 3) {
      const t = 4 * (row + x);
      const o = 3 * ((window.y + y) * picture.width + window.x + x);
      const under = 1 - layer.texels[t + 3];
      for (let c = 0; c < 3; c++)
        missing[i + c] = picture.data[o + c] - layer.texels[t + c] - under * plate[o + c];
    }
  }
  return {
    missing,
    alpha: (index: number) => alpha[index],
    /** Of a pixel in the cutout's window; -1 beyond it. */
    index(x: number, y: number): number {
      const u = x - window.x;
      const v = y - window.y;
      return u < 0 || v < 0 || u >= window.width || v >= window.height ? -1 : v * window.width + u;
    },
  };
}

/** The hole in the layer's window; what lies beyond the picture belongs to it. */
function holeOverLayer({ window, hole, layer }: Cutout): Uint8Array {
  const wide = layer.window;
  const out = new Uint8Array(wide.width * wide.height).fill(1);
  for (let y = 0; y < window.height; y++) {
    const to = (window.y - wide.y + y) * wide.width + window.x - wide.x;
    out.set(hole.subarray(y * window.width, (y + 1) * window.width), to);
  }
  return out;
}

function addHole(path: Uint8Array, window: Window, cutout: Cutout): void {
  const common = intersect(window, cutout.window);
  for (let y = common.y; y < common.y + common.height; y++) {
    for (let x = common.x; x < common.x + common.width; x++) {
      const hole = cutout.hole[(y - cutout.window.y) * cutout.window.width + x - cutout.window.x];
      if (hole) path[(y - window.y) * window.width + x - window.x] = 1;
    }
  }
}
