/**
 * Short prompts -> hashed word pieces for the denoiser, the same as models/training/motion/text.py to the bit:
 * each word gives its own hash and those of its character n-grams (Bojanowski et al., 2017), so that wording
 * that was never seen in training still shares pieces with known words.
 */

export const WORDS = 10;
export const PIECES = 16;
const BUCKETS = 4096;

/** FNV-1a, 32 bit; 1..4096, 0 is padding. */
function bucket(piece: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < piece.length; i++) value = Math.imul(value ^ piece.charCodeAt(i), 0x01000193) >>> 0;
  return (value % BUCKETS) + 1;
}

/** [10, 16] hashes, one row a word; words beyond the tenth are left out. Latin letters only: prompts are English. */
export function encodePrompt(prompt: string): BigInt64Array {
  const out = new BigInt64Array(WORDS * PIECES);
  const words = prompt.toLowerCase().match(/[a-z]+/g) ?? [];
  words.slice(0, WORDS).forEach((word, row) => {
    const marked = `<${word}>`;
    const pieces = [marked];
    for (const n of [3, 4, 5]) {
      for (let j = 0; j + n <= marked.length; j++) pieces.push(marked.slice(j, j + n));
    }
    pieces.slice(0, PIECES).forEach((piece, i) => {
      out[row * PIECES + i] = BigInt(bucket(piece));
    });
  });
  return out;
}
