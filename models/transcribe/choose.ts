/** Which of several decodings of the same sound is believed, and whether any is. */
import type { Language } from '../types.ts';
import { type Decoded, mean } from './decode.ts';

/**
 * Mean log probability without the prompt, below which words that the prompt brought up were not said. Commands have
 * -0.2 to -1.7 in our recordings, noises and music -4.8 to -5.3.
 */
const INVENTED = -2.5;
/**
 * Whisper's own mark of silence and noise counts from here, where the words are not sure either: noises have 0.66 and more,
 * commands mostly less than 0.5, but one in noise 0.85 with words of -0.53; what noises are taken for has -0.85 and less.
 */
const NOBODY = 0.6;
const UNSURE = -0.7;
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
  /** What may have been said instead, most probable first; only of short stretches. */
  others?: Decoded[];
}

export const isOurs = (language: string): language is Language => language === 'en' || language === 'zh';

/**
 * @param languages probability of each code
 * @returns those that may be spoken: the likelier one of ours, the other where it is as likely, a foreign one where it is
 * likelier than all others together
 */
export function guess(languages: Map<string, number>): string[] {
  const sure = (code: string) => languages.get(code) ?? 0;
  const [first, second] = sure('zh') > sure('en') ? ['zh', 'en'] : ['en', 'zh'];
  const foreign = [...languages.keys()].filter((code) => !isOurs(code) && sure(code) > FOREIGN);
  if (foreign.length) return [first, ...foreign];
  return sure(second) >= ALIKE * sure(first) ? [first, second] : [first];
}

/** Mean log probability of what was heard; of a foreign language what was said counts, not its translation. */
export function certainty(hearing: Stretch): number {
  const words = hearing.own ?? choose(hearing);
  return words ? mean(words.logProbabilities) : Number.NEGATIVE_INFINITY;
}

/** The hearing whose words are the most probable. */
export function surest(hearings: Stretch[]): Stretch {
  return hearings.reduce((best, other) => (certainty(other) > certainty(best) ? other : best));
}

/** The surer of the two decodings, or undefined where nobody spoke. */
export function choose({ plain, biased, support, noSpeech }: Hearing): Decoded | undefined {
  const certainty = mean(plain.logProbabilities);
  if (support >= INVENTED && mean(biased.logProbabilities) > certainty) return biased;
  return certainty < (noSpeech > NOBODY ? UNSURE : GUESSED) ? undefined : plain;
}

/**
 * The words of a stretch, or undefined where nobody spoke. A doubtful translation of words that were heard well is better
 * than none: it is refused as no command, together with what was heard.
 */
export function believed(stretch: Stretch): Decoded | undefined {
  const { own, plain } = stretch;
  return choose(stretch) ?? (own && mean(own.logProbabilities) >= GUESSED ? plain : undefined);
}
