/** Whisper (Radford et al., 2022) as our Transcriber: prompt-biased, and guarded against hearing the prompt in noise. */
import { join } from 'node:path';
import { PipelineError } from '../errors.ts';
import type { Abort, Language, Transcript } from '../types.ts';
import { type Decoded, decodeGreedily, logSumExp, mean, score } from './decode.ts';
import type { Transcriber } from './index.ts';
import { HOP, logMel, SAMPLE_RATE } from './mel.ts';
import { type Heard, openNetwork } from './network.ts';
import { PROMPTS } from './prompts.ts';
import { loadTokenizer } from './tokenizer.ts';

/** Silence that the encoder sees after the words, and the shortest stretch it is given, in seconds. */
const TAIL = 1.5;
const SHORTEST = 10;
const LONGEST = 30;
/** Commands are short; a longer text than this a second is made up. */
const TOKENS_PER_SECOND = 12;

export async function createWhisper(folder: string, threads: number): Promise<Transcriber> {
  const network = await openNetwork(folder, threads);
  const { special, encode, decode } = await loadTokenizer(join(folder, 'tokenizer.json'));
  const blank = encode(' ')[0];
  const suppressed = { always: new Set<number>(), first: new Set([blank, special.end]) };

  const task = (language: Language) => [
    special.start,
    special.language[language],
    special.transcribe,
    special.noTimestamps,
  ];

  async function listen(samples: Float32Array): Promise<Heard> {
    const seconds = Math.min(LONGEST, Math.max(SHORTEST, samples.length / SAMPLE_RATE + TAIL));
    const frames = 2 * Math.ceil((seconds * SAMPLE_RATE) / HOP / 2);
    return network.encode(logMel(samples, frames, network.size.mels), frames);
  }

  /** Probabilities that nobody speaks, and that the language is Chinese rather than English. */
  async function detect(heard: Heard): Promise<{ noSpeech: number; chinese: number }> {
    const { logits } = await network.step(heard, network.empty(), [special.start], [0]);
    const { en, zh } = special.language;
    return {
      noSpeech: Math.exp(logits[0][special.noSpeech] - logSumExp(logits[0])),
      chinese: 1 / (1 + Math.exp(logits[0][en] - logits[0][zh])),
    };
  }

  async function transcribeStretch(samples: Float32Array, language: Language | undefined, abort: Abort) {
    const heard = await listen(samples);
    abort.throwIfAborted();
    const { noSpeech, chinese } = await detect(heard);
    const spoken = language ?? (chinese > 0.5 ? 'zh' : 'en');
    const maxTokens = Math.ceil(8 + (samples.length / SAMPLE_RATE) * TOKENS_PER_SECOND);
    const options = { end: special.end, suppressed, maxTokens, abort };
    const context = [special.previous, ...encode(PROMPTS[spoken])];
    const plain = await decodeGreedily(network, heard, { ...options, prefix: task(spoken) });
    const biased = await decodeGreedily(network, heard, {
      ...options,
      prefix: [...context, ...task(spoken)],
    });
    const unprompted = await score(network, heard, task(spoken), [...biased.tokens, special.end]);
    return { spoken, noSpeech, plain, biased, support: mean(unprompted) };
  }

  return {
    async transcribe({ samples }, { language, abort }): Promise<Transcript> {
      const found = await transcribeStretch(samples, language, abort);
      const { spoken, noSpeech, plain, biased, support } = found;
      const chosen: Decoded = support > -2.5 ? biased : plain;
      const text = decode(chosen.tokens).trim();
      if (!text || (noSpeech > 0.6 && mean(plain.logProbabilities) < -1)) throw noSpeechError(text);
      return { text, language: spoken, confidence: Math.exp(mean(chosen.logProbabilities)) };
    },
  };
}

function noSpeechError(text: string): PipelineError {
  return new PipelineError(
    'no_speech',
    { en: 'No spoken command was heard in the recording.', zh: '录音里没有听到说话的声音。' },
    { seen: text ? { transcript: text } : undefined },
  );
}
