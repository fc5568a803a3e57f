import { LABEL_WORDS } from './lexicon/index.ts';
import { labelOfEnglish, mayDescribe } from './lexicon/nouns.ts';

/** What somebody does with a thing, or where he is of it: "riding the horse", "next to the girl", "sitting on a bench". */
const ENGLISH =
  /^ (?:(?:who|that|which)(?:'s| is)? )?(?:(?:riding|holding|carrying|pushing|driving) |(?:(?:standing|sitting|lying|sleeping|waiting|perched|parked) )?(?:on(?: top of)?|in(?: front of)?|at|with|by|near|behind|beside|under|inside|next to|close to) )(?:the|an?|his|her|its|their|my) ((?:[a-z]+ ?){1,3})/;
/** 沙发上的, 车旁边的那只 */
const PLACED = /^(?:[上里旁边后前下中]|底下)/;
/** 骑马的, 拿着伞的 */
const HELD = /(?:[骑拿抱牵打撑推开背])着?$/;

/**
 * The detector's word for a thing by which another is told.
 * @param words what follows its name in English, what stands before it in Chinese
 */
export function nearIn(words: string, isChinese: boolean): string | undefined {
  if (isChinese) return nearInChinese(words);
  const name = words.match(ENGLISH)?.[1].trim().split(' ') ?? [];
  // "The big black horse"; but "the cat on the sofa ducks" is near no duck.
  const longest = mayDescribe(name[0] ?? '') ? name.length : Math.min(2, name.length);
  for (let length = 1; length <= longest; length++) {
    const label = labelOfEnglish(name.slice(0, length));
    if (label) return label;
  }
  return undefined;
}

function nearInChinese(words: string): string | undefined {
  for (let length = 4; length > 0; length--) {
    for (let at = 0; at + length <= words.length; at++) {
      const label = LABEL_WORDS.zh.get(words.slice(at, at + length));
      if (label && (PLACED.test(words.slice(at + length)) || HELD.test(words.slice(0, at)))) return label;
    }
  }
  return undefined;
}
