import { FAINT } from '../clauses.ts';
import type { Token } from './tokens.ts';

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '));

export const isAct = ({ kind }: Token) => kind === 'verb' || kind === 'part';

/** 抱着女儿转圈: who is held does not turn by herself. */
export const isHeld = (tokens: Token[], i: number): boolean =>
  /[着起住]$/.test(tokens[i - 1]?.text ?? '') &&
  (tokens[i - 1].kind === 'verb' || tokens[i - 2]?.kind === 'verb' || tokens[i - 2]?.kind === 'unknown');

/** 抱着孩子的妈妈, 坐在椅子上的老人 */
const WITHIN = /^[着了过在满]$/;

/** 缩成一团滚, 蹦跳跑来: of two verbs in a row these say how, and those what is done. */
const POSES = set(
  'sway shake twist tilt jump fall spin circle shiver stretch lie-down nod shake-head raise lower wag',
);
const DEEDS = set('walk run fly swim roll dance drive fall float drift');

/** What may stand between the two. */
const HELD = /^(?:noun|part|unknown|function)$/;
/** 叼着, but not 着火 */
const LASTS = /.着/;

/** Whether a verb is done along with another one that follows: 笑着跑, 昂着头走, 叼着球跑回来. */
function accompanies(tokens: Token[], i: number): boolean {
  const [{ text, value }, next] = tokens.slice(i);
  const lasting = LASTS.test(text + next?.text);
  const deed = tokens
    .slice(i + 1)
    .find(({ kind, text: word }) => word === '的' || !(word === '此' || HELD.test(kind)));
  if (deed?.kind !== 'verb' || deed.value === value) return false;
  if (!lasting) return next === deed && text.length > 1 && POSES.has(value!) && DEEDS.has(deed.value!);
  const after = tokens.slice(tokens.indexOf(deed) + 1);
  // 看着狗跳
  const watched =
    value === 'turn' && tokens.slice(i, tokens.indexOf(deed)).some(({ kind }) => kind === 'noun');
  return !FAINT.has(deed.value!) && !watched && after[0]?.text !== '的';
}

/** What is done by the way, and what with: 昂着头, 叼着球. */
function byTheWay(tokens: Token[], i: number): boolean {
  const { kind } = tokens[i];
  if (kind === 'verb') return accompanies(tokens, i);
  if (kind !== 'part' && kind !== 'noun') return false;
  const verb = tokens.slice(0, i).findLastIndex((token) => token.kind === 'verb');
  const between = tokens.slice(verb + 1, i);
  return (
    verb >= 0 &&
    LASTS.test(tokens[verb].text + between[0]?.text) &&
    accompanies(tokens, verb) &&
    between.every(({ kind, text }) => kind === 'unknown' || text === '着' || text === '此')
  );
}

/** 跳伞的人往下坠, 摇摇摆摆地走: what is said by a verb before 的 or 地 is done by another one. */
export const withoutModifiers = (tokens: Token[]): Token[] => tokens.filter((_, i) => !modifies(tokens, i));

export function modifies(tokens: Token[], i: number): boolean {
  if (byTheWay(tokens, i)) return true;
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
