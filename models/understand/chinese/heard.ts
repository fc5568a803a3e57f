import { isWord } from '../lexicon/cedict.ts';
import { LABEL_WORDS, MANNERS, PARTS, THINGS_ZH } from '../lexicon/index.ts';
import { isCreature } from '../lexicon/nouns.ts';
import { SoundTable } from './pinyin.ts';
import { lookUp, soundOfVerb, type Token } from './tokens.ts';

const LONGEST = 4;
const isLong = (word: string) => word.length > 1 && word.length <= LONGEST;
const words = new SoundTable(
  [LABEL_WORDS, PARTS]
    .flatMap(({ zh }) => [...zh.keys()])
    .concat([...THINGS_ZH.keys()])
    .filter(isLong),
);

/**
 * A sentence as it was said: two to four characters that are no word, but sound the same as one of ours, become that
 * (班马 -> 斑马, 伟巴 -> 尾巴); for what the picture shows nearly the same is enough (zh for z, n for ng).
 */
export function heard(text: string, seen: string[]): { text: string; misheard: number } {
  let [right, misheard] = ['', 0];
  const said = sided(text);
  for (let i = 0; i < said.length; ) {
    const found = wordAt(said, i, seen);
    right += found?.word ?? said[i];
    i += found?.word.length ?? 1;
    misheard += found?.wrong ?? 0;
  }
  return { text: right, misheard };
}

/** What 往左, 向右 and their like are heard as before a verb: 网左开, 像右滚, 往又开, 望前跑. */
const SIDED: [RegExp, string][] = [
  [/(?<!(?<!气)球|[渔蛛铁蹦希盼看张眺遗难别])[网望忘](?=[左右前后]|上(?![的有课网]))/g, '往'],
  [/[像象相](?=[左右](?!边|面|侧|手))/g, '向'],
  [/(?<=[往向朝])又/g, '右'],
  [/(?<=[往向朝])[做坐座作]/g, '左'],
];
const sided = (text: string): string =>
  SIDED.reduce(
    (plain, [wrong, right]) =>
      plain.replace(wrong, (whole, at: number) =>
        MANNERS.zh.has(plain.slice(at + whole.length).replace(/^[左右前后上]/, '')[0]) ? right : whole,
      ),
    text,
  );

/** Characters that belong to what follows. */
const LITTLE = /[往向朝想]$|^只.$|^[还就都也再][想要是会能在有让]/;

const isKnown = (word: string) => isWord(word) || lookUp(word) !== undefined;

/** 蓝车, 白狗 */
const isColoured = (said: string) =>
  /^[红橙黄绿青蓝紫黑白灰粉棕]/.test(said) && lookUp(said.slice(1))?.kind === 'noun';

/** The longest word at a place: one that is written so, else one that sounds so. */
function wordAt(text: string, start: number, seen: string[]): { word: string; wrong: number } | undefined {
  const shown = (word: string) =>
    seen.includes(LABEL_WORDS.zh.get(word) ?? '') || seen.includes(THINGS_ZH.get(word) ?? '');
  for (let length = Math.min(LONGEST, text.length - start); length > 1; length--) {
    const said = text.slice(start, start + length);
    if (!/^\p{Script=Han}+$/u.test(said)) continue;
    // 一上一下 is no laundry, 风一吹 no coat, and 渴了 no cola.
    if (/^一|一$|^.了$/.test(said)) continue;
    // 鱼往上游 has no 渔网, 还想看 no 海象.
    if (LITTLE.test(said)) continue;
    if (lookUp(said)) return { word: said, wrong: 0 };
    // 蓝车 is no 缆车.
    if (isColoured(said)) continue;
    // 叫只猫 has no 脚趾.
    if (/^[让叫使把给].$/.test(said)) continue;
    if (length > 2 && isWord(said)) return { word: said, wrong: 0 };
    const found = words.find(said, shown) ?? (seen.length > 0 ? words.nearly(said, shown) : undefined);
    // 小毛驴 is a small donkey and no kitten, a 三毛猫 no 猫猫, 白猫毛茸茸 neither.
    const last = start + length - 1;
    if ([2, 3].some((n) => last + n <= text.length && isKnown(text.slice(last, last + n)))) continue;
    if (
      found &&
      !shown(found.word) &&
      !/[小大老]/.test(text[start - 1] ?? '') &&
      isKnown(text.slice(start - 1, start + 1))
    )
      continue;
    if (found && (shown(found.word) || (found.likeness === 2 && !isWord(said) && !/^[公母雌雄]/.test(said))))
      return { word: found.word, wrong: length };
  }
  return undefined;
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
export function listen(tokens: Token[], seen: string[]): number {
  const inPicture = (word: string) => seen.includes(LABEL_WORDS.zh.get(word) ?? '');
  let heard = 0;
  const has = (kind: Token['kind']) => tokens.some((token) => token.kind === kind);
  for (const [i, token] of tokens.entries()) {
    const before = tokens.slice(0, i);
    // 让妈跑起来, of a horse: what the detector would have seen was hardly said.
    const unseen = token.label !== undefined && seen.length > 0 && !seen.includes(token.label);
    const seenInstead = unseen ? soundOfNoun.find(token.text, inPicture) : undefined;
    if (seenInstead?.likeness === 2 && inPicture(seenInstead.word)) {
      tokens[i] = lookUp(seenInstead.word)!;
      heard += token.text.length;
      continue;
    }
    if (token.kind !== 'unknown' || (token.text.length > 1 && isWord(token.text))) continue;
    const spoken = before.some(({ kind }) => kind === 'noun' || kind === 'causative');
    const verb = has('verb') || !spoken ? undefined : soundOfVerb.find(token.text, () => false);
    const subject =
      !has('noun') &&
      // 它饿了
      !/^[他她它]/.test(before.at(-1)?.text ?? '') &&
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
