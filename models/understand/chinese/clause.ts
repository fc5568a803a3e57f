import type { Direction } from '../../types.ts';
import { type Clause, FAINT } from '../clauses.ts';
import { glossesOf, meaningOf } from '../lexicon/cedict.ts';
import { isCreature } from '../lexicon/nouns.ts';
import { isDoing } from '../lexicon/verbs.ts';
import { whichOf } from '../which.ts';
import { listen } from './heard.ts';
import { withoutModifiers } from './modifiers.ts';
import { compound, objectOf, thingOf } from './names.ts';
import { joined, type Token, tokenize } from './tokens.ts';
import { direction, INSTEAD, place, strength, withoutMeasures } from './words.ts';

/** One thought, without what surrounds it. */
export function parseClause(sentence: string, seen: string[]): Clause {
  const corrects = sentence.startsWith(INSTEAD);
  const clause = sentence.replace(INSTEAD, '');
  const { tokens, rest, misheard, ...said } = wordsOf(clause, seen);
  const part = tokens.find(({ kind }) => kind === 'part')?.value;
  const { thing, others } = objectOf(tokens);
  const verbs = tokens.filter(({ kind }) => kind === 'verb');
  const done = verbs.length === 0 && !part ? doing(tokens, thing) : undefined;
  const verb = verbs.find(({ value }) => !FAINT.has(value!)) ?? verbs[0];
  const manner = verb?.value ?? (done && 'move');
  const unknown = tokens.filter(
    (token) => token.kind === 'unknown' && token !== thing && token !== done && !TELLS.test(token.text),
  );
  const missed = 0.8 * unknown.reduce((n, { text }) => n + text.length, 0) + 0.25 * misheard;
  const looked = part === undefined && /看|望/.test(rest) ? LOOKS[said.direction ?? ''] : undefined;
  const steered = !manner && !part && thing && missed === 0 ? steers(said.direction) : undefined;
  return {
    object: thing && thingOf(thing, said.place),
    where: thing ? undefined : (said.place ?? clause.match(COLOURED)?.[0]),
    which: thing && whichOf(sentence, { name: thing.text }).which,
    others: others.map((other) => thingOf(other)),
    manner: looked ?? manner ?? steered,
    part: looked ? 'head' : part,
    verb: (verb ?? done)?.text,
    direction: looked ? undefined : said.direction,
    strength: said.strength,
    pronoun: tokens.find(({ kind, text }) => kind === 'pronoun' && /^[他她它]/.test(text))?.text,
    trust: done ? GUESSED : 1,
    missed,
    length: clause.length,
    corrects,
  };
}

/** A clause cut into words, without those of place, direction and strength; `misheard`: characters that were read by their sound. */
function wordsOf(clause: string, seen: string[]) {
  const located = place(withoutMeasures(clause));
  const led = direction(located.rest);
  const { strength: how, rest } = strength(led.rest);
  const cut = tokenize(rest);
  const misheard = listen(cut, seen);
  const tokens = compound(withoutModifiers(joined(cut)));
  const free = freePart(tokens);
  if (free) tokens[tokens.indexOf(free)] = { text: free.text, kind: 'noun', english: nameOf(free.text) };
  return { tokens, rest, misheard, place: located.place, direction: led.direction, strength: how };
}

/** 往上看 */
const LOOKS: Record<string, string> = { up: 'raise', down: 'lower' };
/** 皮划艇向左 */
const steers = (to: Direction | undefined) => to && (to === 'up' ? 'rise' : 'move');

/** 黑的那只, 白的 */
const COLOURED = /[红橙黄绿青蓝紫黑白灰粉棕]色?的(?:[那这]?[只个条匹头辆位])?/;

/** Tells things apart, and is no word that was missed. */
const TELLS = /^(?:[红橙黄绿青蓝紫黑白灰粉棕褐金银]色?|第[一二三四五六七八九十]?)$/;

const nameOf = (word: string): string | undefined => {
  const meaning = meaningOf(word);
  return meaning?.kind === 'noun' ? meaning.english : undefined;
};

/** 头发飘起来: hair that nobody owns is a thing. */
const freePart = (tokens: Token[]): Token | undefined =>
  tokens.some(({ kind }) => kind === 'noun' || kind === 'pronoun' || kind === 'unknown')
    ? undefined
    : tokens.find(({ kind, value }) => kind === 'part' && value === 'fringe');

/** How far a verb that only the dictionary knows is believed. */
const GUESSED = 0.7;

/** "to knock on a door", "to make a telephone call"; of the first translations. */
const isDone = (gloss: string): boolean => LIGHT.test(gloss) || isDoing(gloss.match(/^to (\w+)/)?.[1] ?? '');
const LIGHT = /^to (?:take|make|do|hold|have|give|play|get|put|prepare|read) \w/;
const GLOSSES = 2;

/** 让女孩梳头: what one can see somebody do, though we have no word for it. */
function doing(tokens: Token[], thing: Token | undefined): Token | undefined {
  const asked = tokens[0] === thing || tokens.some(({ kind }) => kind === 'causative');
  if (!asked || !thing || !(thing.label === 'person' || isCreature(thing.english ?? ''))) return undefined;
  return tokens
    .slice(tokens.indexOf(thing) + 1)
    .find(({ kind, text }) => kind === 'unknown' && glossesOf(text).slice(0, GLOSSES).some(isDone));
}
