import type { Abort } from '../types.ts';
import type { Heard, Network, Past } from './network.ts';

/** A finished sentence of the decoder. */
export interface Decoded {
  tokens: number[];
  /** Natural log of the probability of each token, the end included. */
  logProbabilities: number[];
}

export interface DecodeOptions {
  /** Fed before the first free token: context, start, language, task. */
  prefix: number[];
  end: number;
  /** Never chosen; `first` only as the first token. */
  suppressed: { always: Set<number>; first: Set<number> };
  maxTokens: number;
  abort: Abort;
}

/** Greedy decoding: at each step the most probable token, until the end or `maxTokens`. */
export async function decodeGreedily(
  network: Network,
  heard: Heard,
  options: DecodeOptions,
): Promise<Decoded> {
  const { prefix, end, suppressed, maxTokens, abort } = options;
  const tokens: number[] = [];
  const logProbabilities: number[] = [];
  let next = prefix;
  let past: Past = network.empty();
  while (tokens.length < maxTokens) {
    abort.throwIfAborted();
    const step = await network.step(heard, past, next, [next.length - 1]);
    past = step.past;
    const logits = step.logits[0];
    const token = best(logits, end, tokens.length ? suppressed.always : suppressed.first);
    logProbabilities.push(logits[token] - logSumExp(logits));
    if (token === end) break;
    tokens.push(token);
    if (isRepeating(tokens)) break;
    next = [token];
  }
  return { tokens, logProbabilities };
}

/** How probable the decoder finds a given sentence, in one step. */
export async function score(
  network: Network,
  heard: Heard,
  prefix: number[],
  sentence: number[],
): Promise<number[]> {
  const all = [...prefix, ...sentence.slice(0, -1)];
  const rows = sentence.map((_, i) => prefix.length - 1 + i);
  const { logits } = await network.step(heard, network.empty(), all, rows);
  return sentence.map((token, i) => logits[i][token] - logSumExp(logits[i]));
}

/** Special tokens above `end` (languages, tasks, timestamps) are never chosen. */
function best(logits: Float32Array, end: number, suppressed: Set<number>): number {
  let token = end;
  for (let i = 0; i <= end; i++) {
    if (logits[i] > logits[token] && !suppressed.has(i)) token = i;
  }
  return suppressed.has(token) ? best(logits, end - 1, suppressed) : token;
}

export function logSumExp(logits: Float32Array): number {
  let top = Number.NEGATIVE_INFINITY;
  for (const logit of logits) if (logit > top) top = logit;
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - top);
  return top + Math.log(sum);
}

/** Whether the end of the sentence is the same run of tokens four times over. */
export function isRepeating(tokens: number[]): boolean {
  for (let period = 1; period <= tokens.length / 4 && period <= 24; period++) {
    const isSame = (i: number) => tokens[tokens.length - 1 - i] === tokens[tokens.length - 1 - i - period];
    let same = 0;
    while (same < 3 * period && isSame(same)) same++;
    if (same === 3 * period && period * 4 >= 8) return true;
  }
  return false;
}

export function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
