"""One training clip: its people, its frames, its folder."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .drawing import Canvas
from .figure import Figure
from .glasses import glasses
from .look import Finish, random_look
from .performance import FRAME_RATE, example_poses, perform
from .person import dress, invent
from .scene import random_background, random_light, random_view

SIDE = 512
DRAWN_SIDE = 640  # pictures are drawn larger, so that edges are smooth
SEQUENCE = 12  # consecutive frames
PLAUSIBLE_SHARE = 0.6
GLASSES_SHARE = 0.12
STYLES = ("photo", "painted", "cartoon")
STYLE_SHARES = {False: (0.8, 0.2, 0.0), True: (0.4, 0.3, 0.3)}  # by whether the person is a wilder one


@dataclass(frozen=True)
class Clip:
    """Frames (t, 512, 512, 3) of sRGB bytes, and what the file beside them says."""

    frames: np.ndarray
    description: dict


def render_clip(assets: Path, seed: int, number: int) -> Clip:
    """The clip that belongs to a seed and a number."""
    rng = np.random.default_rng([seed, number])
    wild = bool(rng.random() >= PLAUSIBLE_SHARE)
    style = str(rng.choice(STYLES, p=STYLE_SHARES[wild]))
    levels = float(rng.integers(2, 6)) if style == "cartoon" else 0.0
    person = invent(rng, assets, wild)
    wears_glasses = bool(rng.random() < GLASSES_SHARE)
    figure = Figure(assets, person.character, lambda head: glasses(head, rng) if wears_glasses else ())
    canvas = Canvas(figure, dress(person, figure, assets, levels), DRAWN_SIDE)
    view, light, background = random_view(rng, figure), random_light(rng), random_background(rng, DRAWN_SIDE)
    finish = Finish(random_look(rng, style), SIDE)
    step = int(rng.integers(1, 3))
    poses = example_poses(rng)
    examples = len(poses)
    poses += perform(rng, SEQUENCE, step)
    frames = np.stack([finish.frame(*canvas.draw(pose, view, light, background), rng) for pose in poses])
    return Clip(frames, {
        "frames": len(frames), "side": SIDE, "fps": FRAME_RATE, "examples": list(range(examples)), "sequence": [examples, len(frames)],
        "style": f"{style}{', wild' if wild else ''}", "seed": seed * 1_000_000 + number, "step": step,
    })


def write_clip(clip: Clip, folder: Path) -> None:
    """Writes `frames.rgb` and `clip.json`; the folder appears when both are complete."""
    partial = folder.with_name(f"{folder.name}.part")
    partial.mkdir(parents=True, exist_ok=True)
    clip.frames.tofile(partial / "frames.rgb")
    (partial / "clip.json").write_text(json.dumps(clip.description) + "\n")
    partial.rename(folder)
