import type { Thing } from '../clauses.ts';
import { isCreature } from '../lexicon/nouns.ts';
import { isAct } from './modifiers.ts';
import type { Token } from './tokens.ts';

/** 海盗船 is a ship, 雪橇犬 a dog: of two names in a row the second, but for two animals (猫狗). */
export function compound(tokens: Token[]): Token[] {
  const out: Token[] = [];
  for (const token of tokens) {
    const last = out.at(-1);
    const names = last?.kind === 'noun' && token.kind === 'noun' && last.english !== token.english;
    if (names && !(isCreature(token.english ?? '') && isCreature(last.english ?? '')))
      out[out.length - 1] = { ...token, text: last.text + token.text };
    else out.push(token);
  }
  return out;
}

export const thingOf = ({ text, label, english }: Token, place = ''): Thing => ({
  text: place + text,
  english,
  label,
});

const AND = /^(?:[和与跟同]|还有|以及)$/;

/** The first name, and those joined to it; a name before 的 belongs to what follows it unless that is a part of the body. */
export function objectOf(tokens: Token[]): { thing?: Token; others: Token[] } {
  const names = tokens.filter((token, i) => {
    if (token.kind === 'unknown') return isSubject(tokens, i);
    if (token.kind !== 'noun') return false;
    if (isWhere(tokens, i)) return false;
    const owned = ownedBy(tokens, i);
    return !(owned && (owned.kind === 'noun' || owned.kind === 'unknown'));
  });
  const pronoun = tokens.some(({ kind, text }) => kind === 'pronoun' && text !== '此');
  const nouns = names.filter(({ kind }) => kind === 'noun');
  // 让他从椅子上站起来
  const free = nouns.filter((name) => !PLACED.test(tokens[tokens.indexOf(name) - 1]?.text));
  const noun = blown(free, tokens) ?? free[0] ?? (pronoun ? undefined : nouns[0]);
  const thing = noun ?? (pronoun ? undefined : names.at(-1));
  const others = names.filter((name) => name !== thing && AND.test(tokens[tokens.indexOf(name) - 1]?.text));
  return { thing, others };
}

const PLACED = /^[从在到]$/;

/** 微风吹动窗帘: of what the wind does the other thing moves. */
const blown = ([first, second]: Token[], tokens: Token[]): Token | undefined =>
  first?.text.endsWith('风') && second && tokens[tokens.indexOf(second) - 1]?.kind === 'verb'
    ? second
    : undefined;

/** 沙发上猫咪伸懒腰: a place, and right after it who is there. */
function isWhere(tokens: Token[], i: number): boolean {
  if (!WHERE.test(tokens[i + 1]?.text ?? '')) return false;
  const after = tokens.slice(i + 2);
  const acting = after.findIndex(({ kind }) => kind === 'verb');
  return after.slice(0, Math.max(0, acting)).some(({ kind }) => kind === 'noun');
}
const WHERE = /^(?:[里上下中边旁外前后底内]|里面|上面|下面|旁边|底下|外面|边上|里头|上头|那边|中间)$/;

/** What stands after 的, as in 女孩的狗 and 壁炉里的火. */
function ownedBy(tokens: Token[], i: number): Token | undefined {
  const place = WHERE.test(tokens[i + 1]?.text ?? '') ? 1 : 0;
  return tokens[i + place + 1]?.text.endsWith('的') ? tokens[i + place + 2] : undefined;
}

/** An unknown word is a name where it stands between "让" and the verb, or before a verb at the start. */
function isSubject(tokens: Token[], i: number): boolean {
  if (tokens[i + 1]?.text === '的' || (!tokens[i].english && tokens[i].text.length > 5)) return false;
  const before = tokens.slice(0, i);
  const after = tokens.slice(i + 1);
  const caused = before.some(({ kind }) => kind === 'causative');
  return (
    (caused || before.every(({ kind }) => kind === 'function' || kind === 'pronoun')) &&
    !before.some(isAct) &&
    after.some(isAct)
  );
}
