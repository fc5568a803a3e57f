import { singular } from './lexicon/nouns.ts';

const ENGLISH = '(?:both|all|every|each|two|three|four|five|several)';
/** "both of the", "all these", up to two more words before the name. */
const COUNTED = new RegExp(
  `\\b${ENGLISH}(?:\\s+of)?(?:\\s+(?:the|these|those|my|our))?(?:\\s+(?!of\\b)\\S+){0,2}\\s*$`,
  'i',
);
const FIRST = new RegExp(`^${ENGLISH}\\b`, 'i');
/** The same in Chinese, with what may stand between: 两只, 所有的黑. */
const CHINESE = /(?<!第)(?:两|三|四|五|几|这些|那些|所有|全部|全体|每)[^，。,；\s]{0,5}$/u;
const AFTER = /^(?:们|全都|全部|全|都)/u;
/** What says where one of several is ends its name. */
const PLACE = /\s+(?:on|at|in|of|with|near|behind)\s+.*$/i;

/**
 * Whether a sentence means all things of a name that are in the picture: "both birds", "the dogs", 两只鸟, 狗都.
 * @param name of the thing as the sentence has it, perhaps without the words that count it
 */
export function meansSeveral(sentence: string, name: string): boolean {
  const at = sentence.toLowerCase().indexOf(name.toLowerCase());
  if (!name || at < 0) return false;
  const before = sentence.slice(0, at);
  if (/\p{Script=Han}/u.test(name))
    return CHINESE.test(before) || (!name.includes('的') && AFTER.test(sentence.slice(at + name.length)));
  return COUNTED.test(before) || FIRST.test(name) || isPlural(name.replace(PLACE, ''));
}

/** Whether an English noun phrase ends in a plural. */
export function isPlural(name: string): boolean {
  const last = name.split(' ').at(-1)!;
  return singular(last) !== last;
}
