import { findLabel } from '../../labels.ts';
import type { Direction } from '../../types.ts';
import { acts, type Clause, combine, FAINT, movesAlone, type Thing } from '../clauses.ts';
import { ONLY_COLOUR } from '../colours.ts';
import { fromAsking } from '../context.ts';
import { isCreature, isNoun, isPhysical, labelOfEnglish, mayDescribe, singular } from '../lexicon/nouns.ts';
import { isDoing, nearestManner, verbAt } from '../lexicon/verbs.ts';
import type { Parsed } from '../parsed.ts';
import { CORRECTION } from './corrections.ts';
import { heard } from './heard.ts';
import { plainEnglish } from './idioms.ts';
import { type Act, chunk, isFunction, tokenize } from './phrases.ts';
import { partOf, subjectOf, thingOf } from './subject.ts';
import { direction, place, strength, stripManners } from './words.ts';

const QUESTION =
  /^(what|where|who|whose|whom|when(?! you)|why(?! (don'?t|not))|how(?! about)|which|is|are|was|were|am|does|did|do (?!(?:a|an|the|some|your|it|that|this|me|us|not)\b)\w+|has|have (you|they|i)|should i)\b/;
/** "I walk my dog" tells of the speaker; "I want the dog to walk" does not. */
const ABOUT_ME =
  /^(?:(?:it|there|he|she|they|that)(?:'s| has|'ve| have| had) been\b|(?:i|we|thank|thanks|hello|hi)\b|i')/;
/** "Grandson told me this can make pictures move" */
const HEARSAY = /\b(?:told|tells|promised|showed) (?:me|us)\b/;
/** "My uncle dances" may be a caption, "my cat sleeps all day" is talk. */
const MINE = /^my\b(?!.*\b(?:should|must)\b)/;
const NEGATIVE =
  /^(?:please )?(?:stop|prevent|quit|avoid)\b|\b(?:to|should|must) (?:stop|quit|cease) \w+ing\b|\b(?:keep|stop|prevent)\b.* from \w+ing\b|^(?:instead of|rather than|no more)\b|\b(?:keep|leave)\b.* (?:lying|sitting|standing|seated|asleep|as (?:it|he|she|they) (?:is|are))\b|\b(don'?t|do not|(?:does|should|must|ca|could|would|wo|is|are)n'?t|never|hands off|not|neither|nor|no|nothing|nobody|without|except|unless|(everything|everyone|anything) else|the (rest|others?|background)|others)\b|\b(leave|keep|hold|let)\b.*\b(alone|still|frozen|static|unchanged|stay|be)\b|\b(stays?|remains?) (still|put|frozen)\b|\b(everything|everyone|all)\b.*\b(frozen|still|static|fixed)\b|^(?:please )?(?:skip|scratch|ignore|forget|omit|exclude|disregard|freeze|lock|spare) (?:it all|everything|everyone|the|my|this|that|these|those|all|about)\b/;
const EXCEPT = /^(?:except(?: for)?|apart from|other than|besides|but)\s+/;
/** Where one thought ends and the next begins. */
const BREAK =
  /\s*[,;:.!?]+\s*(?:with (?=(?:\w+ ){1,3}\w+ing\b))?|\s+(?:but|while|whereas)\s+|\s+(?=without\b|except\b|apart from\b|other than\b|besides\b)|\s+and\s+(?=(?:(?:just|only|then|also|instead|please) )*(?:make|let|have|get|don'?t|do not|keep|leave|nothing|not)\b)|\s+(?=not the\b)|\s+(?:after that|afterwards|and then)\s+/;

/** What names alone what shall move. */
const JUST = /(?<!not )\b(?:just|only)\b/;
const ALL = /\b(?:everything|everyone|everybody|all|nothing|nobody|no one|rest|others?)\b/;
/** How far a sentence is believed that was put right by its sound. */
const MISHEARD = 0.85;
/** What is in the past is a story, unless it was wished for. */
const TOLD = 0.4;
const WISHED = /\b(?:if|wish|time|rather)\b/;
const INSTEAD = '~';
/** A clause that asks for something to be done. */
const ASKS = /\b(?:make|let|have|get|should|must|ought|want|like|please|could you|can you)\b/;
/** After a question: "what do you call it, the carousel, get that going". */
const ASKED_AFTER =
  /[,.;:!?-] (?:just |please |and )*(?:let|make|get|have)\b|\blet (?:it|him|her|them|the|that)\b/;
const BACK =
  /^(?:(?:just|only|let|make|have|animate|move|get)\s+)*(it|he|she|they|them|him|her|his|its|their)\b/;

/** As people type. */
const WRITTEN: Record<string, string> = {
  plz: 'please', pls: 'please', da: 'the', dat: 'that', dis: 'this', u: 'you', ur: 'your', gimme: 'give me', lemme: 'let me', thru: 'through', gotta: 'must', tho: 'though', em: 'them', yer: 'your', ye: 'you', ya: 'you', tae: 'to', teh: 'the', wi: 'with', lil: 'little', wee: 'little', gonnae: 'please', dinnae: 'don\'t', cannae: 'can\'t', hafta: 'have to', wanna: 'want to', oughta: 'should', shoulda: 'should', outta: 'out of', croc: 'crocodile', gator: 'alligator', roo: 'kangaroo', chopper: 'helicopter', copter: 'helicopter', birb: 'bird', snek: 'snake', heid: 'head', moggy: 'cat', moggie: 'cat', hoss: 'horse',
}; // biome-ignore format: a table
/** "Hoppin" */
const isGerund = (word: string): boolean =>
  word.endsWith('in') && !isNoun(word) && verbAt([`${word}g`], 0) !== undefined;

/** Marks that were dictated. */
const SPOKEN_MARK = / (?:comma|full stop|(?:exclamation|question) mark|period$)(?= |$)/g;

/** "The left horse stays, the right one gallops." */
const ONE =
  /\bthe (?:(left|right|other|big|bigger|biggest|small|smaller|smallest|tall|taller|first|second|third|last|next|front|near|far) one\b|one (?=(?:behind|beside|next|on|in|at|near|under|over|above|below|by|with|to the|further|closest|nearest|farthest|furthest|standing|sitting|lying|wearing)\b))/g;
function oneNamed(whole: string, side: string | undefined, at: number, all: string): string {
  const before = all.slice(0, at).split(/[^a-z]+/);
  const noun =
    before.findLast((word) => !isFunction(word) && labelOfEnglish([word])) ??
    before.findLast((word) => !isFunction(word) && isNoun(word) && isPhysical(word) && !verbAt([word], 0));
  if (!noun) return whole;
  return side ? `the ${side} ${singular(noun)}` : `the ${singular(noun)} `;
}

/** "The man wearing glasses nods": what somebody wears or holds does nothing. */
const DRESSED =
  / (?:(?:who|that)(?: is|'s) )?(?:wearing|holding|carrying|clutching|riding|pushing) (?:(?:the|an?|his|her|their|its|some|that) )?(?:[\w-]+ )??[\w-]+ (?=([\w']+))/g;
const dressed = (whole: string, next: string, at: number, all: string): string => {
  const caused = /\b(?:make|let|have|get|ask|tell)\b/.test(all.slice(0, at));
  return /^(?:should|must|to|can|could|is|has)$/.test(next) ||
    (verbAt([next], 0) && (caused || /(?:[^s]s|ing)$/.test(next)))
    ? ' '
    : whole;
};

const adjectives = (whole: string, article: string, one: string, other: string): string =>
  [one, other].every(mayDescribe) ? `${article} ${one} ${other} ` : whole;

/** "Uncle Bob" does not bob. */
const CALLED =
  /\b((?:[Uu]ncle|[Aa]unt|[Aa]untie|[Cc]ousin|[Gg]ran(?:d?pa|d?ma|ny|ddad|dpa)|[Nn]ana|[Nn]an|[Pp]apa|[Ss]ister|[Bb]rother|[Cc]aptain|[Kk]ing|[Qq]ueen|[Pp]rince(?:ss)?)) [A-Z][a-z]+\b(?= \w)/g;

/** Lower case, one kind of quotes and spaces, "rollin'" written out. */
export const normalizeEnglish = (sentence: string): string =>
  plainEnglish(
    sentence
      .replace(CALLED, '$1')
      .toLowerCase()
      .replace(/[’`]/g, "'")
      .replace(/\b(\w\w+)in'(?!\w)/g, '$1ing')
      .replace(/\b\w+\b/g, (word) => WRITTEN[word] ?? (isGerund(word) ? `${word}g` : word))
      .replace(/[“”"]/g, '')
      // "A quick, sharp nod"
      .replace(/\b(an?|the|one) ([\w-]+), ([\w-]+) (?=\w)/g, adjectives)
      .replace(
        /(?<=\b(?:the|an?|my|your) [\w-]+(?: (?!but|and|or|so)[\w-]+)?),? (?:u+m+|u+h+|e+r+m?|h+m+),? (?!(?:the|an?|my|no|not|make|let|have|i|it|can|could|so)\b)/g,
        ' ',
      )
      // A pause after a small word: "the, um, yellow coat".
      .replace(
        /\b(the|an?|my|your|that|this|of|in|on|to|with|and|its|his|her)(?:,? (?:u+m+|u+h+|e+r+m?|h+m+|ah|well|you know|like|what'?s it called))*, (?=\w)/g,
        '$1 ',
      )
      .replace(SPOKEN_MARK, ',')
      .replace(/\s+/g, ' ')
      .replace(DRESSED, dressed)
      .replace(ONE, oneNamed)
      .trim(),
  );

/** Whether it is a question, and not one that asks for something to be done. */
export function asksEnglish(sentence: string): boolean {
  const text = stripManners(normalizeEnglish(sentence));
  return QUESTION.test(text) && !ASKED_AFTER.test(text);
}

/** Parses an English sentence: a command for each thing; none in talk that asks for no motion. */
export function parseEnglish(sentence: string, seen: string[]): Parsed[] {
  const text = normalizeEnglish(sentence);
  const bare = stripManners(text.replace(CORRECTION, `; ${INSTEAD} `));
  const right = heard(bare, seen);
  const all = fromAsking(right.split(BREAK), ASKS)
    .map((clause, i) =>
      clause.startsWith(INSTEAD) || (i > 0 && clause === 'right') ? clause : stripManners(clause),
    )
    .filter((clause) => clause.trim() !== '');
  const said = all.filter((clause) => !isTalk(clause, WISHED.test(text)));
  const wanted = said.filter(isWanted);
  const unwanted = said.filter((clause) => !wanted.includes(clause));
  // "I'd love it if the dolphin jumped" tells no story.
  const believed = (clause: Clause) =>
    clause.trust === TOLD && WISHED.test(text) ? { ...clause, trust: 1 } : clause;
  const clauses = wanted.flatMap(sentences).map(parseClause);
  const commands = combine((clauses.some(acts) ? clauses : (pieced(wanted) ?? clauses)).map(believed));
  const pronoun = wanted.map((clause) => clause.match(BACK)?.[1]).find(Boolean);
  const antecedent = pronoun
    ? (namedIn(unwanted) ??
      namedIn(
        all.filter((one) => !said.includes(one)),
        pronoun,
      ))
    : undefined;
  const alone =
    JUST.test(text) ||
    wanted.some((clause) => EXCEPT.test(clause)) ||
    unwanted.some((clause) => ALL.test(clause));
  if (commands.length === 0 && unwanted.length > 0 && alone)
    commands.push(...movesAlone(wanted.map((clause) => parseClause(clause.replace(EXCEPT, '')))));
  const trust = right === bare ? 1 : MISHEARD;
  return commands.map((parsed) => ({
    ...parsed,
    object: parsed.object ?? antecedent,
    confidence: parsed.confidence * trust,
  }));
}

/** "Car, right, fast": said in pieces, none of which says a motion. */
const pieced = (clauses: string[]): Clause[] | undefined =>
  clauses.length > 1 && clauses.every((clause) => clause.split(' ').length <= PIECE)
    ? [parseClause(clauses.join(' '))]
    : undefined;
/** Words of one piece. */
const PIECE = 4;

const isTalk = (clause: string, wished: boolean): boolean => {
  if (HEARSAY.test(clause) && !ASKS.test(clause.split(HEARSAY)[0])) return true;
  if (!MINE.test(clause)) return ABOUT_ME.test(clause);
  const { missed, trust, ...said } = parseClause(clause);
  return missed > 0 || (trust < 1 && !wished) || !acts(said);
};

/**
 * "The bird shouldn't fly, it should nod": the pronoun is what was just named. "I love this photo of my grandad, could he wink?":
 * of what is only told, what the pronoun fits.
 */
const namedIn = (clauses: string[], pronoun = 'they') =>
  clauses
    .flatMap((clause) => chunk(clause).phrases)
    .flatMap((phrase) => (phrase.pronoun ? [] : thingOf(phrase.words)))
    .findLast((object) => (object.label ?? isCreature(object.text)) && fits(object, pronoun));

const PERSONAL = /^(?:he|him|his|she|her)$/;
function fits({ label, text }: Thing, pronoun: string): boolean {
  if (/^the/.test(pronoun)) return true;
  if (!PERSONAL.test(pronoun)) return label !== 'person';
  return isCreature(text) || ['person', 'animal'].includes(`${findLabel(label)?.kind}`);
}

/** "the dog jumps and the cat dances" is two sentences, "the dog and the cat dance" is one, "dog jumps cat runs" is two. */
function sentences(clause: string): string[] {
  for (const { index, 0: and } of clause.matchAll(/ (?:and|plus|then|with) (?=\S+ \S)/g)) {
    const halves = [clause.slice(0, index), clause.slice(index + and.length)];
    // "With leaves falling", but not "with a wave".
    if (and === ' with ' && !ALONGSIDE.test(halves[1])) continue;
    const [left, right] = halves.map(parseClause);
    if (and === ' with ' && right.part) continue;
    const other = left.pronoun && right.pronoun && left.pronoun !== right.pronoun;
    if (
      acts(left) &&
      acts(right) &&
      (right.object || other || (left.where && right.where) || (right.part && left.object && !left.part))
    )
      return halves.flatMap(sentences);
  }
  const { phrases, verbs } = chunk(clause);
  const second = phrases.find(
    ({ start, end, after, pronoun }) =>
      !after && !pronoun && verbs.some(({ at }) => at < start) && verbs.some(({ at }) => at === end),
  );
  if (!second) return [clause];
  const words = tokenize(clause);
  return [words.slice(0, second.start).join(' '), ...sentences(words.slice(second.start).join(' '))];
}

/** What happens at the same time. */
const ALONGSIDE =
  /^(?:(?:the|a|an|some|its|his|her|their|my|our) )?(?:\w+ ){1,2}?\w+ing\b(?! (?:chair|horse|wheel|board|top|machine)\b)/;

/** "All stays still except the cat": after a negative, an exception is what is wanted. */
function isWanted(clause: string, i: number, all: string[]): boolean {
  // "Like there's no tomorrow" forbids nothing.
  if (!NEGATIVE.test(strength(clause).rest)) return true;
  const exception = clause.replace(EXCEPT, '');
  return exception !== clause && i > 0 && NEGATIVE.test(all[i - 1]) && !NEGATIVE.test(exception);
}

/** One thought, without what surrounds it. */
export function parseClause(sentence: string): Clause {
  const corrects = sentence.startsWith(INSTEAD);
  const clause = sentence.replace(INSTEAD, '').trim();
  const located = place(clause);
  const leads = direction(located.rest);
  const strong = strength(leads.rest);
  const found = chunk(strong.rest);
  const late = direction(found.rest.join(' '), { bare: true });
  const act = found.verbs.find(({ manner }) => !FAINT.has(manner)) ?? found.verbs[0];
  const part = found.phrases.map(partOf).find((one) => one !== undefined);
  const { words, ...things } = subjectOf(found.phrases, act);
  const clear: Clause = {
    ...things,
    manner: act && closes(things.object, part, act) ? 'move' : act?.manner,
    part,
    verb: act?.word,
    direction: leads.direction ?? late.direction,
    strength:
      strong.strength ??
      strength(found.adjectives.map((word) => `${word.replace(/le$/, '')}ly`).join(' ')).strength,
    trust: found.past && !found.causative ? TOLD : 1,
    pronoun:
      found.phrases.map(({ pronoun, words }) => pronoun && PERSONS[words.join()]).find(Boolean) || undefined,
    missed: 0.6 * late.rest.split(' ').filter(Boolean).length,
    length: clause.split(' ').length,
    corrects,
  };
  if (!clear.object) clear.where = located.place;
  else if (ONLY_PLACED.test(clear.object.text) || ONLY_COLOUR.test(clear.object.text)) {
    clear.where = clear.object.text;
    clear.object = undefined;
  } else if (located.place) clear.object = { ...clear.object, text: `${clear.object.text} ${located.place}` };
  if (acts(clear)) return look(clear, found.look);
  if (SENT.test(strong.rest) && clear.object && clear.direction)
    return { ...clear, manner: clear.direction === 'up' ? 'rise' : 'move' };
  const guessed = found.causative || clear.object ? guess(clear, late.rest, words, found.causative) : clear;
  return steered(guessed, clause);
}

/** "The left one", "the biggest": no name. */
const ONLY_PLACED =
  /^(?:far |very )?(?:left|right|top|bottom|upper|lower|big|bigger|biggest|large|larger|largest|small|smaller|smallest|tiny|little)(?:most)?(?: one)?$/;

/** "Send the paper plane to the left": what is sent somewhere moves. */
const SENT = /^(?:send|bring|put|take|get|carry)\b/;

/** Motions without a verb: "hair in the wind", "some movement in the curtains". */
const WINDY = /\bin the (?:wind|breeze)\b/;
const MOVEMENT = /\b(?:motions?|movements?)\b/;

/** "Kite up!", "Full speed ahead, speedboat!": no verb, and nothing else that was not understood. */
function steered(clause: Clause, text: string): Clause {
  const moves = WINDY.test(text) ? 'blow' : MOVEMENT.test(text) ? 'move' : undefined;
  if (acts(clause) || !clause.object || clause.missed > 0) return clause;
  if (moves) return { ...clause, manner: moves };
  const vehicle = findLabel(clause.object.label)?.kind === 'vehicle';
  if (vehicle && clause.strength === 'strong') return { ...clause, manner: 'drive' };
  if (!clause.direction) return clause;
  return { ...clause, manner: clause.direction === 'up' ? 'rise' : 'move' };
}

/** "Look left" turns the head, "look up" raises it. */
function look(clause: Clause, looks: boolean): Clause {
  if (!looks || clause.part) return clause;
  const vertical: Partial<Record<Direction, string>> = { up: 'raise', down: 'lower' };
  const manner = clause.direction && vertical[clause.direction];
  return manner ? { ...clause, manner, part: 'head', direction: undefined } : { ...clause, part: 'head' };
}

/** "Close the window", but "the man closes his eyes". */
const closes = (object: Thing | undefined, part: string | undefined, { word }: Act): boolean =>
  /^(?:clos|shut|slam)/.test(word) &&
  object !== undefined &&
  part === undefined &&
  !isCreature(object.english ?? '');

/** Whom a pronoun stands for, in either case. */
const PERSONS: Record<string, string> = {
  he: 'he',
  him: 'he',
  she: 'she',
  her: 'she',
  they: 'they',
  them: 'they',
  it: 'it',
};

/** How far a verb that only WordNet knows is believed. */
const GUESSED = 0.7;

/** No verb of ours: perhaps one of the remaining words has a near relative among ours, or is something that can be seen done. */
function guess(clause: Clause, rest: string, subject: string[], causative: boolean): Clause {
  // Of "big fluffy clouds" the last is no verb.
  const named = subject.length > 1 && !mayDescribe(subject.at(-2)!);
  const trailing = named ? subject.slice(-1) : [];
  const words = [...rest.split(' '), ...trailing].filter(Boolean);
  const near = words.find((word) => nearestManner(word));
  // "Let the girl paint", "the puppy plays"
  const word = near ?? words.find((one) => isDoing(one) && (causative || /(?:[^s]s|ing)$/.test(one)));
  if (!word) return clause;
  const object = trailing.includes(word) ? thingOf(subject.slice(0, -1)) : clause.object;
  const alive = object && (object.label === 'person' || isCreature(object.english ?? ''));
  const manner = near ? nearestManner(near) : alive && 'move';
  return manner ? { ...clause, object, manner, verb: word, trust: GUESSED } : clause;
}
