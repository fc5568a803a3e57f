/**
 * Reads CTranslate2's model.bin, version 6 (OpenNMT/CTranslate2, `python/ctranslate2/specs/model_spec.py` describes the
 * format): little endian; strings are a 16-bit length and zero-ended bytes; then each variable as name, 8-bit rank,
 * 32-bit dimensions, 8-bit type, 32-bit size and values; last the aliases of variables that are stored once.
 */

export interface Variable {
  shape: number[];
  /** One of the types below; others are listed but cannot be read as floats. */
  type: number;
  bytes: Uint8Array;
}

const FLOAT32 = 0;
const FLOAT16 = 4;

/** @throws Error where the file is not such a model or ends early */
export function readCTranslate2(file: Uint8Array): Map<string, Variable> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let at = 0;
  const number = (bytes: 1 | 2 | 4) => {
    const value =
      bytes === 1 ? view.getUint8(at) : bytes === 2 ? view.getUint16(at, true) : view.getUint32(at, true);
    at += bytes;
    return value;
  };
  const text = () => {
    const length = number(2);
    at += length;
    return new TextDecoder().decode(file.subarray(at - length, at - 1));
  };

  const version = number(4);
  if (version !== 6) throw new Error(`not a CTranslate2 model of version 6 but ${version}`);
  text(); // name of the architecture
  number(4); // its revision
  const variables = new Map<string, Variable>();
  for (let left = number(4); left > 0; left--) {
    const name = text();
    const shape = Array.from({ length: number(1) }, () => number(4));
    const type = number(1);
    const size = number(4);
    if (at + size > file.length) throw new Error(`${name} is cut off`);
    variables.set(name, { shape, type, bytes: file.subarray(at, at + size) });
    at += size;
  }
  for (let left = number(4); left > 0; left--) {
    const alias = text();
    const target = variables.get(text());
    if (target) variables.set(alias, target);
  }
  return variables;
}

/** @returns the variable's values; half precision is widened */
export function toFloats({ type, bytes }: Variable): Float32Array {
  // Copied, because values lie at odd addresses in the file.
  const own = new Uint8Array(bytes).buffer;
  if (type === FLOAT32) return new Float32Array(own);
  if (type !== FLOAT16) throw new Error(`cannot read values of CTranslate2 type ${type}`);
  const table = halfTable();
  const halves = new Uint16Array(own);
  const floats = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) floats[i] = table[halves[i]];
  return floats;
}

let widened: Float32Array | undefined;

/** All 65,536 half-precision numbers (IEEE 754 binary16). */
function halfTable(): Float32Array {
  widened ??= Float32Array.from({ length: 65_536 }, (_, half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 31;
    const fraction = half & 1023;
    if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
    return sign * (exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24);
  });
  return widened;
}
