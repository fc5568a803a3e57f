interface Spectrum {
  re: Float64Array;
  im: Float64Array;
}

/**
 * Discrete Fourier transform of a real signal of any length (Cooley and Tukey, 1965): halves even lengths and sums
 * the odd rest directly. Whisper's 400 samples end at 25, which packages for powers of two cannot do.
 */
export function fft(signal: Float64Array, stride = 1, offset = 0): Spectrum {
  const length = signal.length / stride;
  if (length % 2 === 1) return directSum(signal, stride, offset, length);
  const even = fft(signal, stride * 2, offset);
  const odd = fft(signal, stride * 2, offset + stride);
  const half = length / 2;
  const re = new Float64Array(length);
  const im = new Float64Array(length);
  const { cosine, sine } = roots(length);
  for (let k = 0; k < half; k++) {
    const turnedRe = cosine[k] * odd.re[k] + sine[k] * odd.im[k];
    const turnedIm = cosine[k] * odd.im[k] - sine[k] * odd.re[k];
    re[k] = even.re[k] + turnedRe;
    im[k] = even.im[k] + turnedIm;
    re[k + half] = even.re[k] - turnedRe;
    im[k + half] = even.im[k] - turnedIm;
  }
  return { re, im };
}

function directSum(signal: Float64Array, stride: number, offset: number, length: number): Spectrum {
  const re = new Float64Array(length);
  const im = new Float64Array(length);
  const { cosine, sine } = roots(length);
  for (let k = 0; k < length; k++) {
    for (let n = 0; n < length; n++) {
      const value = signal[offset + n * stride];
      const turn = (k * n) % length;
      re[k] += value * cosine[turn];
      im[k] -= value * sine[turn];
    }
  }
  return { re, im };
}

const tables = new Map<number, { cosine: Float64Array; sine: Float64Array }>();

function roots(length: number) {
  let table = tables.get(length);
  if (!table) {
    const angle = (k: number) => (2 * Math.PI * k) / length;
    table = {
      cosine: Float64Array.from({ length }, (_, k) => Math.cos(angle(k))),
      sine: Float64Array.from({ length }, (_, k) => Math.sin(angle(k))),
    };
    tables.set(length, table);
  }
  return table;
}
