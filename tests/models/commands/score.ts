import type { Action, Command, Direction, Strength } from '../../../models/types.ts';
import type { Understander } from '../../../models/understand/index.ts';
import { singular } from '../../../models/understand/lexicon/nouns.ts';
import { climb, sensesOf } from '../../../models/understand/lexicon/wordnet.ts';

/** What one thing should do. `object` is a label of the detector, else the thing in English; empty for "it". */
interface Wanted {
  object: string;
  /** Several where the words leave it open. */
  action: Action | Action[];
  direction?: Direction;
  strength?: Strength;
}

export interface Sentence {
  family: string;
  text: string;
  /** Labels of the picture that it was said of. */
  seen?: string[];
  expect: Wanted[] | 'refused';
}

export interface Verdict {
  sentence: Sentence;
  /** Object and action of every thing are right, and nothing else was asked; or it was refused as it should be. */
  right: boolean;
  /** Also the directions and strengths. */
  entirely: boolean;
  /** What was understood. */
  answer: string;
}

export async function judge({ understand }: Understander, sentence: Sentence): Promise<Verdict> {
  const { text, seen, expect } = sentence;
  let commands: Command[];
  try {
    const command = await understand(text, { seen });
    commands = [command, ...(command.also ?? [])];
  } catch (error) {
    const refused = expect === 'refused';
    return { sentence, right: refused, entirely: refused, answer: String(error) };
  }
  const answer = commands.map(({ prompt }) => prompt).join('; ');
  if (expect === 'refused' || expect.length !== commands.length)
    return { sentence, right: false, entirely: false, answer };
  // In any order: the second thing of a sentence may be found first.
  const pairs = expect.map((wanted) => ({
    wanted,
    command: commands.find((one) => sameThing(one, wanted) && sameAction(one, wanted)),
  }));
  const right = pairs.every(({ command }) => command);
  const how = pairs.every(
    ({ command, wanted: { direction, strength = 'normal' } }) =>
      command?.direction === direction && command?.strength === strength,
  );
  return { sentence, right, entirely: right && how, answer };
}

const sameAction = ({ action }: Command, wanted: Wanted) => [wanted.action].flat().includes(action);

function sameThing({ object }: Command, wanted: Wanted): boolean {
  if (!object || !wanted.object) return !object && !wanted.object;
  const name = (words = '') => singular(words.toLowerCase().split(' ').at(-1)!);
  if (object.label === wanted.object) return true;
  const said = name(object.english);
  return said === name(wanted.object) || isKindOf(said, wanted.object);
}

/** "bunny" is a "rabbit". */
const isKindOf = (word: string, kind: string) =>
  sensesOf(word, 'noun').some((sense) =>
    climb(sense, 'noun', 6, ({ words }) => (words.includes(kind) ? true : undefined)),
  );
