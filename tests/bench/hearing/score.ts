/** Word and character errors, as speech recognition counts them. */
import { simplify } from '../../../models/transcribe/texts.ts';
import type { Language } from '../../../models/types.ts';

/** Lower-case words, or simplified characters; without punctuation. The decoder writes numbers as words. */
export function units(text: string, language: Language): string[] {
  if (language === 'zh')
    return [
      ...simplify(text)
        .replace(/[^\p{L}\p{N}]/gu, '')
        .toLowerCase(),
    ];
  const plain = text.toLowerCase().replace(/['’]/g, '');
  return plain.match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Fewest units to insert, delete or replace (Levenshtein, 1965). */
export function distance(heard: string[], said: string[]): number {
  let row = said.map((_, j) => j + 1);
  for (let i = 0; i < heard.length; i++) {
    const next: number[] = [];
    for (let j = 0; j < said.length; j++) {
      const left = j ? next[j - 1] : i + 1;
      const diagonal = j ? row[j - 1] : i;
      next.push(Math.min(left + 1, row[j] + 1, diagonal + (heard[i] === said[j] ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? heard.length;
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1];
}
