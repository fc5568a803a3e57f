/** What recordings go through before they reach us, and sounds that are no words. All the same on every run. */
import { resample } from '../../../models/transcribe/resample.ts';

const RATE = 16_000;

/** Uniform noise from a fixed seed (Numerical Recipes' generator), -1..1. */
export function white(length: number, seed = 1): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** Noise that loses 3 dB an octave: white noise through Kellet's economical filter of three poles. */
export function pink(length: number): Float32Array {
  let [slow, middle, fast] = [0, 0, 0];
  return white(length, 2).map((value) => {
    slow = 0.99765 * slow + value * 0.099046;
    middle = 0.963 * middle + value * 0.2965164;
    fast = 0.57 * fast + value * 1.0526913;
    return (slow + middle + fast + value * 0.1848) / 6;
  });
}

const power = (samples: Float32Array) =>
  samples.reduce((sum, value) => sum + value * value, 0) / samples.length;

/** @param decibels how much stronger the recording is than the noise, on the whole */
function withNoise(samples: Float32Array, noise: Float32Array, decibels: number): Float32Array {
  const gain = Math.sqrt(power(samples) / power(noise) / 10 ** (decibels / 10));
  return samples.map((value, i) => value + gain * noise[i]);
}

/** 300 to 3400 Hz at 8 kHz: the band between two rates that a telephone leaves, by windowed sincs. */
function telephone(samples: Float32Array): Float32Array {
  const narrow = resample(samples, RATE, 8000);
  const low = band(narrow, 3400 / 8000);
  const rumble = band(narrow, 300 / 8000);
  return resample(
    low.map((value, i) => value - rumble[i]),
    8000,
    RATE,
  );
}

/** Low-pass at `cutoff` cycles a sample: a sinc of 129 taps under a Hann window. */
function band(samples: Float32Array, cutoff: number): Float32Array {
  const reach = 64;
  const taps = Array.from({ length: 2 * reach + 1 }, (_, i) => {
    const x = i - reach;
    const sinc = x === 0 ? 2 * cutoff : Math.sin(2 * Math.PI * cutoff * x) / (Math.PI * x);
    return sinc * (0.5 + 0.5 * Math.cos((Math.PI * x) / (reach + 1)));
  });
  return samples.map((_, i) => taps.reduce((sum, tap, k) => sum + tap * (samples[i + k - reach] ?? 0), 0));
}

/** A tape that runs `factor` times as fast: the voice is higher, too. */
const atSpeed = (samples: Float32Array, factor: number) => resample(samples, Math.round(RATE * factor), RATE);

export const CONDITIONS: Record<string, (samples: Float32Array) => Float32Array> = {
  clean: (samples) => samples,
  'white noise, 10 dB': (samples) => withNoise(samples, white(samples.length), 10),
  'pink noise, 10 dB': (samples) => withNoise(samples, pink(samples.length), 10),
  'telephone, 8 kHz': telephone,
  '20 % faster': (samples) => atSpeed(samples, 1.2),
  '20 % slower': (samples) => atSpeed(samples, 0.8),
};

const SECONDS = 3;
const over = (wave: (time: number) => number) =>
  Float32Array.from({ length: SECONDS * RATE }, (_, i) => wave(i / RATE));
const sine = (hertz: number, time: number) => Math.sin(2 * Math.PI * hertz * time);
/** A plucked tone that dies away. */
const pluck = (hertz: number, time: number) => sine(hertz, time) * Math.exp(-4 * time);
const SCALE = [262, 294, 330, 392, 440, 523];

/** Three seconds of each; none holds a word. */
export const SOUNDS: Record<string, Float32Array> = {
  silence: over(() => 0),
  'faint hiss': white(SECONDS * RATE).map((value) => value * 0.003),
  'white noise': white(SECONDS * RATE).map((value) => value * 0.2),
  'loud white noise': white(SECONDS * RATE, 3).map((value) => value * 0.7),
  'pink noise': pink(SECONDS * RATE).map((value) => value * 0.5),
  'loud pink noise': pink(SECONDS * RATE),
  'mains hum': over((time) => 0.3 * sine(50, time) + 0.1 * sine(150, time)),
  chord: over((time) => 0.15 * (sine(220, time) + sine(277, time) + sine(330, time))),
  melody: over((time) => 0.4 * pluck(SCALE[Math.floor(time * 4) % 6], (time * 4) % 1)),
  'melody and beat': over(
    (time) =>
      0.3 * pluck(SCALE[(Math.floor(time * 6) * 5) % 6], (time * 6) % 1) + 0.4 * pluck(60, (time * 2) % 1),
  ),
  beeps: over((time) => ((time * 2) % 1 < 0.3 ? 0.3 * sine(1000, time) : 0)),
  siren: over((time) => 0.3 * sine(700 + 150 * sine(0.7, time), time)),
  knocks: over((time) => 0.8 * sine(180, time) * Math.exp(-60 * ((time * 3) % 1))),
  vowel: over((time) => 0.1 * [1, 2, 3, 4, 5, 6].reduce((sum, k) => sum + sine(120 * k, time) / k, 0)),
};
