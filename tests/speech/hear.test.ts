/**
 * The real speech model on real recordings. Fetches the weights (130 MB) where they are not cached, so it is not part
 * of `make test` but of `npm run test:speech`.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { decodeAudio } from '../../models/transcribe/audio.ts';
import { createTranscriber, type Transcriber } from '../../models/transcribe/index.ts';
import { ensureWeights } from '../../models/weights.ts';

const RECORDINGS = [
  { file: 'make-the-cat-turn-its-head.flac', text: 'Make the cat turn its head.', language: 'en' },
  { file: 'rang-xiao-mao-dong-yi-dong.flac', text: '让小猫动一动。', language: 'zh' },
];
const abort = new AbortController().signal;

/** Uniform noise from a fixed seed (Numerical Recipes' generator), -1..1. */
function noise(length: number): Float32Array {
  let state = 1;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

const power = (samples: Float32Array) =>
  samples.reduce((sum, value) => sum + value * value, 0) / samples.length;

function withNoise(samples: Float32Array, decibels: number): Float32Array {
  const hiss = noise(samples.length);
  const gain = Math.sqrt(power(samples) / power(hiss) / 10 ** (decibels / 10));
  return samples.map((value, i) => value + gain * hiss[i]);
}

describe('Whisper base', () => {
  let transcriber: Transcriber;
  before(async () => {
    const cacheDir = fileURLToPath(new URL('../../.cache', import.meta.url));
    transcriber = await createTranscriber({ weightsDir: await ensureWeights('whisper-base', { cacheDir }) });
  });

  const load = async (file: string) =>
    decodeAudio(await readFile(new URL(`../../examples/audio/${file}`, import.meta.url)));

  for (const { file, text, language } of RECORDINGS) {
    it(`hears ${file}`, async () => {
      const heard = await transcriber.transcribe(await load(file), { abort });
      assert.equal(heard.text, text);
      assert.equal(heard.language, language);
      assert.ok(heard.confidence > 0.5);
    });

    it(`hears ${file} at 10 dB of noise`, async () => {
      const { samples, seconds } = await load(file);
      const heard = await transcriber.transcribe({ samples: withNoise(samples, 10), seconds }, { abort });
      assert.equal(heard.text, text);
    });
  }

  it('hears nothing in noise, a hum and silence', async () => {
    const seconds = 3;
    const hum = Float32Array.from(
      { length: seconds * 16_000 },
      (_, i) => 0.3 * Math.sin((2 * Math.PI * 50 * i) / 16_000),
    );
    for (const samples of [
      noise(seconds * 16_000).map((value) => value * 0.2),
      hum,
      new Float32Array(seconds * 16_000),
    ])
      await assert.rejects(transcriber.transcribe({ samples, seconds }, { abort }), { code: 'no_speech' });
  });
});
