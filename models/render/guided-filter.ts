import { boxBlur } from './blur.ts';

/**
 * Colour guided filter (He, Sun, Tang, Guided Image Filtering, TPAMI 2013): in every window the output is an affine
 * function of the colour, so it takes over the photo's edges.
 * @param planes colours 0..1, [height, width] each
 * @param eps regularisation, in squared colour units
 */
export function guidedFilter(
  [r, g, b]: [Float32Array, Float32Array, Float32Array],
  input: Float32Array,
  width: number,
  height: number,
  radius: number,
  eps: number,
): Float32Array {
  const mean = (map: Float32Array) => boxBlur(map, width, height, radius);
  const product = (p: Float32Array, q: Float32Array) => {
    const out = new Float32Array(p.length);
    for (let i = 0; i < p.length; i++) out[i] = p[i] * q[i];
    return mean(out);
  };
  const [mr, mg, mb, mp] = [mean(r), mean(g), mean(b), mean(input)];
  const [rr, rg, rb, gg, gb, bb] = [
    product(r, r),
    product(r, g),
    product(r, b),
    product(g, g),
    product(g, b),
    product(b, b),
  ];
  const [rp, gp, bp] = [product(r, input), product(g, input), product(b, input)];
  const n = input.length;
  const [ar, ag, ab, offset] = [
    new Float32Array(n),
    new Float32Array(n),
    new Float32Array(n),
    new Float32Array(n),
  ];
  for (let i = 0; i < n; i++) {
    const c0 = rr[i] - mr[i] * mr[i] + eps;
    const c1 = rg[i] - mr[i] * mg[i];
    const c2 = rb[i] - mr[i] * mb[i];
    const c3 = gg[i] - mg[i] * mg[i] + eps;
    const c4 = gb[i] - mg[i] * mb[i];
    const c5 = bb[i] - mb[i] * mb[i] + eps;
    const vr = rp[i] - mr[i] * mp[i];
    const vg = gp[i] - mg[i] * mp[i];
    const vb = bp[i] - mb[i] * mp[i];
    // Inverse of the symmetric 3x3 covariance by cofactors.
    const i0 = c3 * c5 - c4 * c4;
    const i1 = c2 * c4 - c1 * c5;
    const i2 = c1 * c4 - c2 * c3;
    const i3 = c0 * c5 - c2 * c2;
    const i4 = c1 * c2 - c0 * c4;
    const i5 = c0 * c3 - c1 * c1;
    const scale = 1 / (c0 * i0 + c1 * i1 + c2 * i2);
    ar[i] = (i0 * vr + i1 * vg + i2 * vb) * scale;
    ag[i] = (i1 * vr + i3 * vg + i4 * vb) * scale;
    ab[i] = (i2 * vr + i4 * vg + i5 * vb) * scale;
    offset[i] = mp[i] - ar[i] * mr[i] - ag[i] * mg[i] - ab[i] * mb[i];
  }
  const [sr, sg, sb, so] = [mean(ar), mean(ag), mean(ab), mean(offset)];
  const out = new Float32Array(n);
  for (let i = 0; i < n; i++) out[i] = sr[i] * r[i] + sg[i] * g[i] + sb[i] * b[i] + so[i];
  return out;
}
