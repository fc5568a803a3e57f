import { isAct, isHeld, modifies } from './modifiers.ts';
import { tokenize } from './tokens.ts';

const TOWARDS = /^[朝向对往到在]$/;

/** 让狗摇尾巴让猫点头 is two sentences, 狗跑猫跳 too: a new one begins with 让, or with a name right before a second verb. */
export function sentences(clause: string): string[] {
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
