import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { PipelineError } from '../../models/errors.ts';
import { decodeAudio } from '../../models/transcribe/audio.ts';
import { resample } from '../../models/transcribe/resample.ts';

/** 0.6 s of 440 Hz, encoded by ffmpeg. */
const fixture = (name: string) => readFile(new URL(`./fixtures/audio/${name}`, import.meta.url));

function sine(hertz: number, seconds: number, rate: number): Float32Array {
  return Float32Array.from(
    { length: seconds * rate },
    (_, i) => 0.5 * Math.sin((2 * Math.PI * hertz * i) / rate),
  );
}

/** Share of the sound's energy that a sine of this frequency explains, away from the edges. */
function share(samples: Float32Array, hertz: number, rate = 16_000): number {
  const middle = samples.subarray(samples.length / 4, (samples.length * 3) / 4);
  let [re, im, energy] = [0, 0, 0];
  middle.forEach((value, i) => {
    re += value * Math.cos((2 * Math.PI * hertz * i) / rate);
    im += value * Math.sin((2 * Math.PI * hertz * i) / rate);
    energy += value * value;
  });
  return (2 * (re * re + im * im)) / middle.length / energy;
}

type Write = (view: DataView, at: number, value: number) => void;
const FORMATS: Record<string, { tag: number; bytes: number; write: Write }> = {
  '8 bit': { tag: 1, bytes: 1, write: (view, at, x) => view.setUint8(at, 128 + x * 127) },
  '16 bit': { tag: 1, bytes: 2, write: (view, at, x) => view.setInt16(at, x * 32_767, true) },
  '24 bit': {
    tag: 1,
    bytes: 3,
    write(view, at, x) {
      const whole = Math.round(x * 8_388_607);
      view.setUint16(at, whole & 0xffff, true);
      view.setInt8(at + 2, whole >> 16);
    },
  },
  '32 bit': { tag: 1, bytes: 4, write: (view, at, x) => view.setInt32(at, x * 2_147_483_647, true) },
  float: { tag: 3, bytes: 4, write: (view, at, x) => view.setFloat32(at, x, true) },
};

function wav(samples: Float32Array, rate: number, format = '16 bit', channels = 1): Uint8Array {
  const { tag, bytes, write } = FORMATS[format];
  const size = samples.length * bytes * channels;
  const view = new DataView(new ArrayBuffer(44 + size));
  const text = (at: number, value: string) => Buffer.from(view.buffer).write(value, at, 'latin1');
  text(0, 'RIFF');
  view.setUint32(4, 36 + size, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, tag, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * bytes * channels, true);
  view.setUint16(32, bytes * channels, true);
  view.setUint16(34, bytes * 8, true);
  text(36, 'data');
  view.setUint32(40, size, true);
  samples.forEach((value, i) => {
    for (let c = 0; c < channels; c++) write(view, 44 + (i * channels + c) * bytes, value);
  });
  return new Uint8Array(view.buffer);
}

const refuses = (bytes: Uint8Array, code: string) =>
  assert.rejects(decodeAudio(bytes), (error) => {
    assert.ok(error instanceof PipelineError, String(error));
    assert.equal(error.code, code);
    assert.ok(error.detail.en && error.detail.zh);
    return true;
  });

describe('recordings', () => {
  for (const name of [
    'tone.mp3',
    'tone.flac',
    'tone.opus.ogg',
    'tone.6.ogg',
    'tone.vorbis.ogg',
    'tone.webm',
    'tone.m4a',
  ]) {
    it(`are read: ${name}`, async () => {
      const { samples, seconds } = await decodeAudio(await fixture(name));
      assert.ok(Math.abs(seconds - 0.6) < 0.1, `${seconds} s`);
      assert.ok(Math.abs(samples.length / 16_000 - seconds) < 0.01);
      assert.ok(share(samples, 440) > 0.98, `${share(samples, 440)}`);
    });
  }

  for (const format of Object.keys(FORMATS)) {
    it(`are read: wav of ${format}, stereo at 22,050 Hz`, async () => {
      const { samples } = await decodeAudio(wav(sine(1000, 0.5, 22_050), 22_050, format, 2));
      assert.ok(share(samples, 1000) > 0.99);
      assert.ok(Math.abs(Math.max(...samples) - 0.5) < 0.03);
    });
  }
});

describe('the size of a whole wav file', () => {
  it('may be wrong, where a program trimmed it, or unknown', async () => {
    for (const size of [90_000, 0xffff_ffff]) {
      const file = wav(sine(440, 0.5, 16_000), 16_000);
      new DataView(file.buffer).setUint32(4, size, true);
      const { samples } = await decodeAudio(file);
      assert.ok(share(samples, 440) > 0.99);
    }
  });
});

describe('recordings that are no good', () => {
  it('are empty', async () => {
    await refuses(new Uint8Array(), 'audio_empty');
    await refuses(wav(new Float32Array(), 16_000), 'audio_empty');
  });

  it('are not audio', async () => {
    await refuses(new TextEncoder().encode('Make the dog wag its tail. '.repeat(50)), 'audio_unreadable');
    await refuses(new Uint8Array(1000), 'audio_unreadable');
    await refuses(
      Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) % 251),
      'audio_unreadable',
    );
  });

  for (const name of ['tone.flac', 'tone.m4a', 'tone.opus.ogg', 'tone.webm', 'tone.mp3']) {
    it(`are cut off near the beginning: ${name}`, async () => {
      const bytes = await fixture(name);
      await refuses(bytes.subarray(0, 40), 'audio_unreadable');
    });
  }

  it('are shorter than their header says', async () => {
    const whole = wav(sine(440, 3, 16_000), 16_000);
    await refuses(whole.subarray(0, whole.length / 2), 'audio_unreadable');
    const m4a = await fixture('tone.m4a');
    await refuses(m4a.subarray(0, m4a.length / 2), 'audio_unreadable');
  });

  it('are damaged', async () => {
    const bytes = new Uint8Array(await fixture('tone.webm'));
    for (let i = 500; i < bytes.length; i += 7) bytes[i] ^= 0xff;
    await refuses(bytes, 'audio_unreadable');
  });

  it('are too long', async () => {
    await refuses(wav(new Float32Array(61 * 8000), 8000, '8 bit'), 'audio_too_long');
  });
});

describe('resampling', () => {
  it('keeps what the new rate can carry', () => {
    for (const [from, hertz] of [
      [48_000, 3000],
      [44_100, 6000],
      [8000, 3000],
      [11_025, 440],
    ]) {
      const samples = resample(sine(hertz, 0.5, from), from, 16_000);
      assert.ok(share(samples, hertz) > 0.999, `${from} ${hertz}`);
      assert.ok(Math.abs(Math.max(...samples.subarray(2000, 6000)) - 0.5) < 0.02, `${from} ${hertz}`);
    }
  });

  it('removes what it cannot carry instead of folding it', () => {
    const samples = resample(sine(10_000, 0.5, 48_000), 48_000, 16_000).subarray(1000, 7000);
    assert.ok(Math.max(...samples) < 0.001, `${Math.max(...samples)}`);
  });
});
