import {
  ALL_FORMATS,
  BufferSource,
  EncodedPacketSink,
  Input,
  type InputAudioTrack,
  UnsupportedInputFormatError,
} from 'mediabunny';
import { PipelineError } from '../errors.ts';
import type { Audio } from '../types.ts';
import { type Codec, openCodec } from './codecs/index.ts';
import { SAMPLE_RATE } from './mel.ts';
import { resample } from './resample.ts';

/** Longest recording that is listened to, in seconds. */
export const LONGEST_AUDIO = 60;
/** A file that is this much shorter than it says is cut off, in seconds. */
const MISSING = 0.5;

/**
 * Any recording that browsers and phones make, as mono 16 kHz: wav, mp3, flac, ogg and webm with Opus or Vorbis, m4a.
 * Throws PipelineError `audio_empty`, `audio_unreadable`, `audio_too_long`; a long recording is refused by what its
 * header says, or else after `LONGEST_AUDIO` seconds of it are decoded.
 */
export async function decodeAudio(bytes: Uint8Array): Promise<Audio> {
  if (!bytes.length) throw empty();
  if (isCutOffWav(bytes)) throw damaged();
  const input = new Input({ source: new BufferSource(bytes), formats: ALL_FORMATS });
  try {
    const track = await input.getPrimaryAudioTrack();
    if (!track) throw unreadable('there is no sound in it', '里面没有声音');
    const { samples, rate } = await decodeTrack(track);
    return { samples: resample(samples, rate, SAMPLE_RATE), seconds: samples.length / rate };
  } catch (error) {
    if (error instanceof PipelineError) throw error;
    if (error instanceof UnsupportedInputFormatError)
      throw unreadable('it is no audio file that we know', '不是已知的音频格式', error);
    throw damaged(error);
  } finally {
    input.dispose();
  }
}

async function decodeTrack(track: InputAudioTrack): Promise<{ samples: Float32Array; rate: number }> {
  const stated = await track.getDurationFromMetadata();
  if (stated !== null && stated > LONGEST_AUDIO) throw tooLong();
  const codec = await openTrack(track);
  const chunks: Float32Array[] = [];
  let [length, rate, packets, damaged] = [0, 0, 0, 0];
  try {
    for await (const packet of new EncodedPacketSink(track).packets()) {
      packets++;
      const chunk = codec.decode(packet.data);
      if (!chunk) damaged++;
      if (!chunk?.samples.length) continue;
      if (rate && chunk.rate !== rate) throw new Error('the sample rate changes within the file');
      rate = chunk.rate;
      chunks.push(chunk.samples);
      length += chunk.samples.length;
      if (length > LONGEST_AUDIO * rate) throw tooLong();
    }
  } finally {
    codec.close();
  }
  if (damaged > packets / 4) throw new Error(`${damaged} of ${packets} packets are damaged`);
  if (!length) throw empty();
  if (stated !== null && length / rate < stated - MISSING) throw new Error('shorter than its header says');
  return { samples: join(chunks, length), rate };
}

async function openTrack(track: InputAudioTrack): Promise<Codec> {
  const name = await track.getCodec();
  const config = await track.getDecoderConfig();
  const description = config?.description && new Uint8Array(config.description as ArrayBuffer);
  const codec = name && config && (await openCodec({ ...config, codec: name, description }));
  if (!codec)
    throw unreadable(
      `its codec (${name ?? 'unknown'}) is not supported`,
      `不支持其编码（${name ?? '未知'}）`,
    );
  return codec;
}

function join(chunks: Float32Array[], length: number): Float32Array {
  const all = new Float32Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

/**
 * Whether the samples of a wav file end before it says. RIFF: four letters, 32-bit size, WAVE, then chunks of four
 * letters, 32-bit size and content, padded to even length; `data` holds the samples. The size of the whole file is not
 * looked at: programs that trim recordings leave it as it was (half of AISHELL-3), and programs that do not know sizes
 * when they begin write a number near the largest.
 */
function isCutOffWav(bytes: Uint8Array): boolean {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (file.toString('latin1', 0, 4) !== 'RIFF') return false;
  for (let at = 12; at + 8 <= file.length; ) {
    const size = file.readUInt32LE(at + 4);
    const end = at + 8 + size;
    if (file.toString('latin1', at, at + 4) === 'data') return size < 0x7fff_0000 && end > file.length + 1;
    at = end + (size % 2);
  }
  return true;
}

function empty(): PipelineError {
  return new PipelineError('audio_empty', { en: 'The recording is empty.', zh: '录音是空的。' });
}

function tooLong(): PipelineError {
  return new PipelineError('audio_too_long', {
    en: `The recording is longer than ${LONGEST_AUDIO} seconds.`,
    zh: `录音超过 ${LONGEST_AUDIO} 秒。`,
  });
}

function damaged(cause?: unknown): PipelineError {
  return unreadable('the file is damaged or cut off', '文件已损坏或不完整', cause);
}

function unreadable(en: string, zh: string, cause?: unknown): PipelineError {
  const detail = { en: `The recording cannot be read: ${en}.`, zh: `无法读取录音：${zh}。` };
  return new PipelineError('audio_unreadable', detail, { cause });
}
