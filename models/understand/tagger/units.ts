import { tokenize } from '../chinese/tokens.ts';
import { FEATURES, type Feature, factsOfChinese, factsOfEnglish } from './facts.ts';

/** What the tagger reads: an English word, a Chinese character, or a mark. */
export interface Unit {
  text: string;
  /** Where it stands in the sentence: first character, and the one after the last. */
  start: number;
  end: number;
  /** Numbers of FEATURES that hold. */
  features: number[];
}

const number = (names: Feature[]) => names.map((name) => FEATURES.indexOf(name));
const UNIT = /\p{Script=Han}+|[a-z0-9]+(?:['-][a-z0-9]+)*|[^\s\p{Script=Han}]/gu;

/** @param text lower case, simplified characters */
export function unitsOf(text: string): Unit[] {
  return Array.from(text.matchAll(UNIT)).flatMap(({ 0: word, index }) => {
    if (/\p{Script=Han}/u.test(word)) return characters(word, index);
    const features: Feature[] = /^[a-z0-9]/.test(word) ? factsOfEnglish(word) : ['mark'];
    return [
      { text: word, start: index, end: index + word.length, features: number(['begins', ...features]) },
    ];
  });
}

/** One unit a character, with what is known of the word that it belongs to. */
function characters(text: string, from: number): Unit[] {
  const units: Unit[] = [];
  for (const token of tokenize(text)) {
    const features: Feature[] = ['han', ...factsOfChinese(token)];
    const letters = [...token.text];
    for (const [i, character] of letters.entries()) {
      const start = from + units.length;
      const place: Feature[] = [
        ...(i === 0 ? ['begins' as const] : []),
        ...(i === letters.length - 1 ? ['ends' as const] : []),
      ];
      units.push({ text: character, start, end: start + 1, features: number([...features, ...place]) });
    }
  }
  return units;
}
