import nlp from 'compromise';
import { LABELS } from '../../labels.ts';
import { LABEL_WORDS } from './index.ts';
import { climb, sensesOf } from './wordnet.ts';

/** Senses of a word that may name an animal or a vehicle; rarer ones are jokes and proper names. */
const SENSES = 3;
const CLIMB = 9;

// compromise types its inner methods loosely; these two are all we use of them.
const { transform } = (nlp as unknown as { methods(): { two: { transform: Transform } } }).methods().two;
const model = (nlp as unknown as { model(): unknown }).model();
interface Transform {
  noun: { toSingular(word: string, model: unknown): string };
  verb: { conjugate(word: string, model: unknown): Record<string, string> };
}

/** "wolves" -> "wolf"; words that only look like plurals ("bus", "grass") stay. */
export function singular(word: string): string {
  if (LABEL_WORDS.en.has(word) || /(ss|us)$/.test(word)) return word;
  return transform.noun.toSingular(word, model);
}

/** All forms of a verb: wag, wags, wagged, wagging. */
export function formsOf(verb: string): { form: string; past: boolean }[] {
  const forms = transform.verb.conjugate(verb, model);
  return [
    { form: verb, past: false },
    { form: forms.PresentTense, past: false },
    { form: forms.Gerund, past: false },
    { form: forms.PastTense, past: forms.PastTense !== verb },
    ...(forms.Participle ? [{ form: forms.Participle, past: true }] : []),
  ];
}

/** Kinds whose words are worth climbing for: every terrier is a dog, but not every seat is a bench. */
const anchors = new Map<number, string>();
function labelAnchors(): Map<number, string> {
  if (anchors.size > 0) return anchors;
  for (const { name, kind } of LABELS) {
    const [first] = kind === 'thing' ? [] : sensesOf(name, 'noun');
    if (first !== undefined) anchors.set(first, name);
  }
  for (const [word, label] of [
    ['ship', 'boat'],
    ['cattle', 'cow'],
    ['heavier-than-air craft', 'airplane'],
  ]) {
    for (const sense of sensesOf(word, 'noun').slice(0, 1)) anchors.set(sense, label);
  }
  return anchors;
}

/**
 * The detector's word for an English noun phrase ("little girl" -> person, "terrier" -> dog by WordNet's hypernyms),
 * judged by its last noun. Undefined for what the detector does not know.
 */
export function labelOfEnglish(words: string[]): string | undefined {
  const last = words.at(-1);
  if (!last) return undefined;
  const pair = words.slice(-2).join(' ');
  const direct = LABEL_WORDS.en.get(pair) ?? LABEL_WORDS.en.get(last) ?? LABEL_WORDS.en.get(singular(last));
  return direct ?? labelByHypernym(singular(last));
}

function labelByHypernym(noun: string): string | undefined {
  const found = labelAnchors();
  const senses = sensesOf(noun, 'noun').slice(0, SENSES);
  for (const [rank, sense] of senses.entries()) {
    const label = climb(sense, 'noun', CLIMB, (_, offset) => found.get(offset));
    if (label && label !== 'person') return label;
    // Half of all nouns also name a kind of person ("star", "tiger"): it must be the first sense, and no animal's name.
    if (label && rank === 0 && !senses.some((other) => reaches(other, 'animal'))) return label;
  }
  return undefined;
}

const reaches = (sense: number, kind: string): boolean =>
  climb(sense, 'noun', 2 * CLIMB, ({ words }) => (words.includes(kind) ? true : undefined)) === true;

/** Whether the thing is alive and moves by itself, by WordNet; "fish", "butterfly", "dancer". */
export function isCreature(words: string): boolean {
  const senses = sensesOf(singular(words.split(' ').at(-1)!), 'noun').slice(0, 2);
  return (
    senses.some((sense) => reaches(sense, 'animal')) || (senses.length > 0 && reaches(senses[0], 'person'))
  );
}

/** A drop is a shape in WordNet, a unicorn an idea. */
const VISIBLE = ['physical_entity', 'shape', 'imaginary_being'];

/** Whether one can see it, by WordNet: a dog, a river and smoke, but not a time or a kind. Unknown words may be names. */
export function isPhysical(noun: string): boolean {
  const senses = sensesOf(singular(noun), 'noun').slice(0, SENSES);
  return senses.length === 0 || senses.some((sense) => VISIBLE.some((kind) => reaches(sense, kind)));
}

/** "flock", "pair", "bunch": what counts things, not a thing. */
export function isGroup(words: string[]): boolean {
  const [first] = sensesOf(singular(words.at(-1)!), 'noun');
  return first !== undefined && reaches(first, 'group');
}

/** A word that is no noun but an adjective, "fluffy"; unknown words are names. */
export const isAdjective = (word: string): boolean => !isNoun(word) && sensesOf(word, 'adj').length > 0;

/** A noun before all else: "hat" and "honey", but not "glad", which is a flower too. */
export const isNounFirst = (word: string): boolean =>
  sensesOf(singular(word), 'noun').length > sensesOf(word, 'adj').length;

export const isNoun = (word: string): boolean => sensesOf(singular(word), 'noun').length > 0;
