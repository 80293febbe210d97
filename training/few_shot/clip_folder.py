"""Clips on disk, as scripts/training-shards.ts reads them; and clips made of training shards."""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from .planes import to_rgb
from .shards import Shard, find_shards, unit

SIDE = 512
FINISHED = "finished.txt"  # names of all clips that a folder ever held, a line each, as in dataset/clips.py


def write_clip(folder: Path, frames: np.ndarray, examples: list[int], sequence: list[int], style: str, seed: int) -> None:
    """Frames (n, 512, 512, 3) of sRGB bytes; the folder has its name only when it is whole."""
    draft = folder.with_name(f"{folder.name}.part")
    draft.mkdir(parents=True, exist_ok=True)
    frames.tofile(draft / "frames.rgb")
    clip = {"frames": len(frames), "side": SIDE, "fps": 30, "examples": examples, "sequence": sequence, "style": style, "seed": seed}
    (draft / "clip.json").write_text(json.dumps(clip) + "\n")
    draft.rename(folder)


def upscaled(target: np.ndarray) -> torch.Tensor:
    """A shard's pictures, planes (n, 6, cells, cells) of bytes, as RGB (n, 3, 512, 512) in [0, 1]."""
    return F.interpolate(to_rgb(unit(target)), size=(SIDE, SIDE), mode="bicubic", align_corners=False).clamp(0, 1)


def shard_clip_arguments(about: str, count: int, seed: int) -> argparse.ArgumentParser:
    arguments = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--shards", type=Path, required=True, help="shards of rendered clips; those held out give none")
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument("--count", type=int, default=count)
    arguments.add_argument("--seed", type=int, default=seed)
    arguments.add_argument("--backlog", type=int, default=0, help="waits while so many clips lie unused; 0 never waits")
    return arguments


def write_shard_clips(options: argparse.Namespace, prefix: str, style: str, examples: int,
                      frames_of: Callable[[Shard, np.random.Generator], np.ndarray]) -> None:
    """A clip of each of `options.count` shards, evenly chosen: its examples, then its sequence.

    Those that `options.out` ever held are not made again; with `options.backlog` it waits while so many lie unused.
    """
    shards = find_shards(options.shards, held_out=False)
    chosen = shards[:: max(1, len(shards) // max(1, options.count))][: options.count]
    options.out.mkdir(parents=True, exist_ok=True)
    record = options.out / FINISHED
    finished = set(record.read_text().split()) if record.exists() else set()
    with record.open("a") as log:
        for number, shard in enumerate(chosen):
            folder = options.out / f"{prefix}-{shard.name}"
            if folder.name not in finished and not folder.exists():
                while options.backlog and len(unused(options.out)) >= options.backlog:
                    time.sleep(0.5)
                frames = frames_of(shard, np.random.default_rng([options.seed, number]))
                write_clip(folder, frames, list(range(examples)), [examples, len(frames)], style, options.seed)
                log.write(f"{folder.name}\n")
                log.flush()
            print(f"\r{number + 1} of {len(chosen)} clips", end="", flush=True)
    print()


def unused(clips: Path) -> list[Path]:
    """Whole clips that no program has taken."""
    return [meta.parent for meta in sorted(clips.glob("*/clip.json")) if meta.parent.suffix not in (".part", ".claimed")]
