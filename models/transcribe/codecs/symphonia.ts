/** AAC-LC, MP3, Vorbis and FLAC by Symphonia (MPL-2.0), compiled to codecs.wasm from src/lib.rs by build.sh. */
import { readFile } from 'node:fs/promises';
import type { Codec, StreamDescription } from './index.ts';

/** TypeScript knows WebAssembly only as part of the browser's library. */
interface Runtime {
  compile(bytes: Uint8Array): Promise<object>;
  instantiate(module: object, imports: object): Promise<{ exports: unknown }>;
}
const { WebAssembly } = globalThis as unknown as { WebAssembly: Runtime };

interface Exports {
  memory: { buffer: ArrayBuffer };
  buffer(length: number): number;
  open(codec: number, rate: number): number;
  decode(): number;
  samples(): number;
  rate(): number;
}

const CODECS = ['aac', 'mp3', 'vorbis', 'flac'];
export const symphoniaCodec = (codec: string): number => CODECS.indexOf(codec);

let compiled: Promise<object> | undefined;

/** Every stream gets its own instance, so that a damaged one cannot disturb the next and its memory is given back. */
export async function openSymphonia({ codec, sampleRate, description }: StreamDescription): Promise<Codec> {
  compiled ??= readFile(new URL('./codecs.wasm', import.meta.url)).then((bytes) =>
    WebAssembly.compile(bytes),
  );
  const wasm = (await WebAssembly.instantiate(await compiled, {})).exports as Exports;
  const put = (bytes: Uint8Array) => {
    const at = wasm.buffer(bytes.length);
    new Uint8Array(wasm.memory.buffer, at, bytes.length).set(bytes);
  };
  put(setUp(codec, description));
  if (wasm.open(symphoniaCodec(codec), sampleRate) !== 0) throw new Error(`damaged set-up of ${codec}`);
  return {
    decode(packet) {
      put(packet);
      const length = wasm.decode();
      if (length < 0) return undefined;
      const samples = new Float32Array(wasm.memory.buffer, wasm.samples(), length).slice();
      return { samples, rate: wasm.rate() };
    },
    close() {},
  };
}

/** Symphonia wants bare codec headers where containers wrap them. */
function setUp(codec: string, description: Uint8Array = new Uint8Array()): Uint8Array {
  // "fLaC", then the header of the first metadata block, then STREAMINFO (RFC 9639, section 8.2).
  if (codec === 'flac') return description.subarray(8, 42);
  if (codec === 'vorbis') return vorbisHeaders(description);
  return description;
}

/** Three headers with Xiph lacing (a count, then lengths in runs of 255); the middle one holds comments. */
function vorbisHeaders(description: Uint8Array): Uint8Array {
  let at = 1;
  const length = () => {
    let sum = 0;
    while (description[at] === 255) sum += description[at++];
    return sum + description[at++];
  };
  const [first, second] = [length(), length()];
  const setup = description.subarray(at + first + second);
  return Buffer.concat([description.subarray(at, at + first), setup]);
}
