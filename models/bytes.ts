/** Each value as a byte. `Uint8Array.from` with a function goes through an iterator and takes fifteen times as long. */
export function bytesOf(
  values: Uint8Array | Int32Array | Float32Array,
  byte: (value: number, index: number) => number,
): Uint8Array {
  const bytes = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) bytes[i] = byte(values[i], i);
  return bytes;
}
