"""Made-up speech: syllables with their mouth shapes, for a face and a voice that agree."""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d


@dataclass(frozen=True)
class Sound:
    """A speech sound: jaw, lip spread and lip rounding in [0, 1]; formants in Hz; loudness; breath noise."""

    jaw: float
    spread: float
    round: float
    formants: tuple[float, float, float]
    voice: float
    breath: float = 0.0
    closed: float = 0.0  # lips pressed together


# Formants of an adult after Peterson & Barney (1952), rounded.
VOWELS = {
    "a": Sound(0.95, 0.15, 0.0, (730, 1200, 2500), 1.0),
    "e": Sound(0.60, 0.45, 0.0, (530, 1840, 2480), 0.85),
    "i": Sound(0.28, 0.65, 0.0, (290, 2250, 2950), 0.6),
    "o": Sound(0.62, 0.0, 0.75, (520, 880, 2420), 0.85),
    "u": Sound(0.30, 0.0, 1.0, (310, 800, 2300), 0.6),
    "@": Sound(0.42, 0.1, 0.1, (520, 1400, 2500), 0.7),
}
CONSONANTS = {
    "m": Sound(0.05, 0.0, 0.1, (260, 1000, 2200), 0.22, closed=1.0),
    "b": Sound(0.05, 0.0, 0.1, (260, 900, 2200), 0.05, closed=1.0),
    "n": Sound(0.16, 0.1, 0.0, (270, 1500, 2500), 0.25),
    "t": Sound(0.14, 0.15, 0.0, (350, 1700, 2700), 0.0, 0.25),
    "s": Sound(0.10, 0.3, 0.0, (350, 1800, 2700), 0.0, 0.45),
    "l": Sound(0.26, 0.1, 0.0, (380, 1250, 2600), 0.4),
    "k": Sound(0.24, 0.0, 0.0, (350, 1700, 2200), 0.0, 0.2),
    "v": Sound(0.10, 0.2, 0.0, (300, 1200, 2300), 0.2, 0.12, closed=0.4),
}
REST = Sound(0.0, 0.0, 0.0, (500, 1500, 2500), 0.0)
MOUTH_SMOOTHING = 0.028  # seconds; the jaw and lips are slower than the voice
VOICE_SMOOTHING = 0.014


@dataclass(frozen=True)
class Speech:
    """Tracks (n,) at `rate` Hz: mouth shapes for the face, the rest for the voice."""

    rate: float
    jaw: np.ndarray
    spread: np.ndarray
    round: np.ndarray
    closed: np.ndarray
    voice: np.ndarray
    breath: np.ndarray
    formants: np.ndarray  # (n, 3)
    phrase: np.ndarray  # position in the phrase, 0..1, for intonation; 0 outside


def speak(phrases: list[tuple[float, float]], duration: float, rate: float, rng: np.random.Generator) -> Speech:
    """Fills the phrases (start, end in seconds) with random syllables."""
    count = int(round(duration * rate))
    sounds: list[Sound] = [REST] * count
    stress = np.ones(count)
    phrase = np.zeros(count)
    for start, end in phrases:
        time = start
        while time < end - 0.12:
            consonant = list(CONSONANTS.values())[rng.integers(len(CONSONANTS))]
            vowel = list(VOWELS.values())[rng.choice(len(VOWELS), p=(0.26, 0.2, 0.14, 0.16, 0.08, 0.16))]
            onset, nucleus = rng.uniform(0.055, 0.085), rng.uniform(0.10, 0.19)
            accent = rng.uniform(0.75, 1.1)
            for sound, length in ((consonant, onset), (vowel, nucleus)):
                a, b = int(time * rate), min(int((time + length) * rate), int(end * rate), count)
                sounds[a:b] = [sound] * (b - a)
                stress[a:b] = accent
                time += length
        a, b = int(start * rate), min(int(end * rate), count)
        phrase[a:b] = np.linspace(0.001, 1, b - a)

    def track(of, smoothing: float) -> np.ndarray:
        raw = np.array([of(s) for s in sounds], dtype=np.float64)
        return gaussian_filter1d(raw, smoothing * rate, axis=0, mode="wrap")

    jaw = track(lambda s: s.jaw, MOUTH_SMOOTHING) * gaussian_filter1d(stress, 0.05 * rate)
    open_enough = np.clip(jaw / 0.5, 0.15, 1)  # a mouth that hardly opens sounds soft
    return Speech(
        rate,
        jaw,
        track(lambda s: s.spread, MOUTH_SMOOTHING),
        track(lambda s: s.round, MOUTH_SMOOTHING),
        track(lambda s: s.closed, VOICE_SMOOTHING),
        track(lambda s: s.voice, VOICE_SMOOTHING) * open_enough,
        track(lambda s: s.breath, VOICE_SMOOTHING),
        track(lambda s: s.formants, 0.02),
        phrase,
    )
