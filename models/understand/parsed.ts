import type { Command, Direction, Strength } from '../types.ts';

/** What a language's parser found in a sentence, before it becomes a Command. */
export interface Parsed {
  object?: NonNullable<Command['object']>;
  /** Which of several unnamed things: "on the left", "biggest one". */
  where?: string;
  manner?: string;
  part?: string;
  /** The word that says the motion, as the sentence has it; absent where none does ("kite up!"). */
  verb?: string;
  direction?: Direction;
  strength?: Strength;
  /** 0..1: how much of the sentence was understood, and how directly. */
  confidence: number;
}
