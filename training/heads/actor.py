"""Renders the sample actor's clip: python -m heads.actor --assets PATH --out FOLDER."""

import argparse
import json
from pathlib import Path

import numpy as np

from . import finish
from .character import Character, Piece, Pose, Shape, Skin
from .hairstyle import HairStyle
from .head import Head
from .inbetween import between
from .motion import BLINKS, Performance, perform
from .renderer import Camera, Look
from .studio import LIGHTS, background
from .texture import enlarged, load
from .voice import synthesise
from .webm import write_webm

SIDE = 512
FRAME_RATE = 30
SAMPLE_RATE = 48_000
SEED = 11
PITCH = 118.0  # Hz
BITRATE = 1_200_000
EDGE_SOFTNESS = 1.2  # pixels: a frame of few samples flickers along its outline

ACTOR = Character(
    Shape(1, 36, {"caucasian": 0.5, "asian": 0.3, "african": 0.2}, 0.55, 0.48, {"head/head-oval": 0.3, "chin/chin-prominent-incr": 0.2}),
    Skin("middleage_lightskinned_male_diffuse", gain=(0.93, 0.89, 0.85), stubble=0.35, wrinkles=0.2, scalp=(0.06, 0.04, 0.03)),
    "brown_eye",
    brows=Piece("eyebrows/eyebrow001", (0.02, 0.014, 0.011)),
    clothes=(Piece("clothes/male_casualsuit04", (0.22, 0.06, 0.05), roughness=0.85),),
    styles=(HairStyle(count=14_000, length=0.042, side_length=0.012, melanin=0.86, redness=0.4, root_radius=0.0006),),
)
BACKGROUND = "room:plain"
LOOK = Look(LIGHTS["window"], (0.12, 0.125, 0.135))


def mouth_opening(head: Head, pose: Pose) -> float:
    """Gap between the lips over the width of the mouth, measured on the mesh."""
    vertices = head.posed(Pose(pose.units))[0]
    upper, lower, left, right = head.lip_points()
    gap = np.linalg.norm(vertices[upper] - vertices[lower])
    return float(gap / np.linalg.norm(vertices[left] - vertices[right]))


def ground_truth(performance: Performance, head: Head) -> dict:
    """What each frame truly shows; angles in degrees, openings relative."""
    closed = mouth_opening(head, performance.poses[0])
    frames = [
        {
            "mouthOpen": round(max(0.0, mouth_opening(head, p) - closed), 4),
            "yaw": round(p.yaw, 2),
            "pitch": round(p.pitch, 2),
            "roll": round(p.roll, 2),
            "blink": round(p.units["eye-left-closure"], 3),
            "browRaise": round(p.units["eyebrows-left-up"], 3),
            "smile": round(p.units["mouth-corner-puller"], 3),
            "gazeYaw": round(p.gaze_yaw, 2),
            "gazePitch": round(p.gaze_pitch, 2),
        }
        for p in performance.poses
    ]
    return {
        "name": "Sample actor",
        "description": "A made-up speaker for trying things without a webcam: talks, turns, blinks, smiles, looks aside.",
        "video": "sample-actor.webm",
        "codecs": "VP8, Opus",
        "frameRate": FRAME_RATE,
        "width": SIDE,
        "height": SIDE,
        "loops": True,
        "licence": "CC0-1.0",
        "source": "Rendered by training/heads from the MakeHuman community's CC0 assets; the voice is synthesised by the same program and says nothing.",
        "depicts": "An invented adult character; no real person.",
        "units": {
            "mouthOpen": "gap between the lips over the mouth's width, 0 at rest",
            "yaw": "degrees, > 0 towards the picture's right",
            "pitch": "degrees, > 0 up",
            "roll": "degrees, > 0 clockwise in the picture",
            "blink": "0 open .. 1 shut",
            "gazeYaw": "degrees relative to the head, > 0 towards the picture's right",
            "gazePitch": "degrees relative to the head, > 0 up",
        },
        "blinks": list(BLINKS),
        "frames": frames,
    }


def coarse_to_fine(count: int, step: int) -> list[int]:
    """Every `step`-th frame in an order that covers the whole clip early: fourths, halves, all."""
    order = [i for stride in (4 * step, 2 * step, step) for i in range(0, count, stride)]
    return list(dict.fromkeys(order))


def render_frames(performance: Performance, head: Head, cache: Path, size: int, samples: int, step: int) -> None:
    """Renders every `step`-th frame that the cache lacks."""
    from .blender import BlenderRenderer

    renderer = BlenderRenderer(head, LOOK, size, samples, fine=False)
    for i in coarse_to_fine(len(performance.poses), step):
        file = cache / f"{i:04d}.png"
        if not file.exists():
            partial = cache / f"partial-{i:04d}.png"
            renderer.render(performance.poses[i], partial)
            partial.rename(file)


def finished_frames(performance: Performance, head: Head, cache: Path):
    """Yields the composed frames (h, w, 3) uint8; those not rendered lie between their neighbours."""
    stage, poses = background(BACKGROUND, SIDE, SEED), performance.poses
    camera = Camera.facing(head, LOOK)
    rendered = [i for i in range(len(poses)) if (cache / f"{i:04d}.png").exists()]
    for i, pose in enumerate(poses):
        earlier = max(k for k in rendered if k <= i)
        later = min((k for k in rendered if k >= i), default=rendered[0])  # the clip loops
        picture = load(cache / f"{earlier:04d}.png")
        if earlier != i:
            after = load(cache / f"{later:04d}.png")
            picture = between(picture, after, (poses[earlier], pose, poses[later]), head, camera)
        picture = finish.compose(enlarged(picture, SIDE), stage, EDGE_SOFTNESS)
        yield (np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--assets", type=Path, required=True, help="folder of the MakeHuman assets")
    arguments.add_argument("--out", type=Path, required=True, help="folder that receives sample-actor.webm and .json")
    arguments.add_argument("--cache", type=Path, default=Path("cache/actor"), help="rendered frames, kept for resuming")
    arguments.add_argument("--size", type=int, default=SIDE, help="rendered size; enlarged to the clip's")
    arguments.add_argument("--samples", type=int, default=24)
    arguments.add_argument("--step", type=int, default=1, help="render only every nth frame; the rest is interpolated")
    options = arguments.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    options.out.mkdir(parents=True, exist_ok=True)
    performance = perform(FRAME_RATE, SEED)
    head = Head(options.assets, ACTOR)
    (options.out / "sample-actor.json").write_text(json.dumps(ground_truth(performance, head)) + "\n")
    render_frames(performance, head, options.cache, options.size, options.samples, options.step)
    sound = synthesise(performance.speech, SAMPLE_RATE, PITCH, np.random.default_rng(SEED))
    frames = finished_frames(performance, head, options.cache)
    write_webm(options.out / "sample-actor.webm", frames, FRAME_RATE, sound, SAMPLE_RATE, BITRATE)


if __name__ == "__main__":
    main()
