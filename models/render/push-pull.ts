/**
 * Fills in what is unknown, smoothly, from what is known: averages are pushed up a pyramid of halved maps and pulled
 * down again where a level knows nothing (Gortler et al., The Lumigraph, SIGGRAPH 1996).
 * @param values [height, width, channels], changed in place where weight < 1
 * @param weights [height, width], 0 = unknown .. 1 = keep
 */
export function pushPull(
  values: Float32Array,
  weights: Float32Array,
  width: number,
  height: number,
  channels: number,
): void {
  if (width <= 1 && height <= 1) return;
  const w2 = (width + 1) >> 1;
  const h2 = (height + 1) >> 1;
  const coarse = new Float32Array(w2 * h2 * channels);
  const coarseWeights = new Float32Array(w2 * h2);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const w = weights[i];
      if (w <= 0) continue;
      const o = (y >> 1) * w2 + (x >> 1);
      coarseWeights[o] += w;
      for (let c = 0; c < channels; c++) coarse[o * channels + c] += w * values[i * channels + c];
    }
  }
  for (let o = 0; o < coarseWeights.length; o++) {
    const w = coarseWeights[o];
    if (w <= 0) continue;
    for (let c = 0; c < channels; c++) coarse[o * channels + c] /= w;
    if (w > 1) coarseWeights[o] = 1;
  }
  pushPull(coarse, coarseWeights, w2, h2, channels);
  for (let y = 0; y < height; y++) {
    // Sample k of the coarse map lies between samples 2k and 2k+1 of the fine one.
    const fy = Math.min(h2 - 1, Math.max(0, (y - 0.5) / 2));
    const y0 = Math.floor(fy);
    const y1 = Math.min(h2 - 1, y0 + 1);
    const v = fy - y0;
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const keep = weights[i];
      if (keep >= 1) continue;
      const fx = Math.min(w2 - 1, Math.max(0, (x - 0.5) / 2));
      const x0 = Math.floor(fx);
      const x1 = Math.min(w2 - 1, x0 + 1);
      const u = fx - x0;
      for (let c = 0; c < channels; c++) {
        const a = coarse[(y0 * w2 + x0) * channels + c];
        const b = coarse[(y0 * w2 + x1) * channels + c];
        const d = coarse[(y1 * w2 + x0) * channels + c];
        const e = coarse[(y1 * w2 + x1) * channels + c];
        const smooth = (a + (b - a) * u) * (1 - v) + (d + (e - d) * u) * v;
        values[i * channels + c] = keep * values[i * channels + c] + (1 - keep) * smooth;
      }
    }
  }
}
