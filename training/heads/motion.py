"""The sample actor's performance: head, eyes, brows and mouth over time."""

from dataclasses import dataclass

import numpy as np

from .character import Pose
from .speech import Speech, speak

DURATION = 14.0  # seconds; the last frame leads back into the first
PHRASES = [(0.6, 2.9), (3.4, 5.3), (5.9, 8.0), (8.4, 9.9), (11.9, 13.1)]
BLINKS = (1.05, 2.75, 4.6, 6.2, 8.15, 10.15, 11.7, 13.35)
BLINK_SHUT, BLINK_CLOSING, BLINK_OPENING = 0.07, 0.09, 0.15  # seconds

# (time, value) keys, joined by smooth steps; degrees for angles.
YAW = [(0, 0), (0.5, 0), (1.3, -5), (2.3, 4), (3.1, 0), (4.0, 25), (4.7, 24), (5.6, 0), (6.5, -25), (7.2, -24), (8.0, 0), (9.0, 3), (10.6, -6), (11.4, 5), (12.4, -3), (13.4, 0), (14, 0)]
PITCH = [(0, 0), (0.9, -4), (1.5, 2), (2.2, -3), (3.0, 0), (4.3, 2), (5.4, -3), (6.5, 3), (7.9, 0), (8.7, 12), (9.4, 0), (10.0, -12), (10.6, -2), (12.2, 3), (12.8, -3), (13.5, 0), (14, 0)]
ROLL = [(0, 0), (1.2, 2), (2.6, -2), (3.6, 0), (4.4, -3), (5.6, 1), (6.8, 3), (8.0, 0), (10.2, 0), (10.9, 8), (11.6, 0), (12.3, -8), (13.0, -1), (13.6, 0), (14, 0)]
GAZE_YAW = [(0, 0), (3.2, 0), (3.4, 6), (3.9, -13), (4.8, -13), (5.2, 0), (5.8, -6), (6.3, 13), (7.3, 13), (7.7, 0), (10.3, 0), (10.42, 24), (11.0, 24), (11.12, -22), (11.62, -22), (11.75, 0), (14, 0)]
GAZE_PITCH = [(0, 0), (8.4, 0), (8.8, -7), (9.3, 0), (9.7, 0), (10.0, 7), (10.3, 0), (10.42, 6), (11.0, 6), (11.12, 0), (14, 0)]
BROWS = [(0, 0), (1.4, 0), (1.6, 0.9), (2.1, 0.8), (2.5, 0), (6.4, 0), (6.65, 1.0), (7.2, 0.6), (7.6, 0), (10.35, 0), (10.6, 0.6), (11.0, 0), (11.9, 0), (12.1, 0.7), (12.6, 0), (14, 0)]
SMILE = [(0, 0.08), (2.8, 0.1), (3.2, 0.35), (3.7, 0.1), (9.9, 0.1), (10.4, 0.6), (11.5, 0.75), (12.0, 0.3), (12.9, 0.35), (13.2, 0.5), (13.8, 0.08), (14, 0.08)]


@dataclass(frozen=True)
class Performance:
    """Poses of all frames and the speech that drives the mouth."""

    poses: list[Pose]
    speech: Speech


def _keyed(keys: list[tuple[float, float]], times: np.ndarray) -> np.ndarray:
    """Minimum-jerk interpolation from key to key."""
    at, value = np.array(keys, dtype=np.float64).T
    index = np.clip(np.searchsorted(at, times, side="right") - 1, 0, len(at) - 2)
    u = np.clip((times - at[index]) / (at[index + 1] - at[index]), 0, 1)
    return value[index] + (value[index + 1] - value[index]) * u**3 * (10 - 15 * u + 6 * u * u)


def _sway(times: np.ndarray, size: float, rng: np.random.Generator) -> np.ndarray:
    """Small restless motion that repeats with the clip and is zero at its ends."""
    total = sum(rng.normal() / k * np.sin(2 * np.pi * k * times / DURATION + rng.uniform(0, 6.28)) for k in range(4, 20))
    return size * total * np.clip(np.minimum(times, DURATION - times) / 0.6, 0, 1)


def _blinks(times: np.ndarray) -> np.ndarray:
    shut = np.zeros(len(times))
    for blink in BLINKS:
        since = times - blink
        closing = np.clip(1 + since / BLINK_CLOSING, 0, 1)
        opening = np.clip(1 - (since - BLINK_SHUT) / BLINK_OPENING, 0, 1)
        both = np.minimum(closing, opening)
        shut = np.maximum(shut, both * both * (3 - 2 * both))
    return shut


def perform(frame_rate: float, seed: int) -> Performance:
    """The clip's poses at `frame_rate` Hz."""
    rng = np.random.default_rng(seed)
    times = np.arange(int(round(DURATION * frame_rate))) / frame_rate
    speech = speak(PHRASES, DURATION, 1000.0, rng)
    yaw, pitch, roll = (
        _keyed(k, times) + _sway(times, s, rng) for k, s in ((YAW, 0.5), (PITCH, 0.45), (ROLL, 0.3))
    )
    gaze_yaw, gaze_pitch, brows, smile = (_keyed(k, times) for k in (GAZE_YAW, GAZE_PITCH, BROWS, SMILE))
    shut = _blinks(times)
    mouth = {k: np.interp(times, np.arange(len(speech.jaw)) / speech.rate, getattr(speech, k)) for k in ("jaw", "spread", "round", "closed")}
    poses = []
    for i in range(len(times)):
        raised, lowered = max(0.0, gaze_pitch[i]), max(0.0, -gaze_pitch[i])
        lid = float(np.clip(shut[i] + 0.012 * lowered * (1 - shut[i]), 0, 1))
        wide = 0.02 * raised * (1 - shut[i]) + 0.15 * brows[i] * (1 - shut[i])
        units = {
            "mouth-open": 0.5 * mouth["jaw"][i],
            "mouth-retraction": 0.45 * mouth["spread"][i],
            "mouth-pursing": 0.4 * mouth["round"][i],
            "mouth-upward-retraction": 0.25 * mouth["jaw"][i] * (1 - mouth["round"][i]),
            "mouth-compression": 0.35 * mouth["closed"][i],
            "mouth-corner-puller": float(smile[i]),
            "eyebrows-left-up": float(brows[i]),
            "eyebrows-right-up": float(brows[i]),
            "eyebrows-left-inner-up": 0.3 * float(brows[i]),
            "eyebrows-right-inner-up": 0.3 * float(brows[i]),
            "eye-left-closure": lid,
            "eye-right-closure": lid,
            "eye-left-opened-up": wide,
            "eye-right-opened-up": wide,
            "eye-left-slit": 0.35 * float(smile[i]) * (1 - shut[i]),
            "eye-right-slit": 0.35 * float(smile[i]) * (1 - shut[i]),
        }
        poses.append(Pose(units, float(yaw[i]), float(pitch[i]), float(roll[i]), float(gaze_yaw[i]), float(gaze_pitch[i])))
    return Performance(poses, speech)
