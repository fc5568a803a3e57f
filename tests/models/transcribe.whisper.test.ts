/** What is made of a model's answers, with a model that answers as each test says. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Network } from '../../models/transcribe/network.ts';
import type { WhisperTokenizer } from '../../models/transcribe/tokenizer.ts';
import { transcribeWith } from '../../models/transcribe/whisper.ts';

const WORDS = [' make', ' the', ' dog', ' move', ' nod', ' fais', ' bouger', '让', '狗', '动', ' '];
const END = WORDS.length;
const special = {
  start: 20,
  end: END,
  transcribe: 21,
  translate: 22,
  noTimestamps: 23,
  previous: 24,
  noSpeech: 25,
};
const languages = new Map(Object.entries({ en: 30, zh: 31, fr: 32 }));
const tokenizer: WhisperTokenizer = {
  special: { ...special, languages },
  // The prompt is one word, a space is itself.
  encode: (text) => (text === ' ' ? [10] : [4]),
  decode: (tokens) => tokens.map((token) => WORDS[token]).join(''),
  digits: new Set(),
};

interface Answers {
  /** Scores of tokens after the start alone; softmax makes them probabilities. */
  detect: Record<number, number>;
  /**
   * "language task": what is decoded; "language task prompted": after the prompt; "language task 2": when the sound has
   * been encoded for the second time.
   */
  sentences: Record<string, string>;
  /** Score of the scripted tokens of a sentence over all others; 20 is sure, 2 a guess. */
  sure?: Record<string, number>;
}

function network({ detect, sentences, sure = {} }: Answers): Network & { encoded: number } {
  const tokensOf = (sentence: string) => [
    ...(sentence ? sentence.split('|') : []).map((word) => WORDS.indexOf(word)),
    END,
  ];
  const names = new Map([...languages].map(([code, token]) => [token, code]));
  function scores(all: number[]): Float32Array {
    const logits = new Float32Array(40);
    const start = all.lastIndexOf(special.start);
    const [, language, task, , ...said] = all.slice(start);
    if (language === undefined) {
      for (const [token, score] of Object.entries(detect)) logits[Number(token)] = score;
      return logits;
    }
    let name = `${names.get(language)} ${task === special.translate ? 'translate' : 'transcribe'}`;
    const again = `${name} ${model.encoded}`;
    if (sentences[again]) name = again;
    const sentence = (start > 0 && sentences[`${name} prompted`]) || sentences[name];
    assert.ok(sentence !== undefined, `nobody asked for ${name}`);
    logits[tokensOf(sentence)[said.length] ?? END] = sure[name] ?? 20;
    return logits;
  }
  const size = {
    width: 2,
    heads: 1,
    layers: 1,
    mels: 8,
    audio_positions: 1500,
    text_positions: 448,
    vocabulary: 40,
  };
  const model: Network & { encoded: number } = {
    size,
    encoded: 0,
    async encode() {
      model.encoded++;
      return {};
    },
    empty: () => ({ length: 0, tensors: { all: [] as never } }),
    async step(_, past, tokens, rows) {
      const before = past.tensors.all as unknown as number[];
      const all = [...before, ...tokens];
      return {
        logits: rows.map((row) => scores(all.slice(0, before.length + row + 1))),
        past: { length: all.length, tensors: { all: all as never } },
      };
    },
  };
  return model;
}

const { signal: abort } = new AbortController();
const samples = Float32Array.from({ length: 16_000 }, (_, i) => 0.1 * Math.sin(i / 5));
const hear = (model: Network, language?: 'en' | 'zh') =>
  transcribeWith(model, tokenizer, true).transcribe({ samples, seconds: 1 }, { language, abort });

test('a command is encoded once, and decoded with and without the prompt', async () => {
  const model = network({ detect: { 30: 9 }, sentences: { 'en transcribe': ' make| the| dog| move' } });
  const heard = await hear(model);
  assert.deepEqual([heard.text, heard.language, heard.translation], ['make the dog move', 'en', undefined]);
  assert.ok(heard.confidence > 0.99);
  assert.equal(model.encoded, 1);
});

test('words of the prompt that the sound does not bear out are not heard', async () => {
  const sentences = { 'en transcribe': ' make| the| dog| move', 'en transcribe prompted': ' nod' };
  assert.equal((await hear(network({ detect: { 30: 9 }, sentences }))).text, 'make the dog move');
  const unsure = { 'en transcribe': 3.5 };
  assert.equal(
    (await hear(network({ detect: { 30: 9 }, sentences, sure: unsure }))).text,
    'make the dog move',
  );
  const nobody = network({ detect: { 30: 9, [special.noSpeech]: 12 }, sentences, sure: unsure });
  await assert.rejects(hear(nobody), { code: 'no_speech' });
  const guess = network({ detect: { 30: 9 }, sentences, sure: { 'en transcribe': 2 } });
  await assert.rejects(hear(guess), { code: 'no_speech' });
});

test('a language that is asked for is not detected', async () => {
  const model = network({ detect: { 30: 9 }, sentences: { 'zh transcribe': '让|狗|动' } });
  assert.deepEqual(await hear(model, 'zh').then(({ text, language }) => [text, language]), ['让狗动', 'zh']);
});

test('both languages are tried where the model cannot tell them apart, and the sound is encoded once', async () => {
  const sentences = { 'en transcribe': ' nod', 'zh transcribe': '让|狗|动' };
  const model = network({ detect: { 30: 5, 31: 4.9 }, sentences, sure: { 'en transcribe': 4 } });
  assert.equal((await hear(model)).text, '让狗动');
  assert.equal(model.encoded, 1);
});

test('another language keeps its words and is translated', async () => {
  const sentences = {
    'en transcribe': ' nod| nod| nod',
    'fr transcribe': ' fais| bouger',
    'fr translate': ' make| the| dog| move',
  };
  const heard = await hear(network({ detect: { 30: 1, 32: 9 }, sentences, sure: { 'en transcribe': 4 } }));
  assert.equal(heard.language, 'fr');
  assert.equal(heard.text, 'fais bouger');
  assert.equal(heard.translation, 'make the dog move');
  assert.ok(heard.confidence > 0.99);

  const unsure = { 'en transcribe': 4, 'fr translate': 2 };
  const doubtful = await hear(network({ detect: { 30: 1, 32: 9 }, sentences, sure: unsure }));
  assert.deepEqual([doubtful.text, doubtful.translation], [heard.text, heard.translation]);
  assert.equal(doubtful.confidence, heard.confidence);
});

test('what is heard doubtfully is listened to at other speeds too, and the surest words win', async () => {
  const words = ' make| the| dog| move';
  const sure = network({ detect: { 30: 9 }, sentences: { 'en transcribe': words } });
  await hear(sure);
  assert.equal(sure.encoded, 1);
  const unsure = network({
    detect: { 30: 9 },
    sentences: { 'en transcribe': words },
    sure: { 'en transcribe': 5 },
  });
  assert.equal((await hear(unsure)).text, 'make the dog move');
  assert.equal(unsure.encoded, 3);
  const sentences = { 'en transcribe': ' nod', 'en transcribe 2': words };
  const better = network({ detect: { 30: 9 }, sentences, sure: { 'en transcribe': 5 } });
  assert.equal((await hear(better)).text, 'make the dog move');
  assert.equal(better.encoded, 2);
});

test('a doubtful English command is heard by the attuned network too, and the surer words win', async () => {
  const attuned = network({
    detect: {},
    sentences: { 'en transcribe': ' make| the| dog| nod' },
    sure: { 'en transcribe': 3.9 },
  });
  const model = (sure: number) =>
    network({
      detect: { 30: 9 },
      sentences: { 'en transcribe': ' make| the| dog| move' },
      sure: { 'en transcribe': sure },
    });
  const heard = await hear({ ...model(3), attuned });
  assert.equal(heard.text, 'make the dog nod');
  assert.equal(attuned.encoded, 1);
  assert.equal(heard.alternatives?.length, 7);
  assert.ok(!heard.alternatives.includes(heard.text));
  const surer = await hear({ ...model(5), attuned });
  assert.deepEqual([surer.text, surer.alternatives?.[0]], ['make the dog move', 'make the dog nod']);
  // The attuned one is surer here, but Whisper is sure enough.
  const certain = network({ detect: {}, sentences: { 'en transcribe': ' make| the| dog| nod' } });
  const fairly = await hear({ ...model(6), attuned: certain });
  assert.deepEqual([fairly.text, fairly.alternatives?.[0]], ['make the dog move', 'make the dog nod']);
});

test('the attuned network is not asked for what was heard surely, nor for Mandarin', async () => {
  const attuned = network({ detect: {}, sentences: { 'en transcribe': ' nod' } });
  const sure = network({ detect: { 30: 9 }, sentences: { 'en transcribe': ' make| the| dog| move' } });
  const heard = await hear({ ...sure, attuned });
  assert.deepEqual([heard.text, heard.alternatives], ['make the dog move', undefined]);
  const mandarin = network({
    detect: { 31: 9 },
    sentences: { 'zh transcribe': '让|狗|动' },
    sure: { 'zh transcribe': 5 },
  });
  assert.equal((await hear({ ...mandarin, attuned })).text, '让狗动');
  assert.equal(attuned.encoded, 0);
});

test('what the attuned network hears counts only where Whisper finds it possible, and somebody speaks', async () => {
  const model = () =>
    network({
      detect: { 30: 9 },
      sentences: { 'en transcribe': ' make| the| dog| move' },
      sure: { 'en transcribe': 5 },
    });
  for (const said of [' nod| nod| nod| nod', '']) {
    const attuned = network({ detect: {}, sentences: { 'en transcribe': said } });
    const heard = await hear({ ...model(), attuned });
    assert.deepEqual([heard.text, heard.alternatives], ['make the dog move', undefined]);
    assert.equal(attuned.encoded, 1);
  }
});

test('what is too long for a command, or heard without a prompt, is left to Whisper', async () => {
  const attuned = network({ detect: {}, sentences: { 'en transcribe': ' make| the| dog| nod' } });
  const said = ' make| the| dog| move';
  const model = network({
    detect: { 30: 9 },
    sentences: { 'en transcribe': said },
    sure: { 'en transcribe': 5 },
  });
  const long = Float32Array.from({ length: 6 * 16_000 }, (_, i) => samples[i % samples.length]);
  const both = { ...model, attuned };
  const [prompted, plain] = [true, false].map((it) => transcribeWith(both, tokenizer, it));
  const heard = await Promise.all([
    prompted.transcribe({ samples: long, seconds: 6 }, { abort }),
    plain.transcribe({ samples, seconds: 1 }, { abort }),
  ]);
  assert.deepEqual(
    heard.map(({ text }) => text),
    ['make the dog move', 'make the dog move'],
  );
  assert.equal(attuned.encoded, 0);
});

test('where both languages are alike the speeds decide before the attuned network speaks English', async () => {
  const attuned = network({ detect: {}, sentences: { 'en transcribe': ' nod' } });
  const model = network({
    detect: { 30: 5, 31: 4.9 },
    sentences: { 'en transcribe': ' nod', 'zh transcribe': '让|狗', 'zh transcribe 2': '让|狗|动' },
    sure: { 'en transcribe': 4.5, 'zh transcribe': 3, 'zh transcribe 2': 9 },
  });
  assert.equal((await hear({ ...model, attuned })).text, '让狗动');
  assert.equal(attuned.encoded, 0);
});
