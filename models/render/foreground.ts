import { boxBlur } from './blur.ts';

/**
 * The thing's own colour under its soft edge, without the background's (Forte, Approximate Fast Foreground Colour
 * Estimation, ICIP 2021: blur-fusion, a wide pass and a narrow one).
 * @param planes the photo, three planes 0..1 [height, width]
 * @param alpha 0..1
 * @returns three planes 0..1, meaningful where alpha > 0
 */
export function foreground(
  planes: readonly [Float32Array, Float32Array, Float32Array],
  alpha: Float32Array,
  width: number,
  height: number,
  scale: number,
): [Float32Array, Float32Array, Float32Array] {
  let front: Float32Array[] = planes.map((plane) => plane.slice());
  let back: Float32Array[] = planes.map((plane) => plane.slice());
  for (const radius of [Math.round(24 * scale), Math.max(2, Math.round(5 * scale))]) {
    [front, back] = fuse(planes, front, back, alpha, width, height, radius);
  }
  return front as [Float32Array, Float32Array, Float32Array];
}

function fuse(
  planes: readonly Float32Array[],
  front: Float32Array[],
  back: Float32Array[],
  alpha: Float32Array,
  width: number,
  height: number,
  radius: number,
): [Float32Array[], Float32Array[]] {
  const n = alpha.length;
  const product = new Float32Array(n);
  const meanAlpha = boxBlur(alpha, width, height, radius);
  const fronts: Float32Array[] = [];
  const backs: Float32Array[] = [];
  for (let c = 0; c < 3; c++) {
    for (let i = 0; i < n; i++) product[i] = front[c][i] * alpha[i];
    const f = boxBlur(product, width, height, radius);
    for (let i = 0; i < n; i++) product[i] = back[c][i] * (1 - alpha[i]);
    const b = boxBlur(product, width, height, radius);
    for (let i = 0; i < n; i++) {
      const a = alpha[i];
      const meanFront = f[i] / (meanAlpha[i] + 1e-5);
      const meanBack = b[i] / (1 - meanAlpha[i] + 1e-5);
      const miss = planes[c][i] - a * meanFront - (1 - a) * meanBack;
      f[i] = Math.min(1, Math.max(0, meanFront + a * miss));
      b[i] = Math.min(1, Math.max(0, meanBack + (1 - a) * miss));
    }
    fronts.push(f);
    backs.push(b);
  }
  return [fronts, backs];
}
