import { OpusDecoder } from 'opus-decoder';
import type { Codec, StreamDescription } from './index.ts';

/** Opus decodes to 16 kHz by itself (RFC 6716). */
const RATE = 16_000;

/** Set-up bytes are an OpusHead (RFC 7845, section 5.1); without them one or two channels of one stream. */
export async function openOpus({ numberOfChannels, description }: StreamDescription): Promise<Codec> {
  const decoder = new OpusDecoder({ sampleRate: RATE, ...channelMapping(numberOfChannels, description) });
  await decoder.ready;
  return {
    decode(packet) {
      const { channelData, samplesDecoded, errors } = decoder.decodeFrame(packet);
      if (errors.length || !samplesDecoded) return undefined;
      return { samples: average(channelData, samplesDecoded), rate: RATE };
    },
    close: () => decoder.free(),
  };
}

function channelMapping(channels: number, head?: Uint8Array) {
  const family = head?.[18] ?? 0;
  if (family === 0) return { channels };
  return {
    channels,
    streamCount: head![19],
    coupledStreamCount: head![20],
    channelMappingTable: [...head!.subarray(21, 21 + channels)],
  };
}

function average(channels: Float32Array[], length: number): Float32Array {
  const sum = new Float32Array(length);
  for (const channel of channels) for (let i = 0; i < length; i++) sum[i] += channel[i] / channels.length;
  return sum;
}
