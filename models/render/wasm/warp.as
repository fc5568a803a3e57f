// AssemblyScript (TypeScript syntax, WebAssembly types); build.ts compiles it to warp.wasm.
// The forward mesh rasteriser: see ../warp.ts for what it does and for the layout of the memory.

/** Vertices lie on a lattice of 1/256 px, so that neighbouring triangles share their edges exactly. */
const UNIT: i32 = 256;
const OPAQUE: u8 = 2;
const TRANSPARENT: u8 = 0;

// Set once for a clip: addresses are bytes, sizes pixels or nodes.
let texels: usize = 0;
let stride: i32 = 0;
let texelRows: i32 = 0;
let shiftX: f64 = 0;
let shiftY: f64 = 0;
let canvas: usize = 0;
let moved: usize = 0;
let width: i32 = 0;
let height: i32 = 0;
let nodes: usize = 0;
let kinds: usize = 0;
let count: i32 = 0;
let columns: i32 = 0;
let step: i32 = 0;
let meshX: i32 = 0;
let meshY: i32 = 0;
let displacement: usize = 0;

export function layer(at: usize, rowLength: i32, rows: i32, x: i32, y: i32): void {
  texels = at;
  stride = rowLength;
  texelRows = rows;
  shiftX = <f64>x;
  shiftY = <f64>y;
}

export function target(at: usize, movedAt: usize, w: i32, h: i32): void {
  canvas = at;
  moved = movedAt;
  width = w;
  height = h;
}

export function mesh(nodesAt: usize, kindsAt: usize, cells: i32, columnCount: i32, side: i32, x: i32, y: i32, displacementAt: usize): void {
  nodes = nodesAt;
  kinds = kindsAt;
  count = cells;
  columns = columnCount;
  step = side;
  meshX = x;
  meshY = y;
  displacement = displacementAt;
}

/** Clears the canvas and draws all cells, back to front. */
export function draw(): void {
  const size = <usize>(width * height);
  memory.fill(canvas, 0, size * 16);
  const nothing = f32x4.splat(-1);
  let i: usize = 0;
  for (; i + 4 <= size; i += 4) v128.store(moved + i * 4, nothing);
  for (; i < size; i++) store<f32>(moved + i * 4, -1);
  for (let k = 0; k < count; k++) {
    const node = load<i32>(nodes + <usize>k * 4);
    const kind = load<u8>(kinds + <usize>k);
    const column = node % columns;
    const x = (meshX + column * step) * UNIT;
    const y = (meshY + ((node - column) / columns) * step) * UNIT;
    const side = step * UNIT;
    const a = displacement + <usize>node * 8;
    const c = a + <usize>columns * 8;
    const ax = unit(a);
    const ay = unit(a + 4);
    const bx = unit(a + 8);
    const by = unit(a + 12);
    const cx = unit(c);
    const cy = unit(c + 4);
    const dx = unit(c + 8);
    const dy = unit(c + 12);
    triangle(kind, x, y, x + side, y, x, y + side, ax, ay, bx, by, cx, cy);
    triangle(kind, x + side, y + side, x, y + side, x + side, y, dx, dy, cx, cy, bx, by);
  }
}

/** Adds a share of the canvas to a sum of the same size, and keeps the largest way that anything moved. */
export function accumulate(sum: usize, sumMoved: usize, share: f32): void {
  const size = <usize>(width * height);
  const weight = f32x4.splat(share);
  for (let i: usize = 0; i < size; i++) {
    const at = sum + i * 16;
    v128.store(at, f32x4.add(v128.load(at), f32x4.mul(weight, v128.load(canvas + i * 16))));
    // Where the thing is only part of the time, the photo's residual has no place.
    const way = load<f32>(moved + i * 4);
    const far: f32 = way < 0 ? 1000 : way;
    if (load<f32>(sumMoved + i * 4) < far) store<f32>(sumMoved + i * 4, far);
  }
}

@inline
function unit(at: usize): i32 {
  return <i32>nearest(load<f32>(at) * <f32>UNIT);
}

@inline
function inclusive(dx: i32, dy: i32): i64 {
  // An edge that is not top or left gives the pixels that lie exactly on it away.
  return dy < 0 || (dy == 0 && dx > 0) ? 0 : 1;
}

/** Resting corners r and displacements d, both in 1/256 px. */
function triangle(
  kind: u8,
  rx0: i32, ry0: i32, rx1: i32, ry1: i32, rx2: i32, ry2: i32,
  dx0: i32, dy0: i32, dx1: i32, dy1: i32, dx2: i32, dy2: i32,
): void {
  const x0 = rx0 + dx0;
  const y0 = ry0 + dy0;
  let x1 = rx1 + dx1;
  let y1 = ry1 + dy1;
  let x2 = rx2 + dx2;
  let y2 = ry2 + dy2;
  let area = <i64>(x1 - x0) * <i64>(y2 - y0) - <i64>(x2 - x0) * <i64>(y1 - y0);
  if (area == 0) return;
  if (area < 0) {
    // Folded over: drawn all the same, as its back side.
    area = -area;
    let swap = x1; x1 = x2; x2 = swap;
    swap = y1; y1 = y2; y2 = swap;
    swap = dx1; dx1 = dx2; dx2 = swap;
    swap = dy1; dy1 = dy2; dy2 = swap;
  }
  const left = max(0, (min(x0, min(x1, x2)) - 128) >> 8);
  const right = min(width - 1, (max(x0, max(x1, x2)) + 127) >> 8);
  const top = max(0, (min(y0, min(y1, y2)) - 128) >> 8);
  const bottom = min(height - 1, (max(y0, max(y1, y2)) + 127) >> 8);
  if (left > right || top > bottom) return;

  const px = left * UNIT + 128;
  const py = top * UNIT + 128;
  const stepX0 = <i64>(y1 - y2) * UNIT;
  const stepX1 = <i64>(y2 - y0) * UNIT;
  const stepX2 = <i64>(y0 - y1) * UNIT;
  const stepY0 = <i64>(x2 - x1) * UNIT;
  const stepY1 = <i64>(x0 - x2) * UNIT;
  const stepY2 = <i64>(x1 - x0) * UNIT;
  let row0 = <i64>(x2 - x1) * <i64>(py - y1) - <i64>(y2 - y1) * <i64>(px - x1) - inclusive(x2 - x1, y2 - y1);
  let row1 = <i64>(x0 - x2) * <i64>(py - y2) - <i64>(y0 - y2) * <i64>(px - x2) - inclusive(x0 - x2, y0 - y2);
  let row2 = <i64>(x1 - x0) * <i64>(py - y0) - <i64>(y1 - y0) * <i64>(px - x0) - inclusive(x1 - x0, y1 - y0);

  // Displacement is affine over the triangle; interpolating it instead of the place keeps the identity exact.
  const scale = 1.0 / (<f64>area * UNIT);
  const gx = (<f64>stepX0 * dx0 + <f64>stepX1 * dx1 + <f64>stepX2 * dx2) * scale;
  const gy = (<f64>stepX0 * dy0 + <f64>stepX1 * dy1 + <f64>stepX2 * dy2) * scale;
  const hx = (<f64>stepY0 * dx0 + <f64>stepY1 * dx1 + <f64>stepY2 * dx2) * scale;
  const hy = (<f64>stepY0 * dy0 + <f64>stepY1 * dy1 + <f64>stepY2 * dy2) * scale;
  const baseX = (<f64>dx0 + gx * (px - x0) + hx * (py - y0)) / UNIT;
  const baseY = (<f64>dy0 + gy * (px - x0) + hy * (py - y0)) / UNIT;

  for (let y = top; y <= bottom; y++) {
    let e0 = row0;
    let e1 = row1;
    let e2 = row2;
    for (let x = left; x <= right; x++) {
      if ((e0 | e1 | e2) >= 0) {
        const dx = baseX + gx * (x - left) + hx * (y - top);
        const dy = baseY + gy * (x - left) + hy * (y - top);
        pixel(kind, <usize>(y * width + x), <f64>x + shiftX - dx, <f64>y + shiftY - dy, <f32>sqrt(dx * dx + dy * dy));
      }
      e0 += stepX0;
      e1 += stepX1;
      e2 += stepX2;
    }
    row0 += stepY0;
    row1 += stepY1;
    row2 += stepY2;
  }
}

/** Fetches at (u, v), counted in texel middles, and lays the colour over the pixel. */
@inline
function pixel(kind: u8, at: usize, u: f64, v: f64, far: f32): void {
  const out = canvas + at * 16;
  const way = moved + at * 4;
  let colour = f32x4.splat(0);
  let alpha: f32 = 0;
  if (kind != TRANSPARENT) {
    colour = fetch(kind, u, v);
    alpha = f32x4.extract_lane(colour, 3);
  }
  const under = load<f32>(out + 12);
  const before = load<f32>(way);
  if (alpha <= 0) {
    // Says only whether the background here is still the photo's, and nothing where a part is in front of it.
    if (under <= 0 && (before < 0 || far < before)) store<f32>(way, far);
    return;
  }
  if (under <= 0 || far > before) store<f32>(way, far);
  if (alpha < 1) colour = f32x4.add(colour, f32x4.mul(f32x4.splat(1 - alpha), v128.load(out)));
  v128.store(out, colour);
}

/** Catmull-Rom over 4x4 texels of premultiplied RGBA; exact where (u, v) is a texel. */
@inline
function fetch(kind: u8, u: f64, v: f64): v128 {
  const fu = floor(u);
  const fv = floor(v);
  const f = <f32>(u - fu);
  const g = <f32>(v - fv);
  const ix = min(max(<i32>fu, 1), stride - 3);
  const iy = min(max(<i32>fv, 1), texelRows - 3);
  if (f == 0 && g == 0) return v128.load(texels + <usize>(iy * stride + ix) * 16);
  const wx0 = f32x4.splat(f * (-0.5 + f * (1 - 0.5 * f)));
  const wx1 = f32x4.splat(1 + f * f * (-2.5 + 1.5 * f));
  const wx2 = f32x4.splat(f * (0.5 + f * (2 - 1.5 * f)));
  const wx3 = f32x4.splat(f * f * (-0.5 + 0.5 * f));
  const row = <usize>stride * 16;
  let at = texels + <usize>((iy - 1) * stride + ix - 1) * 16;
  let sum = f32x4.mul(f32x4.splat(g * (-0.5 + g * (1 - 0.5 * g))), line(at, wx0, wx1, wx2, wx3));
  at += row;
  sum = f32x4.add(sum, f32x4.mul(f32x4.splat(1 + g * g * (-2.5 + 1.5 * g)), line(at, wx0, wx1, wx2, wx3)));
  at += row;
  sum = f32x4.add(sum, f32x4.mul(f32x4.splat(g * (0.5 + g * (2 - 1.5 * g))), line(at, wx0, wx1, wx2, wx3)));
  at += row;
  sum = f32x4.add(sum, f32x4.mul(f32x4.splat(g * g * (-0.5 + 0.5 * g)), line(at, wx0, wx1, wx2, wx3)));
  // The spline overshoots at hard edges; a premultiplied colour must stay between 0 and its alpha.
  const alpha: f32 = kind == OPAQUE ? 1 : min<f32>(1, max<f32>(0, f32x4.extract_lane(sum, 3)));
  const most = f32x4.replace_lane(f32x4.splat(255 * alpha), 3, alpha);
  sum = f32x4.replace_lane(sum, 3, alpha);
  return f32x4.min(f32x4.max(sum, f32x4.splat(0)), most);
}

@inline
function line(at: usize, w0: v128, w1: v128, w2: v128, w3: v128): v128 {
  return f32x4.add(
    f32x4.add(f32x4.mul(w0, v128.load(at)), f32x4.mul(w1, v128.load(at + 16))),
    f32x4.add(f32x4.mul(w2, v128.load(at + 32)), f32x4.mul(w3, v128.load(at + 48))),
  );
}
