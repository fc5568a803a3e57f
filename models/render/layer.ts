import type { Mesh } from './field.ts';
import type { Window } from './window.ts';

/** Width of the frame of extra texels, so that no spline fetch has to look where it is. */
export const APRON = 2;

/**
 * The thing, cut out: premultiplied RGBA, colours 0..255 and alpha 0..1, interleaved
 * [height + 2*APRON, width + 2*APRON, 4].
 */
export interface Layer {
  /** Without the apron; beyond the picture where the thing is cut by its edge. */
  window: Window;
  texels: Float32Array;
}

/**
 * @param front the thing's colours, three planes 0..1 over `from`
 * @param alpha 0..1 over `from`
 * @param window where it reaches beyond `from`, the thing is mirrored: it goes on behind the picture's edge
 */
export function createLayer(
  front: readonly Float32Array[],
  alpha: Float32Array,
  from: Window,
  window: Window,
): Layer {
  const width = window.width + 2 * APRON;
  const height = window.height + 2 * APRON;
  const texels = new Float32Array(width * height * 4);
  for (let y = 0, o = 0; y < height; y++) {
    const row = mirror(window.y - APRON + y - from.y, from.height) * from.width;
    for (let x = 0; x < width; x++, o += 4) {
      const i = row + mirror(window.x - APRON + x - from.x, from.width);
      const a = alpha[i];
      texels[o] = front[0][i] * a * 255;
      texels[o + 1] = front[1][i] * a * 255;
      texels[o + 2] = front[2][i] * a * 255;
      texels[o + 3] = a;
    }
  }
  return { window, texels };
}

function mirror(i: number, length: number): number {
  const k = i < 0 ? -1 - i : i >= length ? 2 * length - 1 - i : i;
  return Math.min(length - 1, Math.max(0, k));
}

/** What a mesh cell shows; transparent cells still say how far the background beside the thing has moved. */
export const TRANSPARENT = 0;
export const MIXED = 1;
export const OPAQUE = 2;

/** The cells of a mesh that have to be drawn, back to front. */
export interface Cells {
  /** Index of the cell's first node (top left). */
  node: Int32Array;
  /** TRANSPARENT, MIXED or OPAQUE. */
  kind: Uint8Array;
}

/**
 * @param wanted one byte a pixel of the layer's window; cells that touch none of them are left out
 * @param order of the nodes, larger is in front
 */
export function cellsOf(layer: Layer, wanted: Uint8Array, mesh: Mesh, order?: Float32Array): Cells {
  const { width, height } = layer.window;
  const stride = width + 2 * APRON;
  const found: { node: number; kind: number; rank: number }[] = [];
  for (let j = 0; j < mesh.rows - 1; j++) {
    for (let i = 0; i < mesh.columns - 1; i++) {
      const x0 = i * mesh.step;
      const y0 = j * mesh.step;
      const x1 = Math.min(width, x0 + mesh.step);
      const y1 = Math.min(height, y0 + mesh.step);
      let touched = false;
      for (let y = y0; y < y1 && !touched; y++)
        for (let x = x0; x < x1 && !touched; x++) touched = wanted[y * width + x] !== 0;
      if (!touched) continue;
      let [least, most] = [1, 0];
      // Two texels more on every side: the reach of the spline.
      for (let y = y0; y < y1 + 2 * APRON; y++) {
        for (let x = x0; x < x1 + 2 * APRON; x++) {
          const a = layer.texels[(y * stride + x) * 4 + 3];
          if (a < least) least = a;
          if (a > most) most = a;
        }
      }
      const node = j * mesh.columns + i;
      const rank = order
        ? order[node] + order[node + 1] + order[node + mesh.columns] + order[node + mesh.columns + 1]
        : 0;
      found.push({ node, kind: most <= 0 ? TRANSPARENT : least >= 1 ? OPAQUE : MIXED, rank });
    }
  }
  found.sort((a, b) => a.rank - b.rank || a.node - b.node);
  return { node: Int32Array.from(found, (it) => it.node), kind: Uint8Array.from(found, (it) => it.kind) };
}
