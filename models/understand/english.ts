import type { Direction } from '../types.ts';
import { chunk, type Phrase } from './english-phrases.ts';
import { direction, place, strength, stripManners } from './english-words.ts';
import { PARTS } from './lexicon.ts';
import { labelOfEnglish } from './nouns.ts';
import type { Parsed } from './parsed.ts';
import { nearestManner } from './verbs.ts';

const QUESTION =
  /^(what|where|who|whose|whom|when|why(?! (don'?t|not))|how(?! about)|which|is|are|was|were|am|does|did|do (you|i|we|they)|has|have (you|they|i)|should i)\b/;
/** "I walk my dog" tells of the speaker; "I want the dog to walk" does not. */
const ABOUT_ME = /^(i|we|my|thank|thanks|hello|hi)\b/;
const NEGATIVE =
  /\b(don'?t|do not|doesn'?t|never|not|no|nothing|nobody|without|except|unless|(everything|everyone|anything) else|the (rest|others?|background)|others)\b|\b(leave|keep|hold|let)\b.*\b(alone|still|frozen|static|unchanged|stay|be)\b|\b(stays?|remains?) (still|put|frozen)\b/;
const EXCEPT = /^(?:except(?: for)?|apart from|but)\s+/;
/** Where one thought ends and the next begins. */
const BREAK =
  /\s*[,;:.!?]+\s*|\s+(?:but|while|whereas)\s+|\s+(?=without\b|except\b)|\s+and\s+(?=(?:make|let|have|get|don'?t|do not|keep|leave|nothing|not)\b)|\s+(?=not the\b)/;

/** Parses an English sentence; undefined for questions and for talk that asks for no motion. */
export function parseEnglish(sentence: string): Parsed | undefined {
  const text = sentence.toLowerCase().replace(/[’`]/g, "'").replace(/[“”"]/g, '').replace(/\s+/g, ' ').trim();
  const bare = stripManners(text);
  if (QUESTION.test(bare.text) || (ABOUT_ME.test(bare.text) && !bare.polite)) return undefined;
  const clauses = bare.text.split(BREAK).filter((clause) => clause.trim() !== '');
  const wanted = clauses.filter(isWanted);
  if (wanted.length === 0) return undefined;
  return merge(wanted.map(parseClause));
}

/** Says little of how it looks; another verb of the sentence says more ("purr and blink", "go and jump"). */
const FAINT = new Set(['move', 'talk']);

/** "All stays still except the cat": after a negative, an exception is what is wanted. */
function isWanted(clause: string, i: number, all: string[]): boolean {
  if (!NEGATIVE.test(clause)) return true;
  const exception = clause.replace(EXCEPT, '');
  return exception !== clause && i > 0 && NEGATIVE.test(all[i - 1]) && !NEGATIVE.test(exception);
}

interface Clause extends Omit<Parsed, 'confidence'> {
  causative: boolean;
  past: boolean;
  /** The verb is not in our list; WordNet says what it is nearest to. */
  guessed: boolean;
  unknown: number;
  words: number;
}

function parseClause(clause: string): Clause {
  const words = clause.trim().split(' ').length;
  const located = place(clause);
  const leads = direction(located.rest);
  const strong = strength(leads.rest);
  const found = chunk(strong.rest);
  const late = direction(found.rest.join(' '), { bare: true });
  const manner = found.verbs.find((verb) => !FAINT.has(verb)) ?? found.verbs[0];
  const part = found.phrases.map(partOf).find((one) => one !== undefined);
  const subject = objectOf(found.phrases);
  const clear: Clause = {
    ...subject,
    manner,
    part,
    direction: leads.direction ?? late.direction,
    strength:
      strong.strength ??
      strength(found.adjectives.map((word) => `${word.replace(/le$/, '')}ly`).join(' ')).strength,
    causative: found.causative,
    past: found.past,
    guessed: false,
    unknown: late.rest.split(' ').filter(Boolean).length,
    words,
  };
  if (subject.object && located.place)
    clear.object = { ...subject.object, text: `${subject.object.text} ${located.place}` };
  return manner || part ? look(clear, found.look) : guess(clear, late.rest, subject.words);
}

/** "Look left" turns the head, "look up" raises it. */
function look(clause: Clause, looks: boolean): Clause {
  if (!looks || clause.part) return clause;
  const vertical: Partial<Record<Direction, string>> = { up: 'raise', down: 'lower' };
  const manner = clause.direction && vertical[clause.direction];
  return manner ? { ...clause, manner, part: 'head', direction: undefined } : { ...clause, part: 'head' };
}

/** No verb of ours: perhaps one of the remaining words has a near relative among ours. */
function guess(clause: Clause, rest: string, subject: string[]): Clause {
  if (!clause.causative && !clause.object) return clause;
  const trailing = subject.length > 1 ? subject.slice(-1) : [];
  for (const word of [...rest.split(' '), ...trailing].filter(Boolean)) {
    const manner = nearestManner(word);
    if (!manner) continue;
    if (!trailing.includes(word)) return { ...clause, manner, guessed: true };
    const noun = subject.slice(0, -1);
    const object = { text: noun.join(' '), label: labelOfEnglish(noun) };
    return { ...clause, object, english: object.text, manner, guessed: true };
  }
  return clause;
}

const partOf = ({ words, pronoun }: Phrase) => (pronoun ? undefined : PARTS.en.get(words.at(-1)!));

/** The first thing that is named and is no part of the body; what a preposition introduces only if there is no other. */
function objectOf(phrases: Phrase[]): Pick<Parsed, 'object' | 'english'> & { words: string[] } {
  const nouns = phrases.filter((phrase) => !phrase.pronoun && partOf(phrase) === undefined);
  const pronoun = phrases.some((phrase) => phrase.pronoun && !phrase.after);
  const chosen =
    nouns.find(({ after }) => !after || after === 'of owner') ??
    (pronoun ? undefined : nouns.find(({ after }) => after === 'from' || after === 'of' || after === 'by'));
  if (!chosen) return { words: [] };
  const text = chosen.words.join(' ');
  return { object: { text, label: labelOfEnglish(chosen.words) }, english: text, words: chosen.words };
}

/** Clauses of one command: "dog, jump" or "make the, the horse jump". The first clause with a verb leads. */
function merge(clauses: Clause[]): Parsed | undefined {
  const lead = clauses.find(({ manner, part }) => manner || part);
  if (!lead) return undefined;
  const first = <K extends keyof Clause>(key: K) =>
    lead[key] ?? clauses.find((one) => one[key] !== undefined)?.[key];
  const named = lead.object ? lead : clauses.find(({ object }) => object);
  const total = clauses.reduce((sum, { words }) => sum + words, 0);
  const unknown = clauses.reduce((sum, one) => sum + one.unknown, 0);
  let confidence = 1 - 0.6 * (unknown / total);
  if (lead.guessed) confidence *= 0.7;
  if (lead.past && !lead.causative) confidence *= 0.4;
  return {
    object: named?.object,
    english: named?.english,
    manner: lead.manner,
    part: lead.part,
    direction: first('direction') as Direction | undefined,
    strength: first('strength') as Parsed['strength'],
    confidence,
  };
}
