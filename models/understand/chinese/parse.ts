import { acts, type Clause, combine, movesAlone, type Thing } from '../clauses.ts';
import { fromAsking } from '../context.ts';
import { isCreature } from '../lexicon/nouns.ts';
import type { Parsed } from '../parsed.ts';
import { parseClause } from './clause.ts';
import { heard } from './heard.ts';
import { ASKED_TO_ACT, BREAK, NEGATIVE, tellsOfMe, WHY } from './talk.ts';
import { sentences } from './thoughts.ts';
import { tokenize } from './tokens.ts';
import { INSTEAD, normalize, startsWithVerb, stripManners } from './words.ts';

/** Parses a Chinese sentence: a command for each thing; none in talk that asks for no motion. */
export function parseChinese(sentence: string, seen: string[]): Parsed[] {
  const text = normalize(sentence)
    .text.replace(OTHERS, '让$1$2')
    .replace(ALL_BUT, (_, name: string) => `让${name}${/[动转走跑飞]$/.test(name) ? '' : '动'}`);
  if (tellsOfMe(text) && !ASKED_TO_ACT.test(text)) return [];
  const right = heard(text, seen);
  const { wanted, unwanted, puzzled } = wishesIn(right.text);
  const clauses = becalmed(wanted.flatMap(sentences).map((clause) => parseClause(clause, seen)));
  const commands = combine(clauses);
  if (commands.length === 0 && unwanted.length > 0 && JUST.test(text)) commands.push(...movesAlone(clauses));
  const antecedent =
    puzzled || wanted.some((clause) => BACK.test(clause)) ? namedIn(unwanted, seen) : undefined;
  // What was understood by its sound counts for a quarter.
  const trust = 1 - (0.25 * right.misheard) / text.length;
  return commands.map((parsed) => ({
    ...parsed,
    object: parsed.object ?? antecedent,
    confidence: parsed.confidence * trust,
  }));
}

/** The thoughts of a sentence: what shall be done, and what shall not or what is wrong (`puzzled`). */
function wishesIn(text: string): { wanted: string[]; unwanted: string[]; puzzled: boolean } {
  const said = fromAsking(text.split(BREAK).filter(Boolean), ASKED_TO_ACT).map((clause) =>
    clause.startsWith(INSTEAD) ? clause : stripManners(clause),
  );
  const some = said.length > 1 && said.some((clause) => !WHY.test(clause));
  const isWrong = (clause: string) => some && WHY.test(clause);
  const isUnwanted = (clause: string) => NEGATIVE.test(clause) || isWrong(clause);
  return {
    wanted: said
      .map((clause, i) =>
        clause.replace(ONE, (place, next?: string) =>
          next === undefined || startsWithVerb(next) ? place + nameBefore(said.slice(0, i)) : place,
        ),
      )
      .filter((clause) => clause !== '' && !isUnwanted(clause) && !tellsOfMe(clause)),
    unwanted: said.filter(isUnwanted),
    puzzled: said.some(isWrong),
  };
}

/** 大风刮过来，旗子飘: the wind is not seen, but what it does; how strong it is says how. */
function becalmed(clauses: Clause[]): Clause[] {
  const isWind = ({ object }: Clause) => object !== undefined && /[风]$/.test(object.text);
  const seen = clauses.filter((clause) => !isWind(clause));
  if (!seen.some((clause) => clause.object && acts(clause))) return clauses;
  const wind = clauses.find(isWind)?.object?.text ?? '';
  const force = /[大狂暴强]风$/.test(wind) ? 'strong' : /[微轻和]风$/.test(wind) ? 'gentle' : undefined;
  return seen.map((clause) => ({ ...clause, strength: clause.strength ?? force }));
}

/** 别让宝宝哭了，让他笑: the pronoun is what was just named. */
function namedIn(clauses: string[], seen: string[]): Thing | undefined {
  const object = clauses.map((clause) => parseClause(clause, seen).object).findLast((one) => one);
  return object && (object.label || isCreature(object.english ?? '')) ? object : undefined;
}

const BACK = /^(?:(?:只|就|光|快)?[让叫使把要请]|那就让)?[他她它]们?/;

/** What names alone what shall move. */
const JUST = /[只就光仅单]/;

/** 除了鼓手谁都不许动: what is left out is what moves. */
const ALL_BUT =
  /除了([^，]{1,8}?)(?:以外|之外)?，?(?:谁|什么|别的|其[他它余]|大家|所有|都)[^，]*(?:不|别|静|停|定)[^，]*/;

/** 除了白马，别的马都跑: what is left out does not move. */
const OTHERS =
  /除了[^，]{1,8}，?(?:别|其[他它余])的?(?![，都全])([^，都全]{1,6})([都全](?![不别静停定])[^，]*)/;

/** 左边的马别动，右边那匹跑, 右边的站起来: a place without a name means the one named before. */
const ONE = /[左右前后旁]边的?那[只匹条头辆个位朵棵艘架](?=[^，]{1,3}$)|^[左右前后]边的(?=[也都就则在]?(.+))/;
const nameBefore = (clauses: string[]): string =>
  clauses.flatMap((clause) => tokenize(clause).filter(({ kind }) => kind === 'noun')).at(-1)?.text ?? '';
