/**
 * Ids are `anim_`, `reg_`, `cmd_` or `upl_`, then eleven characters of time that count down, so that keys in byte order
 * are newest first, then 80 random bits, so that no id can be guessed.
 */
import { randomBytes } from 'node:crypto';
import type { Kind } from './job.ts';

/** Crockford's base 32: no i, l, o, u. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_CHARACTERS = 11;
const END_OF_TIME = 2 ** 53 - 1;

export const PREFIXES = { animation: 'anim', region: 'reg', command: 'cmd', upload: 'upl' } as const;

let lastMicroseconds = 0;

export function newId(kind: keyof typeof PREFIXES, now = Date.now()): string {
  // Later ids of one process are smaller even within a millisecond.
  lastMicroseconds = Math.max(now * 1000, lastMicroseconds + 1);
  let time = '';
  for (
    let left = END_OF_TIME - lastMicroseconds;
    time.length < TIME_CHARACTERS;
    left = Math.floor(left / 32)
  ) {
    time = ALPHABET[left % 32] + time;
  }
  const random = Array.from(randomBytes(16), (byte) => ALPHABET[byte % 32]).join('');
  return `${PREFIXES[kind]}_${time}${random}`;
}

/** How an id looks, as a regular expression for schemas. */
export const patternOf = (kind: keyof typeof PREFIXES) => `^${PREFIXES[kind]}_[${ALPHABET}]{27}$`;

/** Anything else in the place of an id names nothing, whatever it tries. */
export function isId(kind: keyof typeof PREFIXES, id: string): boolean {
  return new RegExp(patternOf(kind)).test(id);
}

export function kindOf(id: string): Kind | undefined {
  return (['animation', 'region', 'command'] as const).find((kind) => isId(kind, id));
}

/** @returns when the id was made, milliseconds since 1970 */
export function timeOf(id: string): number {
  const time = id.slice(id.indexOf('_') + 1).slice(0, TIME_CHARACTERS);
  const left = [...time].reduce((value, character) => value * 32 + ALPHABET.indexOf(character), 0);
  return Math.floor((END_OF_TIME - left) / 1000);
}
