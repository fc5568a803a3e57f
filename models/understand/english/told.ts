import { PARTS } from '../lexicon/index.ts';
import { isBodily, isListed, labelOfEnglish, singular } from '../lexicon/nouns.ts';
import { filesOf } from '../lexicon/wordnet.ts';
import type { Parsed } from '../parsed.ts';

/** Says what is: "stocks are falling", "my phone keeps buzzing". */
const STATED =
  /^(?:(?:so|and|but|oh|ugh|wow|well|sorry|sadly)\b,? )?(.+?)(?:'s|'re| is| are|,? (?:just )?(?:keeps?|kept|won'?t stop|can'?t stop)) (?:all |just |still |always |so |really |constantly )*(\w+ing)\b/i;
const GOES_ON = /\b(?:keeps?|kept|won'?t stop|can'?t stop) \w+ing\b/i;
/** What hurts the speaker: "my knees hurt". */
const MINE =
  /^(?:(?:oh|ugh|and|but|so),? )?my (?:\w+ )?(\w+) (?:is|are|keeps?|hurts?|aches?|itch(?:es)?|won'?t|feels?)\b/i;
/** A clip has no sound: what is only heard is no motion that somebody asks for. */
const SOUND =
  /^(?:ring|bark|beep|buzz|bleep|chirp|cry|scream|yell|honk|meow|miaow|whin|howl|snor|squeak|crash|ping|ding|talk|complain|hum|click|drip|leak)\w*ing$/i;

/** How sure the tagger must be that a statement asks for nothing: of any, of what goes on and on, and of what nobody sees. */
const IDLE = { stated: 0.95, going: 0.7, notion: 0.1 };

/**
 * Whether a short sentence that asks for nothing tells of the speaker's day, not of a picture. "The leaves are falling" may be
 * a caption, "stocks are falling" is none.
 * @param idle 0..1, how sure the tagger is that nothing is asked
 */
export function isTold(sentence: string, parsed: Parsed[], idle: number): boolean {
  const body = sentence.match(MINE)?.[1].toLowerCase();
  if (body && (PARTS.en.has(body) || isBodily(body))) return true;
  const [, , doing] = sentence.match(STATED) ?? [];
  if (!doing) return false;
  if (
    idle > IDLE.notion &&
    parsed.length > 0 &&
    parsed.every(({ object }) => object && isNotion(object.english))
  )
    return true;
  if (GOES_ON.test(sentence) && (SOUND.test(doing) || idle > IDLE.going)) return true;
  return idle > IDLE.stated;
}

/** WordNet's files of what one has, thinks, says, feels or does, of measures and times. */
const NOTIONS = new Set([4, 7, 9, 10, 12, 21, 23, 24, 28]);

/** Nothing that one sees, by the first meaning of its name. */
function isNotion(english = ''): boolean {
  const name = english.split(' ').at(-1)!;
  return (
    !labelOfEnglish([name]) &&
    !isListed(name) &&
    filesOf(singular(name), 'noun', 1).some((file) => NOTIONS.has(file))
  );
}
