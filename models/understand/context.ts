/** Shorter sentences are commands through and through. */
const MANY = 4;

/**
 * Leaves out what is only told around a command: "in the photo from Nana's eightieth, with the cake and all the candles, I want
 * Nana to clap". A long sentence begins with the clause before the first that asks for something; it may say what "it" is.
 * @param clauses in order; @param asks what a clause that asks has in it ("let", "make", 让, 把)
 */
export function fromAsking(clauses: string[], asks: RegExp): string[] {
  if (clauses.length < MANY) return clauses;
  return clauses.slice(Math.max(0, clauses.findIndex((clause) => asks.test(clause)) - 1));
}
