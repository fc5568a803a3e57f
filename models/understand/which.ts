import type { Which } from '../types.ts';
import { colourIn, ENGLISH_COLOUR } from './colours.ts';
import { nearIn } from './near.ts';

/** Ways in which the two languages tell one of several things: by its place, its size, its colour. English comes in small letters. */
const SIDES: readonly [NonNullable<Which['side']>, RegExp][] = [
  ['left', /\bleft(?:most)?\b|左/],
  ['right', /\bright(?:most)?\b|右/],
  ['top', /\b(?:top|upper|highest)(?:most)?\b|上[面边方]|最[高上]/],
  ['bottom', /\b(?:bottom|lower|lowest)(?:most)?\b|下[面边方]|最[低下]/],
  ['middle', /\b(?:middle|cent(?:re|er|ral))\b|中间|中央|正中|当中/],
];
const SIZES: readonly [NonNullable<Which['size']>, RegExp][] = [
  [
    'large',
    /\b(?:big|large)(?:r|ger|st|gest)?\b|\b(?:tall(?:er|est)|nearest|closest|foreground)\b|\bon the front\b|大的|最[大近前]|前[面边]/,
  ],
  [
    'small',
    /\b(?:small(?:er|est)?|tiny|little|short(?:er|est)|farthest|furthest|background)\b|\bon the back\b|小的|最[小远]|后[面边]|远处/,
  ],
];
const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth'];
const ORDINAL = new RegExp(`\\b(?:(\\d)(?:st|nd|rd|th)|(${ORDINALS.join('|')}))\\b`);
const DIGITS = '一二三四五六七八';
const LAST = /\blast\b|最后(?!面|边)/;

/** "The man in the blue shirt", "the girl wearing a red hat". */
const DRESSED = new RegExp(
  `^(?: (?:who|that)(?:'s| is)?)? (?:in|with|wearing|wears|dressed in|has|holding) (?:(?:the|an?|his|her|its|their|all) )?(?:[a-z]+ )?(${ENGLISH_COLOUR})\\b`,
);
/** What is said of a thing before its name. */
const BEFORE =
  /^(?:.*(?:[^a-z0-9' -]|\b(?:the|an?|make|let|and|but|my|his|her|its|our|their|that|this|all|both) ))?([a-z0-9' -]*)$/s;
const BEFORE_ZH = /[^，。,；、！!让使叫把要请给令和跟与]*$/;
/** 那只, where no name follows. */
const THAT = /[那这](?:[只个条匹头辆位件朵艘架]|一[只个条匹头辆位件朵艘架])/;

/**
 * What a sentence says to tell a thing from others of its name: "the second dog from the left", 红色的车, "the man in blue".
 * @param name of the thing as the sentence has it; absent where it says only "the red one", 黑的那只
 * @param told what was said of it and is not beside the name; @param from where in the sentence to look for the name
 * @param label the detector's word for it: things of the same word do not tell it apart
 * @returns `which` undefined where nothing is said; `end`: where the name ends, for the next thing of that name
 */
export function whichOf(
  sentence: string,
  { name, told = '', from = 0, label }: { name?: string; told?: string; from?: number; label?: string },
): { which?: Which; end: number } {
  const text = sentence.toLowerCase();
  const isChinese = /\p{Script=Han}/u.test(text);
  const head = (name ?? '').toLowerCase().replace(/ (?:on|from) the .*$/, '');
  const found = occurrence(text, name ? head : isChinese ? THAT : 'one', from);
  const before = found
    ? (text
        .slice(from, found.at)
        .match(isChinese ? BEFORE_ZH : BEFORE)
        ?.at(-1) ?? '')
    : '';
  const own = isChinese ? head : head.split(' ').slice(0, -1).join(' ');
  const said = [before, own, (name ?? '').toLowerCase().slice(head.length), told].join(' ');
  const dressed = found && text.slice(found.end).match(DRESSED)?.[1];
  const near = found && nearIn(isChinese ? before : text.slice(found.end), isChinese);
  const which: Which = {
    ...(near && near !== label && { near }),
    ...sideOf(said),
    ...sizeOf(said),
    ...colourOf(dressed ?? said),
  };
  return { ...(Object.keys(which).length > 0 && { which }), end: found?.end ?? from };
}

function occurrence(
  text: string,
  what: string | RegExp,
  from: number,
): { at: number; end: number } | undefined {
  const pattern = typeof what === 'string' ? what.replace(/[^\p{L}\p{N} ]/gu, '.') : what.source;
  const whole = /\p{Script=Han}/u.test(pattern) ? pattern : `\\b(?:${pattern})(?:e?s)?\\b`;
  const match = pattern ? text.slice(from).match(whole) : null;
  return match ? { at: from + match.index!, end: from + match.index! + match[0].length } : undefined;
}

/** Counted from the left, where nothing else is said; the last is the first from the right. */
function sideOf(said: string): Pick<Which, 'side' | 'nth'> {
  const side = SIDES.find(([, pattern]) => pattern.test(said))?.[0];
  const nth = ordinalIn(said);
  if (nth) return { side: side && side !== 'middle' ? side : 'left', nth };
  if (side) return { side };
  return LAST.test(said) ? { side: 'right' } : {};
}

function ordinalIn(said: string): number | undefined {
  const chinese = said.match(/第(?:([一二三四五六七八])|(\d))/);
  if (chinese) return chinese[1] ? DIGITS.indexOf(chinese[1]) + 1 : Number(chinese[2]);
  const english = said.match(ORDINAL);
  return english ? Number(english[1] ?? ORDINALS.indexOf(english[2]) + 1) || undefined : undefined;
}

function sizeOf(said: string): Pick<Which, 'size'> {
  const size = SIZES.find(([, pattern]) => pattern.test(said))?.[0];
  return size ? { size } : {};
}

function colourOf(said: string): Pick<Which, 'colour'> {
  const colour = colourIn(said);
  return colour ? { colour } : {};
}
