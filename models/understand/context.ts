/**
 * What is told around a command: "in the photo from Nana's eightieth, with the cake and all the candles, I want Nana to clap".
 * A long sentence is cut to the first clause that asks for something, and the one before it, which may say what "it" is.
 * @param clauses in order; @param asks whether one asks ("let", "make", 让, 把)
 * @returns how many clauses at the start only tell
 */
export function told(clauses: string[], asks: (clause: string) => boolean): number {
  if (clauses.length < MANY) return 0;
  const first = clauses.findIndex(asks);
  return first < 0 ? 0 : Math.max(0, first - 1);
}

/** Shorter sentences are commands through and through. */
const MANY = 4;
