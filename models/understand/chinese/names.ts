import type { Thing } from '../clauses.ts';
import { glossesOf, meaningOf } from '../lexicon/cedict.ts';
import { PARTS } from '../lexicon/index.ts';
import { isCreature, isNoun, isPhysical, labelOfEnglish } from '../lexicon/nouns.ts';
import { isAct } from './modifiers.ts';
import { lookUp, type Token } from './tokens.ts';

const AND_TOKEN: Token = { text: '和', kind: 'function' };

/** 海盗船 is a ship, 雪橇犬 a dog: of two names in a row the second. Two of a kind (猫狗, 爸爸妈妈) are two things, and so is 刀叉. */
export function compound(tokens: Token[]): Token[] {
  const out: Token[] = [];
  for (const token of tokens.flatMap(apart)) {
    const last = out.at(-1);
    const names = last?.kind === 'noun' && token.kind === 'noun';
    if (names && isPair(last, token)) out.push(AND_TOKEN, token);
    else if (
      names &&
      (isKind(last, token) || (last.english !== token.english && !(isLiving(token) && isLiving(last))))
    )
      out[out.length - 1] = { ...token, text: last.text + token.text };
    else out.push(token);
  }
  return out;
}

const isLiving = ({ english = '' }: Token) => isCreature(english);
const isAnimal = (token: Token) => token.label !== 'person' && isLiving(token);
/** 警察叔叔 is one man, 叔叔阿姨 are two people. */
const isKin = ({ text }: Token) =>
  glossesOf(text)
    .slice(0, 3)
    .some((gloss) => KIN.test(gloss));
const KIN =
  /\b(?:(?:grand)?(?:father|mother|pa|ma|dad|mom|son|daughter)|brother|sister|uncle|aunt|bride|bridegroom|husband|wife)\b/;
/** 三花猫, 蝴蝶犬, 太爷爷 */
const isKind = (a: Token, b: Token) => a.text.length > 1 && b.text.length === 1 && isLiving(a) && isLiving(b);
const isPair = (a: Token, b: Token) =>
  a.text !== b.text && !isKind(a, b) && ((isAnimal(a) && isAnimal(b)) || (isKin(a) && isKin(b)));

/** 牛羊, "cattle and sheep" to the dictionary, in two. */
function apart(token: Token): Token[] {
  const halves = token.text.length === 2 ? token.english?.match(/^(\w+) and (\w+)$/)?.slice(1) : undefined;
  if (!halves?.every((half) => isNoun(half) && isPhysical(half) && !PARTS.en.has(half))) return [token];
  const [a, b] = [...token.text].map((text, i): Token => {
    const listed = lookUp(text) ?? meaningOf(text);
    return listed?.kind === 'noun'
      ? { ...listed, kind: 'noun', text }
      : { text, kind: 'noun', english: halves[i], label: labelOfEnglish([halves[i]]) };
  });
  return [a, AND_TOKEN, b];
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
    if (isWhere(tokens, i) || isWhereOf(tokens, i)) return false;
    const owned = ownedBy(tokens, i);
    return !(owned && (owned.kind === 'noun' || owned.kind === 'unknown'));
  });
  const pronoun = tokens.some(({ kind, text }) => kind === 'pronoun' && text !== '此');
  const nouns = names.filter(({ kind }) => kind === 'noun');
  // 让他从椅子上站起来
  const free = nouns.filter((name) => !PLACED.test(tokens[tokens.indexOf(name) - 1]?.text));
  const noun = blown(free, tokens) ?? free[0] ?? (pronoun ? undefined : nouns[0]);
  const thing = noun ?? (pronoun ? undefined : names.at(-1));
  const others = names.filter((name) => name !== thing && isJoined(tokens, tokens.indexOf(name), names));
  const alike = (name: Token) =>
    [thing, ...others].filter((other) => other?.text === name.text).length > 1
      ? described(name, tokens)
      : name;
  return { thing: thing && alike(thing), others: others.map(alike) };
}

/** 红色的车和蓝色的车: joined, with what is said of it between. */
function isJoined(tokens: Token[], i: number, names: Token[]): boolean {
  const before = tokens.slice(0, i).findLastIndex(({ text }) => AND.test(text));
  return (
    before >= 0 &&
    tokens
      .slice(before + 1, i)
      .every(
        (token) =>
          token.kind !== 'verb' &&
          token.kind !== 'causative' &&
          !names.includes(token) &&
          !PLACED.test(token.text),
      )
  );
}

/** With what tells it from others of its name: 蓝色的车, 绿鹦鹉. */
function described(name: Token, tokens: Token[]): Token {
  const at = tokens.indexOf(name);
  const from = tokens
    .slice(0, at)
    .findLastIndex(({ kind, text }) => kind !== 'noun' && kind !== 'unknown' && text !== '的');
  return {
    ...name,
    text: tokens
      .slice(from + 1, at + 1)
      .map(({ text }) => text)
      .join(''),
  };
}

const PLACED = /^[从在到]$/;

/** 微风吹动窗帘: of what the wind does the other thing moves. */
const blown = ([first, second]: Token[], tokens: Token[]): Token | undefined =>
  first?.text.endsWith('风') && second && tokens[tokens.indexOf(second) - 1]?.kind === 'verb'
    ? second
    : undefined;

/** 沙发上猫咪伸懒腰: a place, and right after it who is there. */
const isWhere = (tokens: Token[], i: number): boolean =>
  WHERE.test(tokens[i + 1]?.text ?? '') && isNamed(tokens.slice(i + 2));

/** Whether there is a name before the first verb. */
function isNamed(tokens: Token[]): boolean {
  const acting = tokens.findIndex(({ kind }) => kind === 'verb');
  return (acting < 0 ? tokens : tokens.slice(0, acting)).some(({ kind }) => kind === 'noun');
}

const WHERE = /^(?:[里上下中边旁外前后底内]|里面|上面|下面|旁边|底下|外面|边上|里头|上头|那边|中间)$/;

/** 沙发上的那位, 角落里最小的那个: a place, and no name of who is there; 门口那位先生. */
function isWhereOf(tokens: Token[], i: number): boolean {
  const [next, ...after] = tokens.slice(i + 1);
  if (next?.text === '此') return isNamed(after);
  if (!WHERE.test(next?.text ?? '') || isNamed(after)) return false;
  const who = after.find(({ text }) => text !== '的');
  return who?.kind === 'pronoun' && /^[此这那]/.test(who.text);
}

/** What stands after 的, as in 女孩的狗 and 壁炉里的火. */
function ownedBy(tokens: Token[], i: number): Token | undefined {
  const place = WHERE.test(tokens[i + 1]?.text ?? '') ? 1 : 0;
  const [of, ...owned] = tokens.slice(i + place + 1);
  // 女孩的那只狗
  return of?.text.endsWith('的') ? owned.find(({ text }) => !/^(?:此|[这那]个?)$/.test(text)) : undefined;
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
