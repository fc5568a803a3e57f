import { SAMPLE_RATE } from './mel.ts';

/** Loudness is looked at in pieces of 20 ms. */
const PIECE = SAMPLE_RATE / 50;
/** Root mean square of the loudest piece; 0.001 of full scale is the hiss of a quiet microphone. */
const SILENCE = 0.001;

/** Whether there is nothing that a voice could be in. */
export function isSilent(samples: Float32Array): boolean {
  for (let start = 0; start < samples.length; start += PIECE)
    if (loudness(samples, start) > SILENCE) return false;
  return true;
}

/**
 * Cuts a long recording into stretches that the encoder can take, each at the quietest moment of its last third.
 * @param longest in seconds
 */
export function splitAtPauses(samples: Float32Array, longest: number): Float32Array[] {
  const stretches: Float32Array[] = [];
  let rest = samples;
  while (rest.length > longest * SAMPLE_RATE) {
    const cut = quietest(
      rest,
      Math.floor((longest * SAMPLE_RATE * 2) / 3),
      Math.floor(longest * SAMPLE_RATE),
    );
    stretches.push(rest.subarray(0, cut));
    rest = rest.subarray(cut);
  }
  return [...stretches, rest];
}

/** @returns the middle of the quietest quarter of a second between two places */
function quietest(samples: Float32Array, from: number, to: number): number {
  const span = SAMPLE_RATE / 4;
  let [best, level] = [to, Number.POSITIVE_INFINITY];
  for (let start = from; start + span <= to; start += PIECE) {
    let loud = 0;
    for (let at = start; at < start + span; at += PIECE) loud += loudness(samples, at) ** 2;
    if (loud < level) [best, level] = [start + span / 2, loud];
  }
  return best;
}

function loudness(samples: Float32Array, start: number): number {
  const end = Math.min(samples.length, start + PIECE);
  let sum = 0;
  for (let i = start; i < end; i++) sum += samples[i] ** 2;
  return Math.sqrt(sum / (end - start));
}
