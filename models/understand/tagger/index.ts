import type { Language } from '../../types.ts';
import { parseClause as parseChinese } from '../chinese/clause.ts';
import { heard as heardChinese } from '../chinese/heard.ts';
import { plainOf, plainVerbs } from '../chinese/words.ts';
import { combine } from '../clauses.ts';
import { heard as heardEnglish } from '../english/heard.ts';
import { normalizeEnglish, parseClause as parseEnglish } from '../english/parse.ts';
import type { Parsed } from '../parsed.ts';
import { commandsIn, type Spoken } from './spans.ts';
import type { Tagged, Tagger } from './tagger.ts';

export { createTagger, type Tagger } from './tagger.ts';

export interface Reading {
  parsed: Parsed[];
  /** 0..1, how sure it is that no word of the sentence says what shall be done. */
  idle: number;
  /** 0..1, how likely a word of the sentence, or a name that ends with it, is an action and a thing; nothing where it is not heard so. */
  heard(word: string): { acts: number; named: number } | undefined;
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
  return { parsed, idle, heard: (word) => likeliest(word, text, tagged) };
}

function likeliest(
  word: string,
  text: string,
  tagged: Tagged[],
): { acts: number; named: number } | undefined {
  let best: { acts: number; named: number } | undefined;
  for (let at = text.indexOf(word); word && at >= 0; at = text.indexOf(word, at + 1)) {
    for (const { start, end, acts, named } of tagged) {
      if (start >= at + word.length || end <= at) continue;
      best = { acts: Math.max(acts, best?.acts ?? 0), named: Math.max(named, best?.named ?? 0) };
    }
  }
  return best;
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
