/** Whisper (Radford et al., 2022) as our Transcriber: prompt-biased, and guarded against hearing the prompt in noise. */
import { join } from 'node:path';
import type { Abort, Transcript } from '../types.ts';
import { believed, certainty, guess, type Hearing, isOurs, type Stretch, surest } from './choose.ts';
import { decodeGreedily, logSumExp, mean, score } from './decode.ts';
import type { Transcriber } from './index.ts';
import { HOP, logMel, SAMPLE_RATE } from './mel.ts';
import { type Heard, type Network, openNetwork } from './network.ts';
import { PROMPTS } from './prompts.ts';
import { resample } from './resample.ts';
import { isSilent, splitAtPauses } from './stretches.ts';
import { isSound, joinTexts, noSpeech } from './texts.ts';
import { loadTokenizer, type WhisperTokenizer } from './tokenizer.ts';

/**
 * Silence that the encoder sees after the words, and the shortest and longest stretch it is given, in seconds. The
 * model was trained on 30 s; with less than 10 it repeats itself, with 10 it is as accurate and four times faster
 * (models/training/LOG.md, "hearing").
 */
const TAIL = 1.5;
const SHORTEST = 10;
const LONGEST = 30;
/** What is shorter, in seconds, and heard less surely than this, is listened to again at other speeds. */
const SHORT = 8;
const SURE = -0.15;
/** Fast and slow speakers are brought nearer to what the model knows best. */
const SPEEDS = [0.87, 1.15];
/** Fast speech has some 6 tokens a second; what is longer is made up. */
const TOKENS_PER_SECOND = 10;

/** @param folder what `ensureWeights` returned; for the others see `createTranscriber` */
export async function createWhisper(
  folder: string,
  threads: number,
  prompted: boolean,
): Promise<Transcriber> {
  const network = await openNetwork(folder, threads);
  return transcribeWith(network, await loadTokenizer(join(folder, 'tokenizer.json')), prompted);
}

export function transcribeWith(
  network: Network,
  { special, encode, decode, digits }: WhisperTokenizer,
  prompted: boolean,
): Transcriber {
  const context = { en: encode(PROMPTS.en), zh: encode(PROMPTS.zh) };
  // Numbers are written as words, as they are said; a sentence does not begin with a space or its end.
  const suppressed = { always: digits, first: new Set([...digits, encode(' ')[0], special.end]) };

  async function listen(samples: Float32Array): Promise<Heard> {
    const seconds = Math.min(LONGEST, Math.max(SHORTEST, samples.length / SAMPLE_RATE + TAIL));
    const frames = 2 * Math.ceil((seconds * SAMPLE_RATE) / HOP / 2);
    return network.encode(logMel(samples, frames, network.size.mels), frames);
  }

  /** Probability that nobody speaks, and of each language. */
  async function detect(heard: Heard): Promise<{ noSpeech: number; languages: Map<string, number> }> {
    const { logits } = await network.step(heard, network.empty(), [special.start], [0]);
    const total = logSumExp(logits[0]);
    const probability = (token: number) => Math.exp(logits[0][token] - total);
    const languages = new Map([...special.languages].map(([code, token]) => [code, probability(token)]));
    return { noSpeech: probability(special.noSpeech), languages };
  }

  async function hear(samples: Float32Array, known: string | undefined, abort: Abort): Promise<Stretch> {
    const heard = await listen(samples);
    abort.throwIfAborted();
    const { noSpeech, languages } = await detect(heard);
    const candidates = known === undefined ? guess(languages) : [known];
    const longest = Math.ceil(10 + (samples.length / SAMPLE_RATE) * TOKENS_PER_SECOND);
    const start = (language: string, task: number) => [
      special.start,
      special.languages.get(language)!,
      task,
      special.noTimestamps,
    ];
    const decodeAfter = (prefix: number[]) => {
      const maxTokens = Math.min(longest, network.size.text_positions - prefix.length);
      return decodeGreedily(network, heard, { prefix, end: special.end, suppressed, maxTokens, abort });
    };
    async function bothWays(task: number[], prompt: number[]): Promise<Hearing> {
      const plain = await decodeAfter(task);
      if (!prompted) return { plain, biased: plain, support: mean(plain.logProbabilities), noSpeech };
      const biased = await decodeAfter([special.previous, ...prompt, ...task]);
      const support = mean(await score(network, heard, task, [...biased.tokens, special.end]));
      return { plain, biased, support, noSpeech };
    }
    const hearings: Stretch[] = [];
    for (const language of candidates) {
      if (isOurs(language)) {
        hearings.push({
          language,
          ...(await bothWays(start(language, special.transcribe), context[language])),
        });
      } else {
        const own = await decodeAfter(start(language, special.transcribe));
        hearings.push({ language, own, ...(await bothWays(start(language, special.translate), context.en)) });
      }
    }
    return surest(hearings);
  }

  /** Again at other speeds, until the words are sure or it is clearly no voice. The sound of each speed is encoded once. */
  async function hearWell(samples: Float32Array, known: string | undefined, abort: Abort): Promise<Stretch> {
    let best = await hear(samples, known, abort);
    if (samples.length > SHORT * SAMPLE_RATE) return best;
    for (const speed of SPEEDS) {
      if (certainty(best) > SURE || isSound(decode(best.plain.tokens))) break;
      const changed = resample(samples, Math.round(SAMPLE_RATE * speed), SAMPLE_RATE);
      best = surest([best, await hear(changed, known, abort)]);
    }
    return best;
  }

  return {
    async transcribe({ samples }, { language, abort }): Promise<Transcript> {
      if (isSilent(samples)) throw noSpeech();
      const texts: string[] = [];
      const translations: string[] = [];
      const probabilities: number[] = [];
      let spoken: string | undefined = language;
      for (const stretch of splitAtPauses(samples, LONGEST - TAIL)) {
        const heard = await hearWell(stretch, spoken, abort);
        const words = believed(heard);
        const text = words && decode(words.tokens).trim();
        if (!words || !text || isSound(text)) continue;
        // The first words decide the language, so that one sentence does not change it midway.
        spoken ??= heard.language;
        texts.push(heard.own ? decode(heard.own.tokens).trim() : text);
        if (heard.own) translations.push(text);
        probabilities.push(...(heard.own ?? words).logProbabilities);
      }
      if (!texts.length || !spoken) throw noSpeech();
      return {
        text: joinTexts(texts, spoken),
        language: spoken,
        ...(translations.length && { translation: joinTexts(translations, 'en') }),
        confidence: Math.exp(mean(probabilities)),
      };
    },
  };
}
