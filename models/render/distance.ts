/**
 * Exact Euclidean distance from every pixel to the nearest pixel whose `feature` byte is not 0
 * (Felzenszwalb and Huttenlocher, Distance Transforms of Sampled Functions, 2012).
 * @returns pixels, [height, width]; `far` (1e6) everywhere if there is no feature
 */
export function distanceTo(feature: Uint8Array, width: number, height: number): Float32Array {
  const far = 1e12;
  const out = new Float32Array(width * height);
  const longest = Math.max(width, height);
  const line = new Float64Array(longest);
  const vertex = new Int32Array(longest);
  const border = new Float64Array(longest + 1);
  const columns = new Float64Array(width * height);

  for (let x = 0; x < width; x++) {
    // Along a column the nearest feature is found by two sweeps, no parabolas needed.
    let since = far;
    for (let y = 0, i = x; y < height; y++, i += width) {
      since = feature[i] ? 0 : since + 1;
      columns[i] = since;
    }
    since = far;
    for (let y = height - 1, i = y * width + x; y >= 0; y--, i -= width) {
      since = feature[i] ? 0 : since + 1;
      if (since < columns[i]) columns[i] = since;
    }
  }
  for (let y = 0; y < height; y++) {
    const row = y * width;
    let top = -1;
    for (let x = 0; x < width; x++) {
      const c = columns[row + x];
      if (c >= far) continue;
      const value = c * c;
      line[x] = value;
      let cross = Number.NEGATIVE_INFINITY;
      while (top >= 0) {
        const v = vertex[top];
        cross = (value + x * x - line[v] - v * v) / (2 * (x - v));
        if (cross > border[top]) break;
        top--;
      }
      top++;
      vertex[top] = x;
      border[top] = top === 0 ? Number.NEGATIVE_INFINITY : cross;
    }
    if (top < 0) {
      out.fill(1e6, row, row + width);
      continue;
    }
    const last = top;
    for (let x = 0, k = 0; x < width; x++) {
      while (k < last && border[k + 1] < x) k++;
      const v = vertex[k];
      out[row + x] = Math.sqrt((x - v) * (x - v) + line[v]);
    }
  }
  return out;
}

/** Same, to the nearest pixel whose `feature` byte is 0. */
export function distanceToZero(feature: Uint8Array, width: number, height: number): Float32Array {
  const inverse = new Uint8Array(feature.length);
  for (let i = 0; i < feature.length; i++) inverse[i] = feature[i] ? 0 : 1;
  return distanceTo(inverse, width, height);
}
