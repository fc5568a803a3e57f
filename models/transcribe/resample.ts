/** Zero crossings of the sinc on each side; more make the low-pass steeper. */
const CROSSINGS = 32;
/** Kaiser window's shape: side lobes below -80 dB. */
const BETA = 8;
/** Share of the smaller Nyquist frequency that passes. */
const PASS = 0.92;

/**
 * Changes the sample rate by a windowed sinc, one filter per phase (Smith, "Digital Audio Resampling", 2002).
 * Frequencies that the new rate cannot carry are removed, not folded.
 */
export function resample(samples: Float32Array, from: number, to: number): Float32Array {
  if (from === to) return samples;
  const divisor = greatestCommonDivisor(from, to);
  const [step, phases] = [from / divisor, to / divisor];
  const cutoff = PASS * Math.min(1, to / from);
  const reach = Math.ceil(CROSSINGS / cutoff);
  const filters = Array.from({ length: phases }, (_, phase) => lowPass(phase / phases, cutoff, reach));
  const out = new Float32Array(Math.floor((samples.length * to) / from));
  for (let i = 0; i < out.length; i++) {
    const at = Math.floor((i * step) / phases);
    const filter = filters[(i * step) % phases];
    const first = Math.max(0, reach - 1 - at);
    const last = Math.min(filter.length, samples.length + reach - 1 - at);
    let sum = 0;
    for (let k = first; k < last; k++) sum += filter[k] * samples[at - reach + 1 + k];
    out[i] = sum;
  }
  return out;
}

/** Weights of the 2*reach samples round a point `fraction` of a sample after the middle one. */
function lowPass(fraction: number, cutoff: number, reach: number): Float64Array {
  const weights = Float64Array.from({ length: 2 * reach }, (_, k) => {
    const distance = k - reach + 1 - fraction;
    const x = Math.PI * distance * cutoff;
    const sinc = x === 0 ? 1 : Math.sin(x) / x;
    return sinc * bessel(BETA * Math.sqrt(Math.max(0, 1 - (distance / reach) ** 2)));
  });
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** Modified Bessel function of the first kind, order 0, by its power series. */
function bessel(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > 1e-12 * sum; k++) {
    term *= (x / 2 / k) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
