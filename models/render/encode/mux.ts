import {
  BufferSource,
  BufferTarget,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  MP4,
  Mp4OutputFormat,
  Output,
} from 'mediabunny';
import { describeColours } from './sps.ts';

/**
 * Rewrites the encoder's mp4: index before the data (faststart, so that it plays while it loads), exact timestamps, and
 * the colours described in both the container and the stream.
 */
export async function remux(mp4: Uint8Array, fps: number): Promise<Uint8Array> {
  const input = new Input({ source: new BufferSource(mp4), formats: [MP4] });
  const track = await input.getPrimaryVideoTrack();
  const config = await track?.getDecoderConfig();
  if (!track || !config?.description) throw new Error('The H.264 encoder wrote no video track.');
  const description = describeColours(bytesOf(config.description));
  const colorSpace = {
    primaries: 'bt709',
    transfer: 'iec61966-2-1',
    matrix: 'smpte170m',
    fullRange: false,
  } as const;

  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: 'in-memory' }), target });
  const source = new EncodedVideoPacketSource('avc');
  output.addVideoTrack(source, { frameRate: fps });
  await output.start();
  let index = 0;
  for await (const packet of new EncodedPacketSink(track).packets()) {
    const exact = packet.clone({ timestamp: index / fps, duration: 1 / fps });
    await source.add(
      exact,
      index === 0 ? { decoderConfig: { ...config, description, colorSpace } } : undefined,
    );
    index++;
  }
  await output.finalize();
  input.dispose();
  if (!target.buffer) throw new Error('The mp4 file could not be written.');
  return new Uint8Array(target.buffer);
}

function bytesOf(source: ArrayBufferView | ArrayBufferLike): Uint8Array {
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
}
