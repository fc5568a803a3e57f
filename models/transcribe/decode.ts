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

/** A sentence that is not finished; `next` has been chosen, but not been fed. */
interface Beginning extends Decoded {
  past: Past;
  next: number[];
  /** How much less probable than the greedy choices it is so far. */
  loss: number;
}

const beginning = (network: Network, prefix: number[]): Beginning => ({
  tokens: [],
  logProbabilities: [],
  past: network.empty(),
  next: prefix,
  loss: 0,
});

/**
 * Greedy decoding: at each step the most probable token, until the end or `maxTokens`. A sentence that goes round in
 * circles ends after its first round.
 */
export const decodeGreedily = (network: Network, heard: Heard, options: DecodeOptions): Promise<Decoded> =>
  finish(network, heard, options, beginning(network, options.prefix), () => undefined);

/**
 * The greedy sentence, and others that part from one found before at one token and are greedy from there on: those first
 * whose parting costs least.
 * @param count of sentences at most
 * @param margin natural log of how much less probable another token may be
 */
export async function decodeSeveral(
  network: Network,
  heard: Heard,
  options: DecodeOptions,
  count: number,
  margin: number,
): Promise<Decoded[]> {
  const found: Decoded[] = [];
  const open = [beginning(network, options.prefix)];
  for (let next = open.shift(); next && found.length < count; next = open.shift()) {
    const from = next;
    found.push(
      await finish(network, heard, options, from, (logits, sentence) => {
        const suppressed = suppressedAt(sentence.tokens.length, options);
        const top = logits[best(logits, options.end, suppressed)];
        const total = logSumExp(logits);
        for (let token = 0; token < options.end; token++) {
          const loss = top - logits[token];
          if (!(loss > 0 && loss < margin) || suppressed.has(token)) continue;
          open.push({
            tokens: [...sentence.tokens, token],
            logProbabilities: [...sentence.logProbabilities, logits[token] - total],
            past: sentence.past,
            next: [token],
            loss: from.loss + loss,
          });
        }
      }),
    );
    open.sort((a, b) => a.loss - b.loss);
  }
  return found;
}

const suppressedAt = (length: number, { suppressed }: DecodeOptions) =>
  length ? suppressed.always : suppressed.first;

/** @param parting told of the choice after each token, before it is made */
async function finish(
  network: Network,
  heard: Heard,
  options: DecodeOptions,
  from: Beginning,
  parting: (logits: Float32Array, sentence: Omit<Beginning, 'next' | 'loss'>) => void,
): Promise<Decoded> {
  const { end, maxTokens, abort } = options;
  const tokens = [...from.tokens];
  const logProbabilities = [...from.logProbabilities];
  /** What it would have cost to end before each token. */
  const ending: number[] = new Array(tokens.length).fill(Number.NEGATIVE_INFINITY);
  let { next, past } = from;
  while (tokens.length < maxTokens) {
    abort.throwIfAborted();
    const step = await network.step(heard, past, next, [next.length - 1]);
    past = step.past;
    const logits = step.logits[0];
    const total = logSumExp(logits);
    parting(logits, { tokens, logProbabilities, past });
    const token = best(logits, end, suppressedAt(tokens.length, options));
    ending.push(logits[end] - total);
    logProbabilities.push(logits[token] - total);
    if (token === end) break;
    tokens.push(token);
    const once = firstRound(tokens);
    if (once < tokens.length)
      return {
        tokens: tokens.slice(0, once),
        logProbabilities: [...logProbabilities.slice(0, once), ending[once]],
      };
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

/** The most probable token that is allowed. Those above `end` (languages, tasks, times) never are. */
function best(logits: Float32Array, end: number, suppressed: Set<number>): number {
  let token = -1;
  for (let i = 0; i <= end; i++) if (!suppressed.has(i) && !(logits[i] <= logits[token])) token = i;
  return token;
}

export function logSumExp(logits: Float32Array): number {
  let top = Number.NEGATIVE_INFINITY;
  for (const logit of logits) if (logit > top) top = logit;
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - top);
  return top + Math.log(sum);
}

/**
 * @returns how many tokens there are before a run at the end starts to repeat itself; all of them where it does not.
 * The same five tokens twice over are a circle; shorter runs need more rounds ("very very very", 摇摇 may be meant).
 */
export function firstRound(tokens: number[]): number {
  for (let period = 1; period * 2 <= tokens.length; period++) {
    let same = 0;
    while (same + period < tokens.length && tokens.at(-1 - same) === tokens.at(-1 - same - period)) same++;
    const rounds = period < 3 ? 6 : period < 5 ? 3 : 2;
    if (same >= period * (rounds - 1)) return tokens.length - same;
  }
  return tokens.length;
}

export function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
