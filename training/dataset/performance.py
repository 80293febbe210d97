"""Random performances: example poses and stretches of talking, turning, blinking, smiling."""

import numpy as np

from heads.character import Pose
from heads.speech import speak

FRAME_RATE = 30
LENGTH = 5.0  # seconds of a performance, of which a clip shows a stretch
BLINK_SHUT, BLINK_CLOSING, BLINK_OPENING = 0.06, 0.09, 0.15  # seconds


def _wander(rng: np.random.Generator, times: np.ndarray, hold: tuple[float, float], values) -> np.ndarray:
    """Minimum-jerk moves between values drawn by `values()`, each held for a while."""
    out = np.empty(len(times))
    at, value = -rng.uniform(0, hold[1]), values()
    while at < times[-1]:
        stay, move, target = rng.uniform(*hold), rng.uniform(0.25, 0.8), values()
        u = np.clip((times - at - stay) / move, 0, 1)
        now = times >= at
        out[now] = (value + (target - value) * u**3 * (10 - 15 * u + 6 * u * u))[now]
        at, value = at + stay + move, target
    return out


def _sway(rng: np.random.Generator, times: np.ndarray, size: float) -> np.ndarray:
    return size * sum(rng.normal() / k * np.sin(1.3 * k * times + rng.uniform(0, 6.28)) for k in range(1, 9))


def _blinks(rng: np.random.Generator, times: np.ndarray) -> np.ndarray:
    shut, at = np.zeros(len(times)), rng.uniform(0, 1.2)
    while at < times[-1]:
        long = rng.uniform(0.2, 0.6) if rng.random() < 0.15 else BLINK_SHUT
        both = np.minimum(np.clip(1 + (times - at) / BLINK_CLOSING, 0, 1), np.clip(1 - (times - at - long) / BLINK_OPENING, 0, 1))
        shut = np.maximum(shut, both * both * (3 - 2 * both))
        at += rng.exponential(1.2) + 0.4
    return shut


def _units(jaw=0.0, spread=0.0, round_=0.0, up=0.0, closed=0.0, smile=0.0, brows=0.0, frown=0.0, shut=0.0, wide=0.0, gaze_pitch=0.0, teeth=0.0) -> dict[str, float]:
    lid = float(np.clip(shut + 0.012 * max(0.0, -gaze_pitch) * (1 - shut), 0, 1))
    raised = (0.02 * max(0.0, gaze_pitch) + 0.15 * max(0, brows) + wide) * (1 - shut)
    units = {
        "mouth-open": jaw, "mouth-retraction": spread, "mouth-pursing": round_, "mouth-upward-retraction": up,
        "mouth-compression": closed, "mouth-corner-puller": smile, "mouth-part-later": teeth,
        "eyebrows-left-up": max(0.0, brows), "eyebrows-right-up": max(0.0, brows),
        "eyebrows-left-inner-up": 0.3 * max(0.0, brows), "eyebrows-right-inner-up": 0.3 * max(0.0, brows),
        "eyebrows-left-down": frown, "eyebrows-right-down": frown,
        "eye-left-closure": lid, "eye-right-closure": lid, "eye-left-opened-up": raised, "eye-right-opened-up": raised,
        "eye-left-slit": 0.3 * smile * (1 - shut), "eye-right-slit": 0.3 * smile * (1 - shut),
    }
    return {k: float(v) for k, v in units.items() if v > 0}


def example_poses(rng: np.random.Generator) -> list[Pose]:
    """Four poses that may serve as examples: the first nearly neutral and frontal, the others diverse."""
    little = rng.normal(0, 1.5, 3)
    poses = [Pose(_units(jaw=rng.uniform(0, 0.03), smile=rng.uniform(0, 0.2)), *little, *rng.normal(0, 2, 2))]
    side = rng.choice((-1, 1))
    kinds = [
        Pose(_units(jaw=rng.uniform(0.3, 0.65), up=rng.uniform(0.1, 0.4), smile=rng.uniform(0, 0.4), brows=rng.uniform(0, 0.6)), rng.normal(0, 6), rng.normal(0, 4), rng.normal(0, 3)),
        Pose(_units(jaw=rng.uniform(0.05, 0.2), up=rng.uniform(0.2, 0.6), smile=rng.uniform(0.5, 1.0), spread=rng.uniform(0, 0.4)), rng.normal(0, 8), rng.normal(0, 4), rng.normal(0, 4)),
        Pose(_units(jaw=rng.uniform(0, 0.15), smile=rng.uniform(0, 0.3)), side * rng.uniform(14, 34), rng.normal(0, 5), rng.normal(0, 4), -side * rng.uniform(0, 20)),
        Pose(_units(jaw=rng.uniform(0, 0.15), smile=rng.uniform(0, 0.3)), -side * rng.uniform(14, 34), rng.normal(0, 5), rng.normal(0, 4), side * rng.uniform(0, 20)),
        Pose(_units(shut=1.0, smile=rng.uniform(0, 0.5), jaw=rng.uniform(0, 0.1)), rng.normal(0, 6), rng.normal(0, 5), rng.normal(0, 4)),
        Pose(_units(round_=rng.uniform(0.4, 0.9), jaw=rng.uniform(0.05, 0.3), frown=rng.uniform(0, 0.7)), rng.normal(0, 10), rng.normal(0, 6), rng.normal(0, 5)),
    ]
    first, second = rng.choice(2, 2, replace=False), 2 + rng.choice(4, 2, replace=False)
    chosen = [int(first[0]), int(second[0]), int(rng.choice([first[1], second[1]]))]
    return poses + [kinds[i] for i in chosen]


def perform(rng: np.random.Generator, count: int, step: int) -> list[Pose]:
    """`count` consecutive poses at 30 frames a second, from a random moment; `step` 2 is double speed."""
    times = np.arange(int(LENGTH * FRAME_RATE)) / FRAME_RATE
    quiet = rng.random() < 0.12
    loud = rng.uniform(0.3, 0.8)
    speech = speak([] if quiet else [(0.05, LENGTH - 0.05)], LENGTH, 200.0, rng)
    mouth = {k: np.interp(times, np.arange(len(speech.jaw)) / speech.rate, getattr(speech, k)) for k in ("jaw", "spread", "round", "closed")}
    reach = 46 if rng.random() < 0.15 else 33
    home = np.clip(rng.normal(0, 14), -30, 30)
    yaw = _wander(rng, times, (0.05, 1.0), lambda: float(np.clip(home + rng.normal(0, 12), -reach, reach))) + _sway(rng, times, 0.8)
    pitch = _wander(rng, times, (0.05, 0.8), lambda: float(np.clip(rng.normal(0, 7), -18, 18))) + _sway(rng, times, 0.7)
    roll = _wander(rng, times, (0.1, 1.0), lambda: float(np.clip(rng.normal(0, 5), -14, 14))) + _sway(rng, times, 0.5)
    towards_camera = rng.uniform(0, 0.9)
    gaze_yaw = np.clip(_wander(rng, times, (0.3, 1.2), lambda: float(rng.normal(0, 9))) - towards_camera * yaw, -28, 28)
    gaze_pitch = np.clip(_wander(rng, times, (0.3, 1.2), lambda: float(rng.normal(0, 5))) - towards_camera * pitch, -16, 16)
    level = rng.uniform(0, 0.9) if rng.random() < 0.5 else 0.1
    smile = _wander(rng, times, (0.2, 1.2), lambda: float(np.clip(rng.normal(level, 0.25), 0, 1)))
    brows = _wander(rng, times, (0.1, 1.0), lambda: float(np.clip(rng.normal(0.1, 0.45), -0.8, 1)))
    gape = _wander(rng, times, (0.2, 1.0), lambda: float(rng.uniform(0, 0.5)) if rng.random() < 0.35 else 0.0)
    raised = _wander(rng, times, (0.2, 1.0), lambda: float(rng.uniform(0, 0.5)))
    shut = _blinks(rng, times)
    start = int(rng.integers(0, len(times) - (count - 1) * step))
    poses = []
    for i in range(start, start + count * step, step):
        jaw, rounded = mouth["jaw"][i], mouth["round"][i]
        units = _units(
            jaw=np.clip(loud * jaw + gape[i], 0, 0.85), spread=0.5 * mouth["spread"][i], round_=0.6 * rounded,
            up=(0.3 * jaw + raised[i] * smile[i]) * (1 - rounded), closed=0.4 * mouth["closed"][i], smile=smile[i],
            brows=brows[i], frown=max(0.0, -brows[i]), shut=shut[i], gaze_pitch=gaze_pitch[i])
        poses.append(Pose(units, float(yaw[i]), float(pitch[i]), float(roll[i]), float(gaze_yaw[i]), float(gaze_pitch[i])))
    return poses
