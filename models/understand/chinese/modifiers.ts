import type { Token } from './tokens.ts';

export const isAct = ({ kind }: Token) => kind === 'verb' || kind === 'part';

/** 抱着女儿转圈: who is held does not turn by herself. */
export const isHeld = (tokens: Token[], i: number): boolean =>
  /[着起住]$/.test(tokens[i - 1]?.text ?? '') &&
  (tokens[i - 1].kind === 'verb' || tokens[i - 2]?.kind === 'verb' || tokens[i - 2]?.kind === 'unknown');

/** 抱着孩子的妈妈, 坐在椅子上的老人 */
const WITHIN = /^[着了过在满]$/;

/** 跳伞的人往下坠, 摇摇摆摆地走: what is said by a verb before 的 or 地 is done by another one. */
export const withoutModifiers = (tokens: Token[]): Token[] => tokens.filter((_, i) => !modifies(tokens, i));

export function modifies(tokens: Token[], i: number): boolean {
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
