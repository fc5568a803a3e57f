/** The word lists of lexicon/*.json, turned into look-up tables once. They are data to be read and extended there. */
import { readFileSync } from 'node:fs';
import { ACTIONS, type Action } from '../../types.ts';

const load = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`./${name}.json`, import.meta.url), 'utf8'));

interface Words {
  en: string;
  zh: string;
}

/** Verbs by manner: an action's id, or a manner such as "raise" that becomes an action with a part of the body. */
const verbs = load<Record<string, Words>>('verbs');
const parts = load<Record<string, Words & Record<string, string>>>('parts');
const alone = load<Record<string, Action>>('alone');
const nouns = load<Record<string, Words>>('nouns');
const things = load<Record<string, string>>('things');
/** What the short motion prompt says for an action. */
export const PROMPTS = load<Record<Action, string>>('prompts');

const split = (words: string) => words.split(' ').map((word) => word.replaceAll('_', ' '));

/** word -> key of the first list that has it */
function invert(lists: Record<string, string>): Map<string, string> {
  const table = new Map<string, string>();
  for (const [key, words] of Object.entries(lists)) {
    for (const word of split(words)) if (!table.has(word)) table.set(word, key);
  }
  return table;
}

const column = (lists: Record<string, Words>, language: 'en' | 'zh') =>
  Object.fromEntries(Object.entries(lists).map(([key, words]) => [key, words[language]]));

export const MANNERS = { en: invert(column(verbs, 'en')), zh: invert(column(verbs, 'zh')) };
export const PARTS = { en: invert(column(parts, 'en')), zh: invert(column(parts, 'zh')) };
/** Words for the detector's eighty labels. */
export const LABEL_WORDS = { en: invert(column(nouns, 'en')), zh: invert(column(nouns, 'zh')) };
/** Chinese words for things that the detector does not know -> English. */
export const THINGS_ZH = invert(things);

const isAction = (word: string): word is Action => (ACTIONS as readonly string[]).includes(word);

/** What a manner means, together with the part of the body that it is said of. */
export function actionOf(manner: string | undefined, part: string | undefined): Action | undefined {
  if (part === 'body') return actionOf(manner ?? 'move', undefined);
  if (part) {
    const table = parts[part];
    const action = manner && manner in table && manner !== 'any' ? table[manner] : table.any;
    return action as Action;
  }
  if (!manner) return undefined;
  return alone[manner] ?? (isAction(manner) ? manner : undefined);
}
