import type { Colour } from '../types.ts';

const COLOURS: readonly [Colour, string, string][] = [
  ['black', 'black', '黑'],
  ['white', 'white', '白'],
  ['grey', 'gr[ea]y|silver', '灰银'],
  ['brown', 'brown|tan|beige|chestnut', '棕褐'],
  ['red', 'red|crimson|scarlet|maroon', '红'],
  ['orange', 'orange|ginger', '橙橘'],
  ['yellow', 'yellow|gold(?:en)?|blonde?', '黄金'],
  ['green', 'green', '绿青'],
  ['blue', 'blue|navy|turquoise', '蓝'],
  ['purple', 'purple|violet', '紫'],
  ['pink', 'pink|magenta', '粉'],
];

/** For patterns. */
export const ENGLISH_COLOUR = COLOURS.map(([, words]) => words).join('|');
/** The light is red and green. */
const CHINESE_COLOUR = new RegExp(`(?!红绿)[${COLOURS.map(([, , marks]) => marks).join('')}]`);

/** The first colour that is named in small letters; English words whole. */
export function colourIn(said: string): Colour | undefined {
  const english = said.match(ENGLISH)?.[0];
  const chinese = said.match(CHINESE_COLOUR)?.[0];
  return COLOURS.find(
    ([, words, marks]) =>
      (english && new RegExp(`^(?:${words})$`).test(english)) || (chinese && marks.includes(chinese)),
  )?.[0];
}
const ENGLISH = new RegExp(`\\b(?:${ENGLISH_COLOUR})\\b`);

/** Colours that alone may stand for a thing, "the red one"; an orange is a fruit. */
export const ONLY_COLOUR = new RegExp(`^(?:${ENGLISH_COLOUR.replace('orange|', '')})$`);
const WHOLE = new RegExp(`^(?:${ENGLISH_COLOUR})$`);
/** English colours, before a name. */
export const isColour = (word: string): boolean => WHOLE.test(word);
