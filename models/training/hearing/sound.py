"""What recordings go through on the way to us, and how Whisper sees sound. Mono, 16 kHz, float32."""

import numpy as np
import torch

RATE = 16_000
HOP = 160


def band(x, low, high):
    """What is between two frequencies in hertz, with soft edges."""
    hz = np.fft.rfftfreq(len(x), 1 / RATE)
    gain = 1 / (1 + (hz / high) ** 16) / (1 + (low / np.maximum(hz, 1)) ** 8)
    return np.fft.irfft(np.fft.rfft(x) * gain, len(x)).astype(np.float32)


def at_speed(x, factor):
    """A tape that runs `factor` times as fast: the voice is higher, too."""
    if factor > 1:
        x = band(x, 1, RATE / 2.05 / factor)
    return np.interp(np.arange(int(len(x) / factor)) * factor, np.arange(len(x)), x)


def noise(length, rng, voices):
    """Hiss of any colour, several voices at once, or a hum. @param voices draws a recording"""
    kind = rng.random()
    if kind < 0.75:
        hz = np.maximum(np.fft.rfftfreq(length, 1 / RATE), 30)
        # Amplitude falls as this power of the frequency: 0 is white, .5 pink, 1 brown.
        slope = rng.choice([0, 0.5, rng.random()])
        return np.fft.irfft(np.fft.rfft(rng.standard_normal(length)) * hz**-slope, length)
    if kind < 0.9:
        total = np.zeros(length)
        for _ in range(rng.integers(3, 7)):
            x = voices()
            total += np.resize(np.roll(x, rng.integers(len(x))), length) / (x.std() + 1e-4)
        return total
    t, mains = np.arange(length) / RATE, rng.choice([50, 60, 100, 120]) * rng.uniform(0.98, 1.02)
    hum = sum(rng.random() * np.sin(2 * np.pi * mains * h * t) for h in range(1, 8))
    return hum + 0.3 * rng.standard_normal(length)


def room(x, rng):
    """Echoes that die away in .1 to .4 s."""
    n = int(RATE * rng.uniform(0.1, 0.4))
    echoes = rng.standard_normal(n) * np.exp(-6.9 * np.arange(n) / n)
    echoes[0] = rng.uniform(3, 12)
    return np.fft.irfft(np.fft.rfft(x, len(x) + n) * np.fft.rfft(echoes, len(x) + n), len(x) + n)[: len(x)]


def spoil(x, rng, voices):
    """Speed, pauses, echoes, noise of 4 to 20 dB, a narrow band, loudness: each for some recordings."""
    if rng.random() < 0.7:
        x = at_speed(x, rng.uniform(0.78, 1.28))
    x = np.concatenate([np.zeros(rng.integers(4000)), x, np.zeros(rng.integers(3000))])
    if rng.random() < 0.25:
        x = room(x, rng)
    if rng.random() < 0.78:
        e = noise(len(x), rng, voices)
        x = x + e * np.sqrt((x**2).mean() / (e**2).mean()) * 10 ** (-rng.uniform(4, 20) / 20)
    kind = rng.random()
    if kind < 0.22:
        x = band(x, 300 * rng.uniform(0.6, 1.1), 3400 * rng.uniform(0.95, 1.1))
    elif kind < 0.35:
        x = band(x, 1, rng.uniform(3000, 7500))
    return (x / (np.abs(x).max() + 1e-6) * 10 ** (-rng.uniform(0, 20) / 20)).astype(np.float32)


def filters(mels):
    """Slaney's triangles over the 201 bins of a window, [mels, 201]."""

    def to_hz(m):
        return np.where(m < 15, 200 * m / 3, 1000 * np.exp((m - 15) * np.log(6.4) / 27))

    edges = to_hz(np.linspace(0, 15 + np.log(8) * 27 / np.log(6.4), mels + 2))
    ramps = (np.linspace(0, 8000, 201)[None] - edges[:-1, None]) / np.diff(edges)[:, None]
    triangles = np.maximum(0, np.minimum(ramps[:-1], 1 - ramps[1:])) * (2 / (edges[2:] - edges[:-2]))[:, None]
    return torch.from_numpy(triangles.astype(np.float32))


def log_mel(x, frames, mels=80):
    """[mels, frames] as of models/transcribe/mel.ts; silence follows the sound."""
    padded = torch.from_numpy(np.pad(np.asarray(x, np.float32), (0, frames * HOP - len(x))))
    power = torch.stft(padded, 400, HOP, window=torch.hann_window(400), return_complex=True)[:, :frames].abs() ** 2
    logs = (filters(mels) @ power).clamp(min=1e-10).log10()
    return (torch.maximum(logs, logs.max() - 8) + 4) / 4
