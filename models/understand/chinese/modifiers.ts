import type { Token } from './tokens.ts';

export const isAct = ({ kind }: Token) => kind === 'verb' || kind === 'part';

/** 抱着女儿转圈: who is held does not turn by herself. */
export const isHeld = (tokens: Token[], i: number): boolean =>
  /[着起住]$/.test(tokens[i - 1]?.text ?? '') &&
  (tokens[i - 1].kind === 'verb' || tokens[i - 2]?.kind === 'verb' || tokens[i - 2]?.kind === 'unknown');

/** 抱着孩子的妈妈, 坐在椅子上的老人 */
const WITHIN = /^[着了过在满]$/;

/** How somebody goes about what he does: 弓着背走, 昂着头跑, 缩成一团滚, 蹦跳着过来. */
const POSES = new Set([
  'sway',
  'shake',
  'twist',
  'tilt',
  'jump',
  'fall',
  'spin',
  'circle',
  'shiver',
  'stretch',
  'lie-down',
  'nod',
  'shake-head',
  'raise',
  'lower',
  'wag',
]);
export const DEEDS = new Set(['walk', 'run', 'fly', 'swim', 'roll', 'dance', 'drive', 'fall', 'float', 'drift']); // biome-ignore format: two lists

/** Of two verbs in a row the second is done, and the first, with its part of the body, says how. */
function poses(tokens: Token[], i: number): boolean {
  const [{ kind, text, value }, next, after] = tokens.slice(i);
  if (kind === 'part') return i > 1 && tokens[i - 1].text === '着' && poses(tokens, i - 2);
  if (kind !== 'verb' || !POSES.has(value!)) return false;
  const lasts = next?.text === '着';
  if (!lasts && text.length < 2) return false;
  const deed = !lasts ? next : after?.kind === 'part' ? tokens[i + 3] : after;
  return deed?.kind === 'verb' && DEEDS.has(deed.value!) && deed.value !== value;
}

/** 跳伞的人往下坠, 摇摇摆摆地走: what is said by a verb before 的 or 地 is done by another one. */
export const withoutModifiers = (tokens: Token[]): Token[] => tokens.filter((_, i) => !modifies(tokens, i));

export function modifies(tokens: Token[], i: number): boolean {
  if (poses(tokens, i)) return true;
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
