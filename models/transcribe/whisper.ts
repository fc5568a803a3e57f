/** Whisper (Radford et al., 2022) as our Transcriber: prompt-biased, and guarded against hearing the prompt in noise. */
import { join } from 'node:path';
import type { Abort, Language, Transcript } from '../types.ts';
import { type Decoded, decodeGreedily, logSumExp, mean, score } from './decode.ts';
import type { Transcriber } from './index.ts';
import { HOP, logMel, SAMPLE_RATE } from './mel.ts';
import { type Heard, openNetwork } from './network.ts';
import { PROMPTS } from './prompts.ts';
import { isSilent, splitAtPauses } from './stretches.ts';
import { isSound, joinTexts, noSpeech } from './texts.ts';
import { loadTokenizer } from './tokenizer.ts';

/**
 * Silence that the encoder sees after the words, and the shortest and longest stretch it is given, in seconds. The
 * model was trained on 30 s; with less than 10 it repeats itself, with 10 it is as accurate and four times faster
 * (models/training/LOG.md, "hearing").
 */
const TAIL = 1.5;
const SHORTEST = 10;
const LONGEST = 30;
/** Fast speech has some 6 tokens a second; what is longer is made up. */
const TOKENS_PER_SECOND = 10;
/**
 * Mean log probability without the prompt, below which words that the prompt brought up were not said. Commands have
 * -0.2 to -1.7 in our recordings, noises and music -4.8 to -5.3.
 */
const INVENTED = -2.5;
/** Whisper's own mark of silence and noise counts from here; noises have 0.66 and more, commands 0.5 and less. */
const NOBODY = 0.6;
/** Words that the model itself finds less probable than this are a guess at noise. */
const GUESSED = -1.2;

/**
 * Every language that is at least this sure, of the likeliest one of ours, is tried; slow or high voices make both of ours
 * alike (recorded: 0.17 and 0.16 for Chinese at 0.8 of its speed).
 */
const ALIKE = 0.2;
/** A foreign language is tried from here; accents and noises get up to 0.7 for one at random. */
const FOREIGN = 0.5;

/** The two decodings of a stretch. */
export interface Hearing {
  /** Decoded without and with the prompt. */
  plain: Decoded;
  biased: Decoded;
  /** Mean log probability of the biased words without the prompt. */
  support: number;
  /** Probability that nobody speaks. */
  noSpeech: number;
}

export interface Stretch extends Hearing {
  language: string;
  /** What was said in a foreign language; the hearing is its translation into English. */
  own?: Decoded;
}

const isOurs = (language: string): language is Language => language === 'en' || language === 'zh';

/** @param folder what `ensureWeights` returned */
export async function createWhisper(folder: string, threads: number): Promise<Transcriber> {
  const network = await openNetwork(folder, threads);
  const { special, encode, decode, digits } = await loadTokenizer(join(folder, 'tokenizer.json'));
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

  return {
    async transcribe({ samples }, { language, abort }): Promise<Transcript> {
      if (isSilent(samples)) throw noSpeech();
      const texts: string[] = [];
      const translations: string[] = [];
      const certainty: number[] = [];
      let spoken: string | undefined = language;
      for (const stretch of splitAtPauses(samples, LONGEST - TAIL)) {
        const heard = await hear(stretch, spoken, abort);
        const words = choose(heard);
        const text = words && decode(words.tokens).trim();
        if (!words || !text || isSound(text)) continue;
        // The first words decide the language, so that one sentence does not change it midway.
        spoken ??= heard.language;
        texts.push(heard.own ? decode(heard.own.tokens).trim() : text);
        if (heard.own) translations.push(text);
        certainty.push(...words.logProbabilities);
      }
      if (!texts.length || !spoken) throw noSpeech();
      return {
        text: joinTexts(texts, spoken),
        language: spoken,
        ...(translations.length && { translation: joinTexts(translations, 'en') }),
        confidence: Math.exp(mean(certainty)),
      };
    },
  };
}

/**
 * @param languages probability of each code
 * @returns those that may be spoken: the likelier one of ours, the other where it is as likely, a foreign one where it is
 * likelier than all others together
 */
export function guess(languages: Map<string, number>): string[] {
  const sure = (code: string) => languages.get(code) ?? 0;
  const [first, second] = sure('zh') > sure('en') ? ['zh', 'en'] : ['en', 'zh'];
  const foreign = [...languages.keys()].filter((code) => !isOurs(code) && sure(code) > FOREIGN);
  return [first, ...(sure(second) >= ALIKE * sure(first) ? [second] : []), ...foreign];
}

/** The language whose words are the most probable. What was said in a foreign one counts, not its translation. */
export function surest(hearings: Stretch[]): Stretch {
  const certainty = (hearing: Stretch) => {
    const words = hearing.own ?? choose(hearing);
    return words ? mean(words.logProbabilities) : Number.NEGATIVE_INFINITY;
  };
  return hearings.reduce((best, other) => (certainty(other) > certainty(best) ? other : best));
}

/** The surer of the two decodings, or undefined where nobody spoke. */
export function choose({ plain, biased, support, noSpeech }: Hearing): Decoded | undefined {
  const certainty = mean(plain.logProbabilities);
  if (support >= INVENTED && mean(biased.logProbabilities) > certainty) return biased;
  return noSpeech > NOBODY || certainty < GUESSED ? undefined : plain;
}
