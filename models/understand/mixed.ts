import { tokenize } from './chinese/tokens.ts';
import { direction, normalize, place, strength, withoutMeasures } from './chinese/words.ts';
import { MANNERS, PARTS } from './lexicon/index.ts';

/** An English sentence with Chinese words in it has words that hold an English sentence together. */
const ENGLISH = /\b(?:make|let|the|have|get|please|can|could|should|move|its?|and|to)\b/i;
const CHINESE = /[让把叫使给]/u;
/** English words for each character of a sentence that is English though it says 让. */
const MOSTLY = 1.5;
const RUN = /\p{Script=Han}+/gu;

const DIRECTIONS = {
  left: 'to the left',
  right: 'to the right',
  up: 'up',
  down: 'down',
  forward: 'forward',
  back: 'back',
};
const STRENGTHS = { gentle: 'gently', normal: '', strong: 'strongly' };
const PLACES: [RegExp, string][] = [
  [/左/, 'left'],
  [/右/, 'right'],
  [/大/, 'biggest'],
  [/小/, 'smallest'],
];

/** The first English word of a list's key: the manner "run" is said "run". */
const wordFor = (words: Map<string, string>, key: string) =>
  [...words].find(([, value]) => value === key)?.[0] ?? key;

/** "make the 狗 wag its tail" -> "make the dog wag its tail"; undefined for sentences that are Chinese with English words in them. */
export function inEnglish(text: string): string | undefined {
  if (!ENGLISH.test(text)) return undefined;
  const [words, characters] = [/[a-z]+/gi, /\p{Script=Han}/gu].map((kind) => text.match(kind)?.length ?? 0);
  if (CHINESE.test(text) && words < MOSTLY * characters) return undefined;
  return text.replace(RUN, (run) => ` ${translate(run)} `).replace(/\s+/g, ' ');
}

function translate(run: string): string {
  const located = place(withoutMeasures(normalize(run).text));
  const led = direction(located.rest);
  const strong = strength(led.rest);
  const side = PLACES.find(([sign]) => sign.test(located.place ?? ''))?.[1];
  const words = tokenize(strong.rest).map(({ kind, value, english }) => {
    if (kind === 'causative') return 'make';
    if (kind === 'noun') return english;
    if (kind === 'verb') return wordFor(MANNERS.en, value!);
    if (kind === 'part') return wordFor(PARTS.en, value!);
    return kind === 'pronoun' ? 'that' : '';
  });
  const how = [led.direction && DIRECTIONS[led.direction], strong.strength && STRENGTHS[strong.strength]];
  return [side, ...words, ...how].filter(Boolean).join(' ');
}
