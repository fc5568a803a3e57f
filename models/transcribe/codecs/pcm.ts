import type { Codec, StreamDescription } from './index.ts';

interface Format {
  bytes: number;
  read(view: DataView, at: number): number;
}

/** Uncompressed samples as they occur in wav files, little endian. */
const FORMATS: Record<string, Format> = {
  'pcm-u8': { bytes: 1, read: (view, at) => (view.getUint8(at) - 128) / 128 },
  'pcm-s16': { bytes: 2, read: (view, at) => view.getInt16(at, true) / 32_768 },
  'pcm-s24': {
    bytes: 3,
    read: (view, at) => (view.getUint16(at, true) + view.getInt8(at + 2) * 65_536) / 8_388_608,
  },
  'pcm-s32': { bytes: 4, read: (view, at) => view.getInt32(at, true) / 2_147_483_648 },
  'pcm-f32': { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  'pcm-f64': { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  ulaw: { bytes: 1, read: (view, at) => expandMuLaw(view.getUint8(at)) },
  alaw: { bytes: 1, read: (view, at) => expandALaw(view.getUint8(at)) },
};

export const isPcm = (codec: string): boolean => codec in FORMATS;

export function openPcm({ codec, numberOfChannels: channels, sampleRate: rate }: StreamDescription): Codec {
  const { bytes, read } = FORMATS[codec];
  return {
    decode(packet) {
      const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
      const samples = new Float32Array(Math.floor(packet.length / bytes / channels));
      for (let i = 0; i < samples.length; i++) {
        for (let c = 0; c < channels; c++) samples[i] += read(view, (i * channels + c) * bytes) / channels;
      }
      return { samples, rate };
    },
    close() {},
  };
}

/** Telephone companding, ITU-T G.711. */
function expandMuLaw(code: number): number {
  const inverted = ~code & 0xff;
  const size = ((((inverted & 15) << 3) + 132) << ((inverted >> 4) & 7)) - 132;
  return (inverted & 128 ? -size : size) / 32_768;
}

function expandALaw(code: number): number {
  const toggled = code ^ 0x55;
  const exponent = (toggled >> 4) & 7;
  const mantissa = ((toggled & 15) << 4) + 8;
  const size = exponent ? (mantissa + 256) << (exponent - 1) : mantissa;
  return (toggled & 128 ? size : -size) / 32_768;
}
