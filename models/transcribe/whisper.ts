/** Whisper (Radford et al., 2022) as our Transcriber: prompt-biased, and guarded against hearing the prompt in noise. */
import { join } from 'node:path';
import type { Abort, Transcript } from '../types.ts';
import { believed, certainty, guess, type Hearing, isOurs, type Stretch, surest } from './choose.ts';
import { type Decoded, decodeGreedily, decodeSeveral, logSumExp, mean, score } from './decode.ts';
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
/**
 * With an attuned network English up to this long, in seconds, is taken for a command and has to be surer; longer is talk,
 * which Whisper knows better.
 */
const COMMAND = 5.5;
const SURE_COMMAND = -0.05;
/**
 * Mean log probability that Whisper gives what the attuned network hears, below which it was not said: true commands in noise
 * have down to -3, what a prompt makes of noises -4.8 and less.
 */
const IMPOSSIBLE = -4;
/**
 * What Whisper hears more surely than this comes first, and what the attuned network hears is an alternative: that one is sure
 * of itself, but of people's talk it knows less.
 */
const FAIRLY_SURE = -0.2;
/** Silence that follows the words where the network is attuned to short commands, in seconds. */
const ATTUNED_TAIL = 0.9;
/** How many sentences it weighs, and how much less probable than the best (natural log) a token of theirs may be. */
const SEVERAL = 8;
const MARGIN = 4;
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
  const silenceOrWords = new Set([...digits, encode(' ')[0]]);
  const suppressed = { always: digits, first: new Set([...silenceOrWords, special.end]) };

  /** @param seconds that the encoder is to see */
  async function listen(listener: Network, samples: Float32Array, seconds: number): Promise<Heard> {
    const frames = 2 * Math.ceil((seconds * SAMPLE_RATE) / HOP / 2);
    return listener.encode(logMel(samples, frames, network.size.mels), frames);
  }
  const secondsOf = (samples: Float32Array) => samples.length / SAMPLE_RATE;
  const longest = (samples: Float32Array) => Math.ceil(10 + secondsOf(samples) * TOKENS_PER_SECOND);

  /** Probability that nobody speaks, and of each language. */
  async function detect(heard: Heard): Promise<{ noSpeech: number; languages: Map<string, number> }> {
    const { logits } = await network.step(heard, network.empty(), [special.start], [0]);
    const total = logSumExp(logits[0]);
    const probability = (token: number) => Math.exp(logits[0][token] - total);
    const languages = new Map([...special.languages].map(([code, token]) => [code, probability(token)]));
    return { noSpeech: probability(special.noSpeech), languages };
  }

  const start = (language: string, task: number) => [
    special.start,
    special.languages.get(language)!,
    task,
    special.noTimestamps,
  ];

  async function hear(samples: Float32Array, known: string | undefined, abort: Abort) {
    const seconds = Math.min(LONGEST, Math.max(SHORTEST, secondsOf(samples) + TAIL));
    const heard = await listen(network, samples, seconds);
    abort.throwIfAborted();
    const { noSpeech, languages } = await detect(heard);
    const candidates = known === undefined ? guess(languages) : [known];
    const decodeAfter = (prefix: number[]) => {
      const maxTokens = Math.min(longest(samples), network.size.text_positions - prefix.length);
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
    return { heard, best: surest(hearings), alike: candidates.length > 1 };
  }

  /**
   * What a network makes of it that is attuned to spoken English commands in noise and expects nothing else, most probable
   * first; nothing where it hears nobody, or words that Whisper finds impossible.
   * @param plainly what Whisper's encoder made of it
   */
  async function hearAttuned(
    attuned: Network,
    samples: Float32Array,
    plainly: Heard,
    abort: Abort,
  ): Promise<Decoded[]> {
    const heard = await listen(attuned, samples, secondsOf(samples) + ATTUNED_TAIL);
    abort.throwIfAborted();
    const prefix = start('en', special.transcribe);
    const allowed = { ...suppressed, first: silenceOrWords };
    const options = { prefix, end: special.end, suppressed: allowed, maxTokens: longest(samples), abort };
    const found = await decodeSeveral(attuned, heard, options, SEVERAL, MARGIN);
    if (!found[0].tokens.length) return [];
    const sorted = found.sort((a, b) => mean(b.logProbabilities) - mean(a.logProbabilities));
    const support = mean(await score(network, plainly, prefix, [...sorted[0].tokens, special.end]));
    return support < IMPOSSIBLE ? [] : sorted;
  }

  /**
   * What Whisper makes of a short English recording where it is fairly sure, else the surer of that and of what the attuned
   * network does, with what it may have been instead; undefined where Whisper is sure, or the other hears nothing.
   */
  async function hearCommand(
    samples: Float32Array,
    plainly: Heard,
    best: Stretch,
    abort: Abort,
  ): Promise<Stretch | undefined> {
    const isCommand = prompted && best.language === 'en' && secondsOf(samples) <= COMMAND;
    if (!network.attuned || !isCommand || !isDoubtful(best, SURE_COMMAND)) return undefined;
    const [words, ...others] = await hearAttuned(network.attuned, samples, plainly, abort);
    const again = words && { ...best, plain: words, biased: words, others };
    if (!again || !believed(again)) return undefined;
    const whispers = certainty(best) > Math.min(FAIRLY_SURE, certainty(again));
    return whispers ? { ...best, others: [words, ...others] } : again;
  }

  const isDoubtful = (stretch: Stretch, sure: number) =>
    certainty(stretch) <= sure && !isSound(decode(stretch.plain.tokens));

  /**
   * Where the words are doubtful, again: English with the attuned network, others at other speeds, until they are sure or it
   * is clearly no voice. Where the language is doubtful, too, the speeds decide it first. The sound of each speed is encoded once.
   */
  async function hearWell(samples: Float32Array, known: string | undefined, abort: Abort): Promise<Stretch> {
    const { heard, best: first, alike } = await hear(samples, known, abort);
    if (secondsOf(samples) > SHORT) return first;
    const command = alike ? undefined : await hearCommand(samples, heard, first, abort);
    if (command) return command;
    let best = first;
    for (const speed of SPEEDS) {
      if (!isDoubtful(best, SURE)) break;
      const changed = resample(samples, Math.round(SAMPLE_RATE * speed), SAMPLE_RATE);
      best = surest([best, (await hear(changed, known, abort)).best]);
    }
    return (alike && (await hearCommand(samples, heard, best, abort))) || best;
  }

  return {
    async transcribe({ samples }, { language, abort }): Promise<Transcript> {
      if (isSilent(samples)) throw noSpeech();
      const texts: string[] = [];
      const translations: string[] = [];
      const probabilities: number[] = [];
      let alternatives: string[] | undefined;
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
        alternatives = heard.others?.map(({ tokens }) => decode(tokens).trim());
      }
      if (!texts.length || !spoken) throw noSpeech();
      return {
        text: joinTexts(texts, spoken),
        language: spoken,
        ...(translations.length && { translation: joinTexts(translations, 'en') }),
        ...(alternatives && texts.length === 1 && { alternatives }),
        confidence: Math.exp(mean(probabilities)),
      };
    },
  };
}
