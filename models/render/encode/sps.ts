/** Colour description for the H.264 bit stream: BT.709 primaries, sRGB transfer, BT.601 matrix, limited range. */
const PRIMARIES = 1;
const TRANSFER = 13;
const MATRIX = 6;

/**
 * Adds the colour description (VUI, H.264 annex E) to a baseline sequence parameter set that has none; without it every
 * player guesses the matrix by the picture's size.
 * @param sps NAL unit with its header byte, as minih264 writes it: Baseline profile, picture order count type 2 or 0
 * @throws Error if the set already has a VUI or is not Baseline
 */
export function withColour(sps: Uint8Array): Uint8Array {
  const bits = new BitReader(withoutEscapes(sps));
  bits.skip(8);
  const profile = bits.read(8);
  if (profile !== 66) throw new Error(`Expected a Baseline stream, got profile ${profile}.`);
  bits.skip(16);
  bits.golomb();
  bits.golomb();
  const orderType = bits.golomb();
  if (orderType === 0) bits.golomb();
  else if (orderType === 1) throw new Error('Picture order count type 1 is not expected.');
  bits.golomb();
  bits.skip(1);
  bits.golomb();
  bits.golomb();
  const framesOnly = bits.read(1);
  bits.skip(framesOnly ? 1 : 2);
  if (bits.read(1)) for (let k = 0; k < 4; k++) bits.golomb();
  const end = bits.position;
  if (bits.read(1)) throw new Error('The stream already describes its colours.');

  const out = new BitWriter();
  for (let k = 0; k < end; k++) out.write(bits.at(k), 1);
  out.write(1, 1); // a VUI follows
  out.write(0, 2); // no aspect ratio, no overscan
  out.write(1, 1); // video signal type:
  out.write(5, 3); // format unspecified
  out.write(0, 1); // limited range
  out.write(1, 1);
  out.write(PRIMARIES, 8);
  out.write(TRANSFER, 8);
  out.write(MATRIX, 8);
  out.write(0, 6); // no chroma place, timing, HRD (two), picture structure, bit stream restriction
  out.write(1, 1); // stop bit
  return withEscapes(out.bytes());
}

class BitReader {
  position = 0;
  private readonly data: Uint8Array;

  constructor(data: Uint8Array) {
    this.data = data;
  }

  at(position: number): number {
    return (this.data[position >> 3] >> (7 - (position & 7))) & 1;
  }

  read(count: number): number {
    let value = 0;
    for (let k = 0; k < count; k++) value = value * 2 + this.at(this.position++);
    return value;
  }

  skip(count: number): void {
    this.position += count;
  }

  /** Unsigned Exp-Golomb code. */
  golomb(): number {
    let zeros = 0;
    while (zeros < 32 && this.read(1) === 0) zeros++;
    return 2 ** zeros - 1 + this.read(zeros);
  }
}

class BitWriter {
  private readonly bits: number[] = [];

  write(value: number, count: number): void {
    for (let k = count - 1; k >= 0; k--) this.bits.push((value >> k) & 1);
  }

  bytes(): Uint8Array {
    const out = new Uint8Array(Math.ceil(this.bits.length / 8));
    this.bits.forEach((bit, k) => {
      out[k >> 3] |= bit << (7 - (k & 7));
    });
    return out;
  }
}

/** Takes out the emulation prevention bytes (00 00 03). */
function withoutEscapes(data: Uint8Array): Uint8Array {
  const out: number[] = [];
  data.forEach((byte, i) => {
    if (byte === 3 && i >= 2 && data[i - 1] === 0 && data[i - 2] === 0) return;
    out.push(byte);
  });
  return Uint8Array.from(out);
}

/** Puts them in, so that no start code can appear. */
function withEscapes(data: Uint8Array): Uint8Array {
  const out: number[] = [];
  let zeros = 0;
  for (const byte of data) {
    if (zeros === 2 && byte <= 3) {
      out.push(3);
      zeros = 0;
    }
    out.push(byte);
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return Uint8Array.from(out);
}

/** Rewrites an avcC record (ISO/IEC 14496-15) with one sequence parameter set, so that it describes the colours. */
export function describeColours(avcC: Uint8Array): Uint8Array {
  const length = (avcC[6] << 8) | avcC[7];
  const sps = withColour(avcC.subarray(8, 8 + length));
  const rest = avcC.subarray(8 + length);
  const out = new Uint8Array(8 + sps.length + rest.length);
  out.set(avcC.subarray(0, 6));
  out[6] = sps.length >> 8;
  out[7] = sps.length & 255;
  out.set(sps, 8);
  out.set(rest, 8 + sps.length);
  return out;
}
