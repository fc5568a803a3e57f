/**
 * Mean over a (2r+1)^2 square, cut at the borders. Running sums: the cost does not depend on r.
 * @param source [height, width]
 * @param out may be `source`
 */
export function boxBlur(
  source: Float32Array,
  width: number,
  height: number,
  radius: number,
  out: Float32Array = new Float32Array(source.length),
): Float32Array {
  const rows = new Float32Array(source.length);
  for (let y = 0; y < height; y++) {
    const start = y * width;
    let sum = 0;
    for (let x = 0; x < Math.min(radius, width); x++) sum += source[start + x];
    for (let x = 0; x < width; x++) {
      if (x + radius < width) sum += source[start + x + radius];
      if (x - radius - 1 >= 0) sum -= source[start + x - radius - 1];
      const count = Math.min(x + radius, width - 1) - Math.max(x - radius, 0) + 1;
      rows[start + x] = sum / count;
    }
  }
  const sums = new Float64Array(width);
  for (let y = 0; y < Math.min(radius, height); y++) {
    for (let x = 0, i = y * width; x < width; x++, i++) sums[x] += rows[i];
  }
  for (let y = 0; y < height; y++) {
    if (y + radius < height)
      for (let x = 0, i = (y + radius) * width; x < width; x++, i++) sums[x] += rows[i];
    if (y - radius - 1 >= 0)
      for (let x = 0, i = (y - radius - 1) * width; x < width; x++, i++) sums[x] -= rows[i];
    const scale = 1 / (Math.min(y + radius, height - 1) - Math.max(y - radius, 0) + 1);
    for (let x = 0, i = y * width; x < width; x++, i++) out[i] = sums[x] * scale;
  }
  return out;
}

/** Close to a Gaussian blur: three box blurs whose variances add up to sigma^2. */
export function gaussianBlur(
  source: Float32Array,
  width: number,
  height: number,
  sigma: number,
): Float32Array {
  const radius = Math.max(1, Math.round((Math.sqrt(4 * sigma * sigma + 1) - 1) / 2));
  const out = boxBlur(source, width, height, radius);
  boxBlur(out, width, height, radius, out);
  return boxBlur(out, width, height, radius, out);
}
