import type { Mesh } from './field.ts';
import { APRON, type Cells, type Layer, OPAQUE, TRANSPARENT } from './layer.ts';
import type { Window } from './window.ts';

/** Vertices lie on a lattice of 1/256 px, so that neighbouring triangles share their edges exactly. */
const UNIT = 256;

/** A warped layer. */
export interface Canvas {
  window: Window;
  /** Premultiplied RGBA as in Layer, [height, width, 4]. */
  texels: Float32Array;
  /** How far what is seen here has moved, pixels; -1 where nothing was drawn. */
  moved: Float32Array;
}

export function createCanvas(window: Window): Canvas {
  const size = window.width * window.height;
  return { window, texels: new Float32Array(size * 4), moved: new Float32Array(size) };
}

/**
 * Draws the layer with every mesh node moved: two triangles a cell, top-left rule, Catmull-Rom fetch, source-over in
 * the cells' order. Unmoved cells come out exactly as they are.
 * @param displacement of the nodes, [rows, columns, 2] pixels
 */
export function warp(
  layer: Layer,
  mesh: Mesh,
  cells: Cells,
  displacement: Float32Array,
  canvas: Canvas,
): void {
  canvas.texels.fill(0);
  canvas.moved.fill(-1);
  const draw = createTriangleDrawer(layer, canvas);
  const { columns, step } = mesh;
  for (let k = 0; k < cells.node.length; k++) {
    const node = cells.node[k];
    const kind = cells.kind[k];
    const i = node % columns;
    const x0 = mesh.x + i * step - canvas.window.x;
    const y0 = mesh.y + ((node - i) / columns) * step - canvas.window.y;
    const a = 2 * node;
    const b = a + 2;
    const c = a + 2 * columns;
    const d = c + 2;
    const ax = Math.round(displacement[a] * UNIT);
    const ay = Math.round(displacement[a + 1] * UNIT);
    const bx = Math.round(displacement[b] * UNIT);
    const by = Math.round(displacement[b + 1] * UNIT);
    const cx = Math.round(displacement[c] * UNIT);
    const cy = Math.round(displacement[c + 1] * UNIT);
    const dx = Math.round(displacement[d] * UNIT);
    const dy = Math.round(displacement[d + 1] * UNIT);
    draw(kind, x0, y0, x0 + step, y0, x0, y0 + step, ax, ay, bx, by, cx, cy);
    draw(kind, x0 + step, y0 + step, x0, y0 + step, x0 + step, y0, dx, dy, cx, cy, bx, by);
  }
}

type TriangleDrawer = (
  kind: number,
  // Resting corners in whole pixels of the canvas, then their displacements in 1/256 px.
  rx0: number,
  ry0: number,
  rx1: number,
  ry1: number,
  rx2: number,
  ry2: number,
  dx0: number,
  dy0: number,
  dx1: number,
  dy1: number,
  dx2: number,
  dy2: number,
) => void;

function createTriangleDrawer(layer: Layer, canvas: Canvas): TriangleDrawer {
  const { width, height } = canvas.window;
  const { texels, moved } = canvas;
  const source = layer.texels;
  const stride = layer.window.width + 2 * APRON;
  const lastX = stride - 3;
  const lastY = layer.window.height + 2 * APRON - 3;
  // From a canvas place to a place in the layer's texels, counted in texel middles.
  const shiftX = canvas.window.x - layer.window.x + APRON;
  const shiftY = canvas.window.y - layer.window.y + APRON;

  return (kind, rx0, ry0, rx1, ry1, rx2, ry2, dx0, dy0, dx1, dy1, dx2, dy2) => {
    const x0 = rx0 * UNIT + dx0;
    const y0 = ry0 * UNIT + dy0;
    let x1 = rx1 * UNIT + dx1;
    let y1 = ry1 * UNIT + dy1;
    let x2 = rx2 * UNIT + dx2;
    let y2 = ry2 * UNIT + dy2;
    let area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0);
    if (area === 0) return;
    let [ux1, uy1, ux2, uy2] = [dx1, dy1, dx2, dy2];
    if (area < 0) {
      // Folded over: drawn all the same, as its back side.
      [x1, y1, x2, y2] = [x2, y2, x1, y1];
      [ux1, uy1, ux2, uy2] = [ux2, uy2, ux1, uy1];
      area = -area;
    }
    const left = Math.max(0, Math.floor((Math.min(x0, x1, x2) - 128) / UNIT));
    const right = Math.min(width - 1, Math.floor((Math.max(x0, x1, x2) + 127) / UNIT));
    const top = Math.max(0, Math.floor((Math.min(y0, y1, y2) - 128) / UNIT));
    const bottom = Math.min(height - 1, Math.floor((Math.max(y0, y1, y2) + 127) / UNIT));
    if (left > right || top > bottom) return;

    // Edge functions, positive inside; an edge that is not top or left gives its own pixels away.
    const stepX0 = (y1 - y2) * UNIT;
    const stepX1 = (y2 - y0) * UNIT;
    const stepX2 = (y0 - y1) * UNIT;
    const stepY0 = (x2 - x1) * UNIT;
    const stepY1 = (x0 - x2) * UNIT;
    const stepY2 = (x1 - x0) * UNIT;
    const px = left * UNIT + 128;
    const py = top * UNIT + 128;
    let row0 = (x2 - x1) * (py - y1) - (y2 - y1) * (px - x1) - (y2 < y1 || (y2 === y1 && x2 > x1) ? 0 : 1);
    let row1 = (x0 - x2) * (py - y2) - (y0 - y2) * (px - x2) - (y0 < y2 || (y0 === y2 && x0 > x2) ? 0 : 1);
    let row2 = (x1 - x0) * (py - y0) - (y1 - y0) * (px - x0) - (y1 < y0 || (y1 === y0 && x1 > x0) ? 0 : 1);

    // Displacement is affine over the triangle; interpolating it instead of the place keeps the identity exact.
    const scale = 1 / (area * UNIT);
    const gx = (stepX0 * dx0 + stepX1 * ux1 + stepX2 * ux2) * scale;
    const gy = (stepX0 * dy0 + stepX1 * uy1 + stepX2 * uy2) * scale;
    const hx = (stepY0 * dx0 + stepY1 * ux1 + stepY2 * ux2) * scale;
    const hy = (stepY0 * dy0 + stepY1 * uy1 + stepY2 * uy2) * scale;
    const baseX = dx0 / UNIT + (gx * (px - x0) + hx * (py - y0)) / UNIT;
    const baseY = dy0 / UNIT + (gy * (px - x0) + hy * (py - y0)) / UNIT;

    for (let y = top; y <= bottom; y++, row0 += stepY0, row1 += stepY1, row2 += stepY2) {
      let e0 = row0;
      let e1 = row1;
      let e2 = row2;
      for (let x = left; x <= right; x++, e0 += stepX0, e1 += stepX1, e2 += stepX2) {
        if (e0 < 0 || e1 < 0 || e2 < 0) continue;
        const dx = baseX + gx * (x - left) + hx * (y - top);
        const dy = baseY + gy * (x - left) + hy * (y - top);
        const at = y * width + x;
        const far = Math.sqrt(dx * dx + dy * dy);
        if (kind === TRANSPARENT) {
          // Says only whether the background here is still the photo's, and nothing where a part is in front of it.
          if (texels[4 * at + 3] <= 0 && (moved[at] < 0 || far < moved[at])) moved[at] = far;
          continue;
        }
        const u = x + shiftX - dx;
        const v = y + shiftY - dy;
        let ix = Math.floor(u);
        let iy = Math.floor(v);
        const f = u - ix;
        const g = v - iy;
        if (ix < 1) ix = 1;
        else if (ix > lastX) ix = lastX;
        if (iy < 1) iy = 1;
        else if (iy > lastY) iy = lastY;
        const o = 4 * at;
        let i = 4 * (iy * stride + ix);
        let r: number;
        let gr: number;
        let b: number;
        let a = 1;
        if (f === 0 && g === 0) {
          r = source[i];
          gr = source[i + 1];
          b = source[i + 2];
          a = source[i + 3];
        } else {
          const wx0 = f * (-0.5 + f * (1 - 0.5 * f));
          const wx1 = 1 + f * f * (-2.5 + 1.5 * f);
          const wx2 = f * (0.5 + f * (2 - 1.5 * f));
          const wx3 = f * f * (-0.5 + 0.5 * f);
          i -= 4 * stride + 4;
          r = 0;
          gr = 0;
          b = 0;
          if (kind !== OPAQUE) a = 0;
          for (let t = 0; t < 4; t++, i += 4 * stride) {
            const wy =
              t === 0
                ? g * (-0.5 + g * (1 - 0.5 * g))
                : t === 1
                  ? 1 + g * g * (-2.5 + 1.5 * g)
                  : t === 2
                    ? g * (0.5 + g * (2 - 1.5 * g))
                    : g * g * (-0.5 + 0.5 * g);
            r += wy * (wx0 * source[i] + wx1 * source[i + 4] + wx2 * source[i + 8] + wx3 * source[i + 12]);
            gr +=
              wy * (wx0 * source[i + 1] + wx1 * source[i + 5] + wx2 * source[i + 9] + wx3 * source[i + 13]);
            b +=
              wy * (wx0 * source[i + 2] + wx1 * source[i + 6] + wx2 * source[i + 10] + wx3 * source[i + 14]);
            if (kind !== OPAQUE) {
              a +=
                wy *
                (wx0 * source[i + 3] + wx1 * source[i + 7] + wx2 * source[i + 11] + wx3 * source[i + 15]);
            }
          }
          // The spline overshoots at hard edges; a premultiplied colour must stay between 0 and its alpha.
          if (a > 1) a = 1;
          else if (a < 0) a = 0;
          const most = 255 * a;
          r = r < 0 ? 0 : r > most ? most : r;
          gr = gr < 0 ? 0 : gr > most ? most : gr;
          b = b < 0 ? 0 : b > most ? most : b;
        }
        if (a <= 0) {
          if (texels[o + 3] <= 0 && (moved[at] < 0 || far < moved[at])) moved[at] = far;
          continue;
        }
        if (texels[o + 3] <= 0 || far > moved[at]) moved[at] = far;
        const under = 1 - a;
        texels[o] = r + under * texels[o];
        texels[o + 1] = gr + under * texels[o + 1];
        texels[o + 2] = b + under * texels[o + 2];
        texels[o + 3] = a + under * texels[o + 3];
      }
    }
  };
}
