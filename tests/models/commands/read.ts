import { readFileSync } from 'node:fs';

export interface Expected {
  sentence: string;
  family: string;
  /** A label of the detector, or undefined. */
  label?: string;
  /** Words of a thing that the detector does not know. */
  thing?: string;
  action: string;
  direction?: string;
  strength: string;
}

const lines = (name: string) =>
  readFileSync(new URL(`./${name}.txt`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');

/** Rows "sentence | object | action | direction | strength" under "## family" headings. */
export function readCommands(name: string): Expected[] {
  let family = '';
  const rows: Expected[] = [];
  for (const line of lines(name)) {
    if (line.startsWith('## ')) family = line.slice(3);
    if (line.startsWith('#')) continue;
    const [sentence, object, action, direction, strength] = line.split('|').map((cell) => cell.trim());
    const thing = object.match(/^"(.*)"$/)?.[1];
    rows.push({
      sentence,
      family,
      label: thing || object === '-' ? undefined : object,
      thing,
      action,
      direction: direction === '-' ? undefined : direction,
      strength,
    });
  }
  return rows;
}

export const readSentences = (name: string): string[] => lines(name).filter((line) => !line.startsWith('#'));
