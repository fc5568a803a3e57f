import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { readLetters, readOut } from '../../models/transcribe/ctc.ts';
import { createTranscriber } from '../../models/transcribe/index.ts';

/** Made by models/training/ctc/fixtures.py: a random model, and what torch and Python say it hears in a chirp. */
const folder = fileURLToPath(new URL('./fixtures/ctc', import.meta.url));
const reference = JSON.parse(await readFile(join(folder, 'reference.json'), 'utf8'));
const vocabulary = JSON.parse(await readFile(join(folder, 'vocab.json'), 'utf8'));
const { signal: abort } = new AbortController();

const chirp = Float32Array.from({ length: 16_000 }, (_, i) => {
  const time = i / 16_000;
  return 0.5 * Math.sin(2 * Math.PI * (200 + 900 * time) * time);
});

describe('reading out letters', () => {
  const letters = readLetters({ '<pad>': 0, '|': 1, G: 2, O: 3, '</s>': 4, 狗: 5, a: 6 });
  /** Frames in which one letter is sure. */
  const frames = (...sure: number[]) =>
    sure.map((letter) =>
      Float32Array.from({ length: letters.names.length }, (_, i) => (i === letter ? 9 : 0)),
    );
  const spell = (...sure: number[]) => readOut(frames(...sure), letters).text;

  it('takes repeats as one letter, and blanks as what parts two', () => {
    assert.equal(spell(2, 2, 2, 3, 3, 0), 'go');
    assert.equal(spell(2, 3, 0, 3, 3), 'goo');
  });

  it('ends words, and leaves out special tokens', () => {
    assert.equal(spell(1, 2, 3, 1, 1, 0, 1, 4, 2, 1), 'go g');
    assert.equal(spell(5, 6), '狗a');
    assert.equal(spell(0, 0, 4, 1), '');
  });

  it('says how sure each letter is', () => {
    const { logProbabilities } = readOut([...frames(2), new Float32Array(7), ...frames(3)], letters);
    assert.equal(logProbabilities.length, 2);
    for (const value of logProbabilities) assert.ok(value < 0 && value > -0.01, `${value}`);
  });

  it('needs a blank', () => {
    assert.throws(() => readLetters({ a: 0 }), /pad/);
  });
});

describe('a CTC model', () => {
  it("gives torch's logits to 1e-3 and their text", async () => {
    const session = await InferenceSession.create(join(folder, 'model.onnx'));
    const mean = chirp.reduce((sum, value) => sum + value, 0) / chirp.length;
    const deviation = Math.sqrt(chirp.reduce((sum, value) => sum + (value - mean) ** 2, 0) / chirp.length);
    const scaled = chirp.map((value) => (value - mean) / deviation);
    const { logits } = await session.run({ input_values: new Tensor('float32', scaled, [1, chirp.length]) });
    const want: number[][] = reference.logits;
    const got = logits.data as Float32Array;
    assert.ok(Math.max(...want.flat().map((value, i) => Math.abs(value - got[i]))) <= 1e-3);
    const rows = want.map((row) => Float32Array.from(row));
    assert.equal(readOut(rows, readLetters(vocabulary)).text, reference.text);
  });

  it('is a transcriber: the folder alone says so', async () => {
    const transcriber = await createTranscriber({ weightsDir: folder, threads: 1 });
    const heard = await transcriber.transcribe({ samples: chirp, seconds: 1 }, { abort });
    assert.equal(heard.text, reference.text);
    assert.equal(heard.language, 'en');
    assert.ok(heard.confidence > 0.3 && heard.confidence < 1, `${heard.confidence}`);
    // Loudness and offset do not matter.
    const samples = chirp.map((value) => value * 0.1 + 0.05);
    assert.equal((await transcriber.transcribe({ samples, seconds: 1 }, { abort })).text, reference.text);
    await assert.rejects(
      transcriber.transcribe({ samples: new Float32Array(16_000), seconds: 1 }, { abort }),
      {
        code: 'no_speech',
      },
    );
    await assert.rejects(
      transcriber.transcribe({ samples: chirp, seconds: 1 }, { abort: AbortSignal.abort() }),
      { name: 'AbortError' },
    );
  });
});
