import type { Language } from '../../types.ts';
import { heard as heardChinese } from '../chinese/heard.ts';
import { parseClause as parseChinese } from '../chinese/parse.ts';
import { plainOf, plainVerbs } from '../chinese/words.ts';
import { combine } from '../clauses.ts';
import { heard as heardEnglish } from '../english/heard.ts';
import { normalizeEnglish, parseClause as parseEnglish } from '../english/parse.ts';
import type { Parsed } from '../parsed.ts';
import { commandsIn, type Spoken } from './spans.ts';
import type { Tagger } from './tagger.ts';

export { createTagger, type Tagger } from './tagger.ts';

export interface Reading {
  parsed: Parsed[];
  /** 0..1, how sure it is that no word of the sentence says what shall be done. */
  idle: number;
}

/** Parses a sentence by its tags: the words of each command are picked out of it, and read as a plain sentence. */
export async function parseTagged(
  tagger: Tagger,
  sentence: string,
  language: Language,
  seen: string[],
): Promise<Reading> {
  const chinese = language === 'zh';
  const plain = chinese ? plainOf(sentence) : normalizeEnglish(sentence);
  // 那头驴 has no head there.
  const text = chinese
    ? heardChinese(plainVerbs(plain.replace(HEADS, '只')), seen).text
    : heardEnglish(plain, seen);
  const tagged = await tagger.tag(text);
  const marked = tagged.filter(({ tag }) => tag !== 'O');
  const trust = marked.reduce((sum, { sure }) => sum + sure, 0) / Math.max(1, marked.length);
  const idle = 1 - Math.max(0, ...tagged.map(({ acts }) => acts));
  const parsed = commandsIn(text, tagged)
    .flatMap((spoken) => read(spoken, language, seen))
    .map((one) => ({ ...one, confidence: one.confidence * trust }));
  return { parsed, idle };
}

/** Reads the words of a command as a plain sentence, one for each thing. */
export function read(
  { things, action, part, direction, strength }: Spoken,
  language: Language,
  seen: string[],
): Parsed[] {
  const chinese = language === 'zh';
  return (things.length > 0 ? things : ['']).flatMap((name) => {
    const thing = chinese || name === '' || OWN.test(name) ? name : `the ${name}`;
    const words = chinese
      ? [thing, strength, direction, action, part]
      : [thing, action, part, direction, strength];
    const said = joined(words.filter(Boolean) as string[], chinese);
    return combine([chinese ? parseChinese(plainVerbs(said), seen) : parseEnglish(said)]);
  });
}

const HEADS = /(?<=[这那一两三几每])[头尾](?=\p{Script=Han})/gu;

/** Without "the" the rules would read a sleeping dog as one that shall sleep, and know no name. */
const OWN =
  /^(?:the|an?|this|that|these|those|my|your|our|his|her|its|their|all|both|every|each|some|two|three)\b/;

/** Chinese without spaces, but for those between Latin words: 把 globe spin 起来. */
const joined = (words: string[], chinese: boolean): string =>
  chinese ? words.join(' ').replace(/(?<![a-z]) | (?![a-z])/g, '') : words.join(' ');
