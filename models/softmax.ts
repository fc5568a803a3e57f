/** Logits to shares that sum to one. */
export function softmax(logits: Float32Array): Float32Array {
  let max = Number.NEGATIVE_INFINITY;
  for (const value of logits) max = Math.max(max, value);
  const result = logits.map((value) => Math.exp(value - max));
  let sum = 0;
  for (const value of result) sum += value;
  return result.map((value) => value / sum);
}
