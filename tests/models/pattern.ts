/** The same numbers 0..1 as `pattern` in models/training/anatomy/export.py. */
export function pattern(count: number, seed: number): Float32Array {
  let x = seed;
  return Float32Array.from({ length: count }, () => {
    x = (Math.imul(1664525, x) + 1013904223) >>> 0;
    return x / 2 ** 32;
  });
}
