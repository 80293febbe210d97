"""Clips on disk, as scripts/training-shards.ts reads them; and clips made of training shards."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from .planes import to_rgb
from .shards import Shard, _unit, find_shards

SIDE = 512


def write_clip(folder: Path, frames: np.ndarray, examples: list[int], sequence: list[int], style: str, seed: int) -> None:
    """Frames (n, 512, 512, 3) of sRGB bytes; the folder has its name only when it is whole."""
    draft = folder.with_name(f"{folder.name}.part")
    draft.mkdir(parents=True, exist_ok=True)
    frames.tofile(draft / "frames.rgb")
    clip = {"frames": len(frames), "side": SIDE, "fps": 30, "examples": examples, "sequence": sequence, "style": style, "seed": seed}
    (draft / "clip.json").write_text(json.dumps(clip) + "\n")
    draft.rename(folder)


def upscaled(target: np.ndarray) -> torch.Tensor:
    """A shard's pictures, planes (n, 6, 128, 128) of bytes, as RGB (n, 3, 512, 512) in [0, 1]."""
    return F.interpolate(to_rgb(_unit(target)), size=(SIDE, SIDE), mode="bicubic", align_corners=False).clamp(0, 1)


def shard_clip_arguments(about: str, count: int, seed: int) -> argparse.ArgumentParser:
    arguments = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--shards", type=Path, required=True, help="shards of rendered clips; those held out give none")
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument("--count", type=int, default=count)
    arguments.add_argument("--seed", type=int, default=seed)
    return arguments


def write_shard_clips(options: argparse.Namespace, prefix: str, style: str, examples: int,
                      frames_of: Callable[[Shard, np.random.Generator], np.ndarray]) -> None:
    """A clip of each of `options.count` shards, evenly chosen: its examples, then its sequence. Those in `options.out` are kept."""
    shards = find_shards(options.shards, held_out=False)
    chosen = shards[:: max(1, len(shards) // options.count)][: options.count]
    for number, shard in enumerate(chosen):
        folder = options.out / f"{prefix}-{shard.name}"
        if not folder.exists():
            frames = frames_of(shard, np.random.default_rng([options.seed, number]))
            write_clip(folder, frames, list(range(examples)), [examples, len(frames)], style, options.seed)
        print(f"\r{number + 1} of {len(chosen)} clips", end="", flush=True)
    print()
