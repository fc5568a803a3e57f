/**
 * Log-mel spectrogram as Whisper was trained on (Radford et al., 2022, section 2.2): 25 ms Hann windows every 10 ms,
 * 80 triangular mel filters of unit area (Slaney), log10, floor 8 below the loudest, scaled to about -1..1.
 */
import { fft } from './fft.ts';

export const SAMPLE_RATE = 16_000;
const WINDOW = 400;
export const HOP = 160;
const BINS = WINDOW / 2 + 1;

/** Slaney's mel scale: linear below 1 kHz, logarithmic above. */
function melToHz(mel: number): number {
  return mel < 15 ? (mel * 200) / 3 : 1000 * 6.4 ** ((mel - 15) / 27);
}

function hzToMel(hz: number): number {
  return hz < 1000 ? (hz * 3) / 200 : 15 + (27 * Math.log(hz / 1000)) / Math.log(6.4);
}

interface Filter {
  first: number;
  weights: Float64Array;
}

/** Each filter is a triangle over a few frequency bins; only its nonzero part is kept. */
function melFilters(mels: number): Filter[] {
  const top = hzToMel(SAMPLE_RATE / 2);
  const edges = Array.from({ length: mels + 2 }, (_, i) => melToHz((top * i) / (mels + 1)));
  return Array.from({ length: mels }, (_, i) => {
    const [low, centre, high] = edges.slice(i, i + 3);
    const area = 2 / (high - low);
    const all = Float64Array.from({ length: BINS }, (_, bin) => {
      const hz = (bin * SAMPLE_RATE) / WINDOW;
      return Math.max(0, Math.min((hz - low) / (centre - low), (high - hz) / (high - centre))) * area;
    });
    const first = all.findIndex((weight) => weight > 0);
    return { first, weights: all.slice(first, all.findLastIndex((weight) => weight > 0) + 1) };
  });
}

const hann = Float64Array.from(
  { length: WINDOW },
  (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / WINDOW),
);
const filterBanks = new Map<number, Filter[]>();

/**
 * @param samples mono 16 kHz, -1..1; silence follows them up to `frames`
 * @param frames number of 10 ms frames wanted; windows are centred on multiples of 160 samples, the start is mirrored
 * @returns [mels, frames], row by row
 */
export function logMel(samples: Float32Array, frames: number, mels = 80): Float32Array {
  const filters = filterBanks.get(mels) ?? melFilters(mels);
  filterBanks.set(mels, filters);
  const out = new Float32Array(mels * frames).fill(-10);
  const windowed = new Float64Array(WINDOW);
  const power = new Float64Array(BINS);
  const total = frames * HOP;
  let loudest = -10;
  for (let frame = 0; frame < frames; frame++) {
    const start = frame * HOP - WINDOW / 2;
    if (start >= samples.length) break; // silence from here on
    for (let i = 0; i < WINDOW; i++) {
      let at = Math.abs(start + i);
      if (at >= total) at = 2 * (total - 1) - at;
      windowed[i] = (at < samples.length ? samples[at] : 0) * hann[i];
    }
    powerSpectrum(windowed, power);
    for (let mel = 0; mel < mels; mel++) {
      const { first, weights } = filters[mel];
      let energy = 0;
      for (let i = 0; i < weights.length; i++) energy += weights[i] * power[first + i];
      const value = Math.log10(Math.max(energy, 1e-10));
      out[mel * frames + frame] = value;
      if (value > loudest) loudest = value;
    }
  }
  for (let i = 0; i < out.length; i++) out[i] = (Math.max(out[i], loudest - 8) + 4) / 4;
  return out;
}

function powerSpectrum(windowed: Float64Array, power: Float64Array): void {
  const { re, im } = fft(windowed);
  for (let bin = 0; bin < BINS; bin++) power[bin] = re[bin] * re[bin] + im[bin] * im[bin];
}
