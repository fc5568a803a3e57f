import nlp from 'compromise';
import { findLabel, LABELS } from '../../labels.ts';
import { isColour } from '../colours.ts';
import { remembered } from '../remembered.ts';
import { LABEL_WORDS, THINGS_ZH } from './index.ts';
import { climb, filesOf, sensesOf } from './wordnet.ts';

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
export const singular = remembered((word: string): string => {
  if (LABEL_WORDS.en.has(word) || /(ss|us)$/.test(word)) return word;
  const one = transform.noun.toSingular(word, model);
  // A barista is no "baristum".
  const known = sensesOf(word, 'noun').length > 0 || !word.endsWith('s');
  return sensesOf(one, 'noun').length === 0 && known ? word : one;
});

/** Verbs whose past is the verb itself; what else compromise leaves unchanged it does not know. */
const UNCHANGING = new Set(
  'beat bet burst cast cost cut hit hurt let put quit set shut split spread thrust'.split(' '),
);
const IRREGULAR: Record<string, string> = { stride: 'strode' };

/** All forms of a verb: wag, wags, wagging, wagged. */
export function formsOf(verb: string): { form: string; past: boolean }[] {
  const forms = transform.verb.conjugate(verb, model);
  if (/[^aeiou]y$/.test(verb)) {
    const stem = verb.slice(0, -1);
    forms.PresentTense = `${stem}ies`;
    if (/y(?:ed)?$/.test(forms.PastTense)) forms.PastTense = `${stem}ied`;
  }
  const gerund = forms.Gerund === verb ? `${stemOf(verb)}ing` : forms.Gerund;
  const unknown = forms.PastTense === verb && !UNCHANGING.has(verb);
  const past = IRREGULAR[verb] ?? (unknown ? `${stemOf(verb)}ed` : forms.PastTense);
  return [
    { form: verb, past: false },
    { form: forms.PresentTense, past: false },
    { form: gerund, past: false },
    { form: past, past: past !== verb },
    ...(forms.Participle ? [{ form: forms.Participle, past: true }] : []),
  ];
}

/** What -ing and -ed are put to: grinn-, squatt-, frolick-, glid-, gallop-. */
function stemOf(verb: string): string {
  if (/^(?:qu|[^aeiou])*[aeiou][bdfglmnprt]$/.test(verb)) return verb + verb.at(-1);
  return verb.endsWith('c') ? `${verb}k` : verb.replace(/e$/, '');
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
    ['old world buffalo', 'cow'],
    ['bison', 'cow'],
    ['yak', 'cow'],
    ['heavier-than-air craft', 'airplane'],
  ]) {
    for (const sense of sensesOf(word, 'noun').slice(0, 1)) anchors.set(sense, label);
  }
  return anchors;
}

/** WordNet's senses of a noun phrase: of its last two words if it lists them ("roller coaster", "rocking horse"), else of the last. */
function sensesOfPhrase(words: string[]): number[] {
  const last = singular(words.at(-1)!);
  const pair = words.length > 1 ? sensesOf(`${words.at(-2)} ${last}`, 'noun') : [];
  return (pair.length > 0 ? pair : sensesOf(last, 'noun')).slice(0, SENSES);
}

/** "froggy" -> "frog": what children call animals. */
export function grown(word: string): string {
  const stem = word.match(/^(.{3,}?)(?:ey|y|ie)$/)?.[1];
  if (!stem || isNoun(word)) return word;
  const animal = (one: string) =>
    sensesOf(one, 'noun')
      .slice(0, 1)
      .some((sense) => reaches(sense, 'animal'));
  return [stem, `${stem}e`, stem.replace(/(.)\1$/, '$1')].find(animal) ?? word;
}

/**
 * The detector's word for an English noun phrase ("little girl" -> person, "terrier" -> dog by WordNet's hypernyms),
 * judged by its last noun. Undefined for what the detector does not know.
 */
export function labelOfEnglish(words: string[]): string | undefined {
  const last = words.at(-1);
  if (!last) return undefined;
  const plain = grown(last);
  if (plain !== last) return labelOfEnglish([...words.slice(0, -1), plain]);
  const pair = words.slice(-2).join(' ');
  const listed = LABEL_WORDS.en.get(pair);
  const direct = LABEL_WORDS.en.get(last) ?? LABEL_WORDS.en.get(singular(last));
  // A rocking horse is none, but a steam locomotive is one; what kind a thing is WordNet is not asked, nor of black cats and sheep.
  const kind = findLabel(direct)?.kind;
  const plainly = kind === 'thing' || (kind === 'animal' && isColour(words.at(-2) ?? ''));
  const other = words.length > 1 && !plainly && !isKindOfLast(words);
  return listed ?? (other ? undefined : direct) ?? labelByHypernym(sensesOfPhrase(words));
}

/** Whether WordNet does not know the last two words as something else than the last one: a "fishing boat" is a boat. */
function isKindOfLast(words: string[]): boolean {
  const last = singular(words.at(-1)!);
  const pair = sensesOf(`${words.at(-2)} ${last}`, 'noun');
  if (pair.length === 0) return true;
  const own = sensesOf(last, 'noun').slice(0, SENSES);
  return climb(pair[0], 'noun', CLIMB, (_, offset) => own.includes(offset) || undefined) === true;
}

function labelByHypernym(senses: number[]): string | undefined {
  const found = labelAnchors();
  for (const [rank, sense] of senses.entries()) {
    const label = climb(sense, 'noun', CLIMB, (_, offset) => found.get(offset));
    if (label && label !== 'person' && !senses.slice(0, rank).some((other) => hides(other, label)))
      return label;
    if (label === 'person' && rank === 0 && isPerson(senses)) return label;
  }
  return undefined;
}

const reaches = (sense: number, kind: string): boolean =>
  climb(sense, 'noun', 2 * CLIMB, ({ words }) => (words.includes(kind) ? true : undefined)) === true;

/** A tower and a pirate are boats in a later sense; but who is an "ostrich" is one that has its name from the bird. */
const hides = (sense: number, label?: string) =>
  reaches(sense, 'physical_entity') && !(reaches(sense, 'person') && findLabel(label)?.kind !== 'vehicle');

/** Half of all nouns also name a kind of person ("star", "tiger", "excavator"): it must be the first sense, and no animal's or machine's name. */
const isPerson = (senses: number[]) =>
  senses.length > 0 &&
  reaches(senses[0], 'person') &&
  !senses.some((sense) => ['animal', 'machine', 'conveyance'].some((kind) => reaches(sense, kind)));

/** Dragons and fairies, too. */
const LIVING = ['animal', 'imaginary_being', 'spiritual_being'];

/** Animals that are something else first to WordNet. */
const ANIMALS = /\b(?:seal|mole|swallow|swift|mink|cricket|turkey|cock|stag|stingray|manta)s?$/;

/** Whether the thing is alive and moves by itself, by WordNet; "fish", "butterfly", "dancer". */
export function isCreature(words: string): boolean {
  if (ANIMALS.test(words)) return true;
  const senses = sensesOfPhrase(words.split(' '));
  return senses.slice(0, 2).some((sense) => LIVING.some((kind) => reaches(sense, kind))) || isPerson(senses);
}

/** Whether it drives: "bulldozer"; what hangs in the air, slides or is pushed does not. */
export const isVehicle = (words: string): boolean =>
  sensesOfPhrase(words.split(' '))
    .slice(0, 1)
    .some((sense) => DRIVING.some((kind) => reaches(sense, kind)));
const DRIVING = ['self-propelled_vehicle', 'motor_vehicle', 'ship', 'boat'];

const RUNNING = [
  'machine',
  'vehicle',
  'device',
  'home_appliance',
  'mixer',
  'electronic_equipment',
  'fixture',
  'ride',
  'fountain',
];
/** Whether it is switched on and runs: "washing machine", "carousel". */
export const isMachine = (words: string): boolean =>
  sensesOfPhrase(words.split(' ')).some((sense) => RUNNING.some((kind) => reaches(sense, kind)));

/** Whether one of the senses of a name that may be an animal's is one of these kinds. */
const isAnyOf = (words: string, kinds: string[]): boolean =>
  sensesOf(singular(words.split(' ').at(-1)!), 'noun')
    .slice(0, 2 * SENSES)
    .some((sense) => kinds.some((kind) => reaches(sense, kind)));
const FINNED = ['fish', 'cetacean', 'cephalopod', 'jellyfish', 'tadpole'];
const SWIMMING = [...FINNED, 'aquatic_mammal', 'turtle', 'ray'];

/** Of a creature: whether it swims rather than flies, "turtle"; and whether it never walks, "koi". */
export const isAquatic = (words: string): boolean =>
  /\bseal$/.test(words) || isFish(words) || isAnyOf(words, SWIMMING);
export const isFish = (words: string): boolean => /\bkoi$/.test(words) || isAnyOf(words, FINNED);

/** Whether it grows: "lotus", "cherry blossoms". */
export const isPlant = (words: string): boolean =>
  sensesOfPhrase(words.split(' '))
    .slice(0, 2)
    .some((sense) => reaches(sense, 'flora') || reaches(sense, 'flower'));

const SEEN = new Set([...THINGS_ZH.values()].map(singular));
/** Whether our Chinese lists name it: "flame", "swing". */
export const isListed = (noun: string): boolean => SEEN.has(singular(noun));
/** A drop is a shape in WordNet, a unicorn an idea. */
const VISIBLE = ['physical_entity', 'shape', 'imaginary_being', 'spiritual_being', 'trademark'];

/** Whether one can see it, by WordNet: a dog, a river and smoke, but not a time or a kind. Unknown words may be names. */
export function isPhysical(noun: string): boolean {
  if (isListed(noun)) return true;
  const senses = sensesOf(singular(noun), 'noun').slice(0, SENSES);
  return senses.length === 0 || senses.some((sense) => VISIBLE.some((kind) => reaches(sense, kind)));
}

/** "pair", "bunch", "shoal": what counts things, not a thing. */
export function isGroup(words: string[]): boolean {
  const [first, ...others] = sensesOf(singular(words.at(-1)!), 'noun');
  if (first === undefined) return false;
  return reaches(first, 'group') || others.slice(0, 2).some((sense) => reaches(sense, 'biological_group'));
}

/** A word that is no noun but an adjective, "fluffy"; unknown words are names. */
export const isAdjective = (word: string): boolean => !isNoun(word) && mayDescribe(word);
/** "Wild" may, though it is a place to WordNet, too. */
export const mayDescribe = (word: string): boolean => sensesOf(word, 'adj').length > 0;

/** A word that says how or where, and names nothing: "sideways", "downstream". */
export const isAdverb = (word: string): boolean =>
  !isNoun(word) && sensesOf(word, 'adv').length > 0 && !LABEL_WORDS.en.has(word);

/** A part of a body: "nose", "shoulders". */
export const isBodily = (word: string): boolean => filesOf(singular(word), 'noun', 1).includes(BODY);
/** WordNet's file of parts of the body. */
const BODY = 8;

/** A noun before all else: "hat" and "honey", but not "glad", which is a flower too. */
export const isNounFirst = (word: string): boolean =>
  sensesOf(singular(word), 'noun').length > sensesOf(word, 'adj').length;

export const isNoun = (word: string): boolean => sensesOf(singular(word), 'noun').length > 0;
