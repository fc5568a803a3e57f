/**
 * RGB bytes -> planar 4:2:0 with the BT.601 matrix and limited range. BT.601, said in the file, because readers that
 * ignore what the file says (OpenCV, older players) assume it at any size.
 * @param rgb [height, width, 3]
 * @param out width*height*3/2 bytes: Y, then Cb, then Cr; even sizes only
 */
export function toYuv420(rgb: Uint8Array, width: number, height: number, out: Uint8Array): void {
  const size = width * height;
  let u = size;
  let v = size + size / 4;
  const stride = 3 * width;
  for (let y = 0; y < height; y += 2) {
    let o = y * width;
    for (let i = y * stride, end = i + stride; i < end; i += 6, o += 2) {
      const j = i + stride;
      const r0 = rgb[i];
      const g0 = rgb[i + 1];
      const b0 = rgb[i + 2];
      const r1 = rgb[i + 3];
      const g1 = rgb[i + 4];
      const b1 = rgb[i + 5];
      const r2 = rgb[j];
      const g2 = rgb[j + 1];
      const b2 = rgb[j + 2];
      const r3 = rgb[j + 3];
      const g3 = rgb[j + 4];
      const b3 = rgb[j + 5];
      // 16-bit fixed point; the rounding half is in the constant.
      out[o] = (16829 * r0 + 33039 * g0 + 6416 * b0 + 1081344) >> 16;
      out[o + 1] = (16829 * r1 + 33039 * g1 + 6416 * b1 + 1081344) >> 16;
      out[o + width] = (16829 * r2 + 33039 * g2 + 6416 * b2 + 1081344) >> 16;
      out[o + width + 1] = (16829 * r3 + 33039 * g3 + 6416 * b3 + 1081344) >> 16;
      const r = r0 + r1 + r2 + r3;
      const g = g0 + g1 + g2 + g3;
      const b = b0 + b1 + b2 + b3;
      out[u++] = (-9714 * r - 19070 * g + 28784 * b + 33685504) >> 18;
      out[v++] = (28784 * r - 24103 * g - 4681 * b + 33685504) >> 18;
    }
  }
}
