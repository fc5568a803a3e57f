/**
 * The real speech model on sounds of our own making. Fetches the weights (130 MB) where they are not cached, so it is not
 * part of `make test` but of `npm run test:speech`.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { decodeAudio } from '../../models/transcribe/audio.ts';
import { createTranscriber, type Transcriber, wordsOf } from '../../models/transcribe/index.ts';
import { createUnderstander } from '../../models/understand/index.ts';
import { ensureWeights } from '../../models/weights.ts';
import { CONDITIONS, SOUNDS } from '../bench/hearing/sounds.ts';

const RECORDINGS = [
  {
    file: 'make-the-cat-turn-its-head.flac',
    text: 'Make the cat turn its head.',
    language: 'en',
    action: 'turn-head',
  },
  { file: 'rang-xiao-mao-dong-yi-dong.flac', text: '让小猫动一动。', language: 'zh', action: 'move' },
];
const abort = new AbortController().signal;

describe('Whisper base', () => {
  let transcriber: Transcriber;
  const hear = (samples: Float32Array) =>
    transcriber.transcribe({ samples, seconds: samples.length / 16_000 }, { abort });
  before(async () => {
    const cacheDir = fileURLToPath(new URL('../../.cache', import.meta.url));
    transcriber = await createTranscriber({ weightsDir: await ensureWeights('whisper-base', { cacheDir }) });
  });

  for (const { file, text, language, action } of RECORDINGS) {
    const load = async () =>
      (await decodeAudio(await readFile(new URL(`../../examples/audio/${file}`, import.meta.url)))).samples;

    it(`hears ${file} word for word`, async () => {
      const heard = await hear(await load());
      assert.equal(heard.text, text);
      assert.equal(heard.language, language);
      assert.equal(heard.translation, undefined);
      assert.ok(heard.confidence > 0.5);
    });

    for (const [condition, change] of Object.entries(CONDITIONS))
      it(`understands ${file}: ${condition}`, async () => {
        const { text, language } = wordsOf(await hear(change(await load())));
        const command = await (await createUnderstander()).understand(text, { language });
        assert.deepEqual([command.object?.label, command.action], ['cat', action], text);
      });
  }

  for (const [name, samples] of Object.entries(SOUNDS))
    it(`hears nobody: ${name}`, () => assert.rejects(hear(samples), { code: 'no_speech' }));

  it('does not hear the words of its prompt in noise of any loudness', async () => {
    for (const gain of [0.01, 0.1, 1])
      await assert.rejects(hear(SOUNDS['loud white noise'].map((value) => value * gain)), {
        code: 'no_speech',
      });
  });
});
