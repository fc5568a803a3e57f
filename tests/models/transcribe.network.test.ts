import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PipelineError } from '../../models/errors.ts';
import { convertWhisper } from '../../models/transcribe/convert.ts';
import { createTranscriber } from '../../models/transcribe/index.ts';
import { logMel } from '../../models/transcribe/mel.ts';
import { openNetwork } from '../../models/transcribe/network.ts';
import { loadTokenizer } from '../../models/transcribe/tokenizer.ts';

/** Made by models/training/whisper/fixtures.py: a random Whisper of two layers, and what numpy says it must answer. */
const fixtures = fileURLToPath(new URL('./fixtures/whisper', import.meta.url));
const reference = JSON.parse(await readFile(join(fixtures, 'reference.json'), 'utf8'));

const scratch = await mkdtemp(join(tmpdir(), 'waggle-'));
after(() => rm(scratch, { recursive: true }));

async function convert(precision: string): Promise<string> {
  const folder = await mkdtemp(join(scratch, precision));
  await convertWhisper(join(fixtures, 'model.bin'), join(fixtures, precision), folder);
  await copyFile(join(fixtures, 'tokenizer.json'), join(folder, 'tokenizer.json'));
  return folder;
}

/** Logits of every token of the reference, fed one after the other or in two parts. */
async function answer(folder: string, parts: number[][], attuned = false): Promise<number[][]> {
  const opened = await openNetwork(folder, 1);
  const network = attuned ? opened.attuned! : opened;
  const heard = await network.encode(Float32Array.from(reference.mel.flat()), reference.mel[0].length);
  const all: number[][] = [];
  let past = network.empty();
  for (const part of parts) {
    const step = await network.step(heard, past, part, [...part.keys()]);
    past = step.past;
    all.push(...step.logits.map((row) => [...row]));
  }
  return all;
}

const differences = (a: number[][], wanted: number[][] = reference.logits) =>
  a.flatMap((row, i) => row.map((x, j) => Math.abs(x - wanted[i][j])));
const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
const share = (off: number[], wanted: number[][]) => sum(off) / sum(wanted.flat().map(Math.abs));

describe("Whisper's graphs against numpy", () => {
  const { tokens } = reference;

  it('agree to 1e-3 in float32, all tokens at once', async () => {
    const logits = await answer(await convert('float32'), [tokens]);
    assert.equal(logits.length, tokens.length);
    assert.ok(Math.max(...differences(logits)) <= 1e-3);
  });

  it('agree to 1e-3 in float32 when the cache carries the beginning', async () => {
    const logits = await answer(await convert('float32'), [
      tokens.slice(0, 3),
      ...tokens.slice(3).map((t: number) => [t]),
    ]);
    assert.ok(Math.max(...differences(logits)) <= 1e-3);
  });

  it('agree to 3 % of the logits in int8', async () => {
    const off = differences(await answer(await convert('int8'), [tokens.slice(0, 4), tokens.slice(4)]));
    assert.ok(share(off, reference.logits) < 0.03, `${share(off, reference.logits)}`);
    assert.ok(Math.max(...off) > 1e-3, 'is not the float32 graph');
  });

  it('agree as well with what was learnt on top, which changes much', async () => {
    const logits = await answer(await convert('int8'), [tokens.slice(0, 4), tokens.slice(4)], true);
    const off = differences(logits, reference.attunedLogits);
    assert.ok(share(off, reference.attunedLogits) < 0.03, `${share(off, reference.attunedLogits)}`);
    assert.ok(share(differences(logits), reference.logits) > 0.3);
  });

  it('have nothing on top where nothing was learnt', async () => {
    assert.equal((await openNetwork(await convert('float32'), 1)).attuned, undefined);
  });

  it('refuses a model.bin of another size', async () => {
    const folder = await mkdtemp(join(scratch, 'wrong'));
    const graphs = fileURLToPath(new URL('../../models/transcribe/graphs/whisper-base', import.meta.url));
    await assert.rejects(convertWhisper(join(fixtures, 'model.bin'), graphs, folder), /bytes|no encoder/);
  });
});

describe('log-mel', () => {
  it("is torch's to 1e-3", () => {
    const want: number[][] = reference.logMel;
    const got = logMel(Float32Array.from(reference.samples), want[0].length);
    const off = want.flatMap((row, m) => row.map((value, t) => Math.abs(value - got[m * row.length + t])));
    assert.ok(Math.max(...off) <= 1e-3, `${Math.max(...off)}`);
  });
});

describe('tokenizer', () => {
  it('knows the languages of its file, and decodes nothing to nothing', async () => {
    const { special, decode } = await loadTokenizer(join(fixtures, 'tokenizer.json'));
    assert.deepEqual([...special.languages.keys()], ['en', 'zh']);
    assert.equal(decode([special.end]), '');
  });
});

describe('transcriber on the random model', () => {
  let transcriber: Awaited<ReturnType<typeof createTranscriber>>;
  const abort = new AbortController().signal;
  before(async () => {
    transcriber = await createTranscriber({ weightsDir: await convert('int8'), threads: 1 });
  });

  const tone = Float32Array.from({ length: 16_000 }, (_, i) => 0.3 * Math.sin(i / 5));

  it('answers in words or says that nobody spoke, every time the same', async () => {
    const hear = () =>
      transcriber.transcribe({ samples: tone, seconds: 1 }, { abort }).then(
        ({ text, language, confidence }) => {
          assert.ok(text.length > 0 && ['en', 'zh'].includes(language) && confidence > 0 && confidence <= 1);
          return text;
        },
        (error) => {
          assert.equal(error.code, 'no_speech');
          return error.code;
        },
      );
    assert.equal(await hear(), await hear());
  });

  it('refuses silence', async () => {
    await assert.rejects(
      transcriber.transcribe({ samples: new Float32Array(16_000), seconds: 1 }, { abort }),
      (error) => error instanceof PipelineError && error.code === 'no_speech' && !!error.detail.zh,
    );
  });

  it('stops when aborted', async () => {
    const gone = AbortSignal.abort();
    await assert.rejects(transcriber.transcribe({ samples: tone, seconds: 1 }, { abort: gone }), {
      name: 'AbortError',
    });
  });
});
