"""A voice for the made-up speech: glottal pulses through moving formant resonators."""

import numpy as np
from scipy.signal import lfilter

from .speech import Speech

BANDWIDTHS = (80.0, 110.0, 160.0, 250.0)  # Hz, typical of adult speech (Klatt 1980)
FOURTH_FORMANT = 3400.0
BLOCK = 0.005  # seconds between changes of the resonators
PEAK = 0.5  # of full scale


def synthesise(speech: Speech, sample_rate: int, pitch: float, rng: np.random.Generator) -> np.ndarray:
    """Mono samples (n,) in [-1, 1]; `pitch` is the mean fundamental in Hz."""
    count = int(len(speech.jaw) / speech.rate * sample_rate)
    at = np.arange(count) / sample_rate * speech.rate

    def stretched(track: np.ndarray) -> np.ndarray:
        return np.interp(at, np.arange(len(track)), track)

    phrase = stretched(speech.phrase)
    melody = 1.10 - 0.22 * phrase + 0.05 * np.sin(phrase * 19)
    wander = np.interp(np.arange(count), np.arange(0, count + 2400, 2400), rng.normal(0, 0.02, count // 2400 + 2)[: len(np.arange(0, count + 2400, 2400))])
    phase = np.cumsum(pitch * (melody + wander) / sample_rate)
    source = np.diff(_pulse(phase % 1.0), prepend=0.0)
    source = source / np.abs(source).max()
    noise = lfilter([1, -0.9], [1], rng.standard_normal(count)) * 0.06
    excitation = stretched(speech.voice) * (source + 0.05 * noise) + stretched(speech.breath) * noise * 0.35
    formants = np.stack([stretched(speech.formants[:, k]) for k in range(3)] + [np.full(count, FOURTH_FORMANT)], 1)
    out = _resonate(excitation, formants, sample_rate)
    out = lfilter([1, -0.97], [1, -0.6], out)
    out = _room(out, sample_rate, rng)
    return out / np.abs(out).max() * PEAK


def _pulse(phase: np.ndarray) -> np.ndarray:
    """Rosenberg's glottal flow: opens for 40 % of the period, closes in 16 %."""
    rise, fall = 0.4, 0.16
    opening = 0.5 * (1 - np.cos(np.pi * phase / rise))
    closing = np.cos(0.5 * np.pi * (phase - rise) / fall)
    return np.where(phase < rise, opening, np.where(phase < rise + fall, closing, 0.0))


def _resonate(signal: np.ndarray, formants: np.ndarray, sample_rate: int) -> np.ndarray:
    """A cascade of two-pole resonators whose frequencies change block by block."""
    step = int(BLOCK * sample_rate)
    for k, bandwidth in enumerate(BANDWIDTHS):
        out = np.empty_like(signal)
        state = np.zeros(2)
        radius = np.exp(-np.pi * bandwidth / sample_rate)
        for start in range(0, len(signal), step):
            block = slice(start, min(start + step, len(signal)))
            angle = 2 * np.pi * formants[start, k] / sample_rate
            a = [1, -2 * radius * np.cos(angle), radius**2]
            out[block], state = lfilter([sum(a)], a, signal[block], zi=state)
        signal = out
    return signal


def _room(dry: np.ndarray, sample_rate: int, rng: np.random.Generator) -> np.ndarray:
    """A short furnished-room tail, wrapped around so that the clip loops."""
    length = int(0.18 * sample_rate)
    tail = rng.standard_normal(length) * np.exp(-np.arange(length) / (0.035 * sample_rate))
    tail = lfilter([0.25], [1, -0.75], tail) * 0.02
    tail[0] += 1
    size = len(dry)
    return np.fft.irfft(np.fft.rfft(dry) * np.fft.rfft(tail, size), size)
