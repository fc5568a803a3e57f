/** Decoders for the packets that a container holds, one per stream, all in WebAssembly or plain TypeScript. */
import { openOpus } from './opus.ts';
import { isPcm, openPcm } from './pcm.ts';
import { openSymphonia, symphoniaCodec } from './symphonia.ts';

export interface Chunk {
  /** Mono, -1..1; channels are averaged. */
  samples: Float32Array;
  /** Samples per second. */
  rate: number;
}

export interface Codec {
  /** @returns undefined for a damaged packet. May throw where the stream is damaged beyond the packet. */
  decode(packet: Uint8Array): Chunk | undefined;
  close(): void;
}

/** What the container says about the stream, as in WebCodecs' AudioDecoderConfig. */
export interface StreamDescription {
  /** Mediabunny's name of the codec: "aac", "opus", "pcm-s16", ... */
  codec: string;
  sampleRate: number;
  numberOfChannels: number;
  /** Set-up bytes. */
  description?: Uint8Array;
}

/** @returns undefined for a codec that we do not have. Throws where the set-up bytes are damaged. */
export async function openCodec(stream: StreamDescription): Promise<Codec | undefined> {
  if (stream.codec === 'opus') return openOpus(stream);
  if (isPcm(stream.codec)) return openPcm(stream);
  if (symphoniaCodec(stream.codec) >= 0) return openSymphonia(stream);
  return undefined;
}
