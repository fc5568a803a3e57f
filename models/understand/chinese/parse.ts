import { type Clause, combine, FAINT, movesAlone, type Thing } from '../clauses.ts';
import { fromAsking } from '../context.ts';
import { glossesOf, isWord, meaningOf } from '../lexicon/cedict.ts';
import { LABEL_WORDS, MANNERS, THINGS_ZH } from '../lexicon/index.ts';
import { isCreature } from '../lexicon/nouns.ts';
import { isDoing } from '../lexicon/verbs.ts';
import type { Parsed } from '../parsed.ts';
import { heard } from './heard.ts';
import { SoundTable } from './pinyin.ts';
import { joined, lookUp, soundOfVerb, type Token, tokenize } from './tokens.ts';
import { direction, INSTEAD, normalize, place, strength, stripManners, withoutMeasures } from './words.ts';

const QUESTION =
  /干[嘛啥吗]|什么(?!都|也|的)|怎么(?!都|也)|哪[里儿个只]?|几[点岁]|多少|多大|谁(?!都|也)|为何|是不是|有没有|还是(?!算了)|几[只个]/;
/** 我喜欢… tells of the speaker; 我想让… has lost its 我想 by now. */
const ABOUT_ME = /^(?:我(?!们?家)|上次|刚才)|小时候|以前|昨天/;
/** Talk of oneself, and praise. */
const TELLS =
  /^(?:(?:我们|咱们)(?!家)|小时候|以前|昨天|上次|刚才)|^[这那](?!.*[动起来])[^，]*(?:真|太|好|很|非常)(?:好|棒|美|漂亮|可爱|不错)看?$/;
const ASKED_TO_ACT = /让|把|使(?!劲)|帮|叫(?=\S+[动跑跳走])|我?(?:想|要)看/;
const NEGATIVE =
  /(?<![特分告区离])别(?!致)|不要|不许|不准|不能|不用|不让|不想|不希望|不需要|不愿|甭|勿|莫(?!名)|除了|不是|没[让叫说要]|先不|不[动跑走飞跳转开叫](?!了)|定格|定住|待着|其他|其它|其余|背景|保持|忽略|无视|锁[住定]|摁住|按住|不动|不变|静止|禁止/;
const BACK = /^(?:(?:只|就|光|快)?[让叫使把要请]|那就让)?[他她它]们?/;
/** What is wrong with it, before what shall be done: 这狗咋不动弹，让它跑. */
const WHY = /咋|怎么|干[嘛啥吗]|为[啥什何]|杵|愣着|傻站/;
const BREAK = /，|(?=但是?|不过|而且|并且|而是|同时|然后|接着)|(?<=[起上下来去])(?:以后|之后|后)/;

/** Whether it is a question, and not one that asks for something to be done. */
export function asksChinese(sentence: string): boolean {
  const { text, asked } = normalize(sentence);
  const only = text.split(BREAK).filter((clause) => !WHY.test(clause));
  const question = asked || QUESTION.test(only.length > 1 || only.length === 0 ? text : only.join('，'));
  return (question || TELLS.test(text)) && !ASKED_TO_ACT.test(text);
}

/** Parses a Chinese sentence: a command for each thing; none in talk that asks for no motion. */
export function parseChinese(sentence: string, seen: string[]): Parsed[] {
  const text = normalize(sentence)
    .text.replace(OTHERS, '让$1$2')
    .replace(ALL_BUT, (_, name: string) => `让${name}${/[动转走跑飞]$/.test(name) ? '' : '动'}`);
  if (tellsOfMe(text) && !ASKED_TO_ACT.test(text)) return [];
  const right = heard(text, seen);
  const said = fromAsking(right.text.split(BREAK).filter(Boolean), ASKED_TO_ACT).map((clause) =>
    clause.startsWith(INSTEAD) ? clause : stripManners(clause),
  );
  const puzzled = said.length > 1 && said.some((clause) => !WHY.test(clause));
  const unclear = (clause: string) => puzzled && WHY.test(clause);
  const wanted = said
    .map((clause, i) => clause.replace(ONE, (place) => place + nameBefore(said.slice(0, i))))
    .filter((clause) => clause !== '' && !NEGATIVE.test(clause) && !unclear(clause) && !tellsOfMe(clause));
  const unwanted = said.filter((clause) => NEGATIVE.test(clause) || unclear(clause));
  const meant = wanted.some((clause) => BACK.test(clause)) || said.some(unclear);
  const antecedent = meant ? namedIn(unwanted) : undefined;
  // What was understood by its sound counts for a quarter.
  const trust = 1 - (0.25 * right.misheard) / text.length;
  const clauses = wanted.flatMap(sentences).map((clause) => parseClause(clause, seen));
  const commands = combine(clauses);
  if (commands.length === 0 && unwanted.length > 0 && JUST.test(text)) commands.push(...movesAlone(clauses));
  return commands.map((parsed) => ({
    ...parsed,
    object: parsed.object ?? antecedent,
    confidence: parsed.confidence * trust,
  }));

  /** 别让宝宝哭了，让他笑: the pronoun is what was just named. */
  function namedIn(clauses: string[]): Thing | undefined {
    const object = clauses.map((clause) => parseClause(clause, seen).object).findLast((one) => one);
    return object && (object.label || isCreature(object.english ?? '')) ? object : undefined;
  }
}

/** What names alone what shall move. */
const JUST = /[只就光仅单]/;

/** 我爸 and 我 boss are others. */
function tellsOfMe(text: string): boolean {
  const [, owned] = tokenize(text.slice(0, 8));
  return (
    ABOUT_ME.test(text) &&
    !(text.startsWith('我') && owned && (owned.label === 'person' || owned.english === owned.text))
  );
}

/** 除了鼓手谁都不许动: what is left out is what moves. */
const ALL_BUT =
  /除了([^，]{1,8}?)(?:以外|之外)?，?(?:谁|什么|别的|其[他它余]|大家|所有|都)[^，]*(?:不|别|静|停|定)[^，]*/;

/** 除了白马，别的马都跑: what is left out does not move. */
const OTHERS =
  /除了[^，]{1,8}，?(?:别|其[他它余])的?(?![，都全])([^，都全]{1,6})([都全](?![不别静停定])[^，]*)/;

/** 左边的马别动，右边那匹跑: a measure word without its name means the one named before. */
const ONE = /[左右前后旁]边的?那[只匹条头辆个位朵棵艘架](?=[^，]{1,3}$)/;
const nameBefore = (clauses: string[]): string =>
  clauses.flatMap((clause) => tokenize(clause).filter(({ kind }) => kind === 'noun')).at(-1)?.text ?? '';

const TOWARDS = /^[朝向对往到在]$/;
const isAct = ({ kind }: Token) => kind === 'verb' || kind === 'part';

/** 让狗摇尾巴让猫点头 is two sentences, 狗跑猫跳 too: a new one begins with 让, or with a name right before a second verb. */
function sentences(clause: string): string[] {
  const tokens = tokenize(clause);
  let at = 0;
  const starts = tokens.map(({ text }) => {
    const start = clause.indexOf(text, at);
    at = start + text.length;
    return start;
  });
  const said: string[] = [];
  let [first, from] = [0, 0];
  for (const [i, { kind }] of tokens.entries()) {
    const next = tokens.slice(i + 1).find((token) => token.kind !== 'function' && token.kind !== 'pronoun');
    const named =
      kind === 'noun' && next?.kind === 'verb' && !TOWARDS.test(tokens[i - 1]?.text) && !isHeld(tokens, i);
    if (kind !== 'causative' && !named) continue;
    const acts = (from: number, to?: number) =>
      tokens.slice(from, to).some((token, at) => isAct(token) && !modifies(tokens, from + at));
    if (!acts(first, i) || !acts(i)) continue;
    said.push(clause.slice(from, starts[i]));
    [first, from] = [i, starts[i]];
  }
  return [...said, clause.slice(from)];
}

/** 抱着女儿转圈: who is held does not turn by herself. */
const isHeld = (tokens: Token[], i: number): boolean =>
  /[着起住]$/.test(tokens[i - 1]?.text ?? '') &&
  (tokens[i - 1].kind === 'verb' || tokens[i - 2]?.kind === 'verb' || tokens[i - 2]?.kind === 'unknown');

/** One thought, without what surrounds it. */
export function parseClause(sentence: string, seen: string[]): Clause {
  const corrects = sentence.startsWith(INSTEAD);
  const clause = sentence.replace(INSTEAD, '');
  const located = place(withoutMeasures(clause));
  const led = direction(located.rest);
  const strong = strength(led.rest);
  const cut = tokenize(strong.rest);
  const misheard = listen(cut, seen);
  const tokens = compound(withoutModifiers(joined(cut)));
  const verbs = tokens.filter(({ kind }) => kind === 'verb');
  const free = freePart(tokens);
  if (free) tokens[tokens.indexOf(free)] = { text: free.text, kind: 'noun', english: nameOf(free.text) };
  const part = tokens.find(({ kind }) => kind === 'part')?.value;
  const { thing, others } = objectOf(tokens);
  const done = verbs.length === 0 && !part ? doing(tokens, thing) : undefined;
  const verb = verbs.find(({ value }) => !FAINT.has(value!)) ?? verbs[0];
  const manner = verb?.value ?? (done && 'move');
  const unknown = tokens.filter((token) => token.kind === 'unknown' && token !== thing && token !== done);
  const vertical = part === undefined && /看|望/.test(strong.rest) && led.direction;
  const missed = 0.8 * unknown.reduce((n, { text }) => n + text.length, 0) + 0.25 * misheard;
  // 皮划艇向左
  const steered = !manner && !part && thing && missed === 0 && led.direction;
  const looked = vertical === 'up' ? 'raise' : vertical === 'down' ? 'lower' : undefined;
  return {
    object: thing && thingOf(thing, located.place),
    where: thing ? undefined : located.place,
    others: others.map((other) => thingOf(other)),
    manner: looked ?? manner ?? (steered ? (steered === 'up' ? 'rise' : 'move') : undefined),
    part: looked ? 'head' : part,
    verb: (verb ?? done)?.text,
    direction: looked ? undefined : led.direction,
    strength: strong.strength,
    pronoun: tokens.find(({ kind, text }) => kind === 'pronoun' && /^[他她它]/.test(text))?.text,
    trust: done ? GUESSED : 1,
    missed,
    length: clause.length,
    corrects,
  };
}

const nameOf = (word: string): string | undefined => {
  const meaning = meaningOf(word);
  return meaning?.kind === 'noun' ? meaning.english : undefined;
};

/** 海盗船 is a ship, 雪橇犬 a dog: of two names in a row the second, but for two animals (猫狗). */
function compound(tokens: Token[]): Token[] {
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

/** 头发飘起来: hair that nobody owns is a thing. */
const freePart = (tokens: Token[]): Token | undefined =>
  tokens.some(({ kind }) => kind === 'noun' || kind === 'pronoun' || kind === 'unknown')
    ? undefined
    : tokens.find(({ kind, value }) => kind === 'part' && value === 'fringe');

/** 抱着孩子的妈妈, 坐在椅子上的老人 */
const WITHIN = /^[着了过在满]$/;

/** 跳伞的人往下坠, 摇摇摆摆地走: what is said by a verb before 的 or 地 is done by another one. */
const withoutModifiers = (tokens: Token[]): Token[] => tokens.filter((_, i) => !modifies(tokens, i));

function modifies(tokens: Token[], i: number): boolean {
  const after = tokens.slice(i + 1);
  const mark = after.findIndex(({ text }) => /^[的地]$/.test(text));
  // 拉小提琴的人: with what it is done to.
  const held = after
    .slice(0, mark)
    .every(
      ({ kind, text }) =>
        kind === 'noun' ||
        (WITHIN.test(after[0].text) && (kind === 'part' || kind === 'function') && text !== '的'),
    );
  const acts = after.slice(mark + 1).some(isAct);
  // 噼里啪啦地烧
  const how = tokens[i].kind === 'noun' && mark === 0 && after[0].text === '地' && i > 0;
  const near = mark < 2 || WITHIN.test(after[0].text);
  return (how || (tokens[i].kind === 'verb' && near && held)) && mark >= 0 && acts;
}

const thingOf = ({ text, label, english }: Token, place = ''): Thing => ({
  text: place + text,
  english,
  label,
});

const AND = /^(?:[和与跟同]|还有|以及)$/;

/** The first name, and those joined to it; a name before 的 belongs to what follows it unless that is a part of the body. */
function objectOf(tokens: Token[]): { thing?: Token; others: Token[] } {
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
  const place = /^(?:[里上下中边]|里面|上面|下面|旁边)$/.test(tokens[i + 1]?.text ?? '') ? 1 : 0;
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

/** 码 is heard for 马 rather than for 妈, 路 for 鹿. */
const soundOfNoun = new SoundTable([
  ...[...LABEL_WORDS.zh]
    .filter(([word, label]) => word.length <= 3 && (word.length > 1 || label !== 'person'))
    .map(([word]) => word),
  ...[...THINGS_ZH].filter(([word, thing]) => word.length === 1 && isCreature(thing)).map(([word]) => word),
]);

/**
 * Speech recognition writes 购 for 狗 and 洞 for 动. Unknown words are read by their sound: as a name before the verb, as
 * a verb where none was found. Changes the tokens; returns how many characters were read so.
 */
function listen(tokens: Token[], seen: string[]): number {
  const inPicture = (word: string) => seen.includes(LABEL_WORDS.zh.get(word) ?? '');
  let heard = 0;
  const has = (kind: Token['kind']) => tokens.some((token) => token.kind === kind);
  for (const [i, token] of tokens.entries()) {
    if (token.kind !== 'unknown' || (token.text.length > 1 && isWord(token.text))) continue;
    const before = tokens.slice(0, i);
    const spoken = before.some(({ kind }) => kind === 'noun' || kind === 'causative');
    const verb = has('verb') || !spoken ? undefined : soundOfVerb.find(token.text, () => false);
    const subject =
      !has('noun') &&
      !before.some(({ kind }) => kind === 'verb') &&
      (before.every(({ kind }) => kind === 'function' || kind === 'pronoun') ||
        before.some(({ kind }) => kind === 'causative'));
    const noun = subject ? soundOfNoun.find(token.text, inPicture) : undefined;
    // 拼 is no bottle unless there is one.
    if (noun && (noun.likeness === 2 || inPicture(noun.word))) {
      tokens[i] = lookUp(noun.word)!;
    } else if (verb?.likeness === 2) {
      tokens[i] = { text: verb.word, kind: 'verb', value: MANNERS.zh.get(verb.word)! };
    } else continue;
    heard += token.text.length;
  }
  return heard;
}
