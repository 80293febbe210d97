"""What a larger network draws, for a smaller one to learn from: python -m few_shot.teach --teacher RUN --fine FINE --shards SHARDS.

The teacher draws the clips in FINE, whose shards were made for its own field, frame by frame with its own outputs fed
back, as in a call. What it draws, reduced to the field of the shards of the same clips in SHARDS, is laid beside those
(taught.u8); `few_shot.train --taught` learns from it.
"""

import argparse
from pathlib import Path

import numpy as np
import torch

from .device import add_device, device_of
from .evaluate import play
from .network import Embedder, Generator
from .planes import reduced
from .shards import TAUGHT, Shard, read_shard, shard_folders
from .weights import load


def answers(teacher: Generator, embedder: Embedder, fine: Shard, cells: int) -> np.ndarray:
    """What the teacher draws of a clip, on a field of `cells`: planes (t, 6, cells, cells) of bytes."""
    frames = []
    for _, out, _, _ in play(teacher, embedder, fine):
        while out.shape[-1] > cells:
            out = reduced(out)
        frames.append(out)
    return (torch.cat(frames) * 255 + 0.5).byte().cpu().numpy()


def teach(teacher: Generator, embedder: Embedder, fine: Path, shards: Path) -> int:
    """Of all clips that both folders have; how many those are. Raises ValueError where two shards are not of the same clip."""
    taught = 0
    for folder in shard_folders(shards):
        if not (fine / folder.name).exists():
            continue
        theirs, ours = read_shard(fine / folder.name, teacher.shape.cells), read_shard(folder)
        if theirs.frames != ours.frames or ours.cells > theirs.cells:
            raise ValueError(f"{folder} is no coarser shard of the clip that {fine / folder.name} was made of")
        draft = folder / f"{TAUGHT}.part"
        answers(teacher, embedder, theirs, ours.cells).tofile(draft)
        draft.rename(folder / TAUGHT)
        taught += 1
        print(f"\r{taught} clips", end="", flush=True)
    print()
    return taught


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--teacher", type=Path, required=True, help="a run's folder, or a file of weights that export --weights wrote")
    arguments.add_argument("--fine", type=Path, required=True, help="shards of the clips for the teacher's field")
    arguments.add_argument("--shards", type=Path, required=True, help="shards of the same clips for the field of whom it teaches")
    add_device(arguments)
    options = arguments.parse_args()
    device = device_of(options.device)
    teacher, embedder = (network.to(device) for network in load(options.teacher))
    if not teach(teacher, embedder, options.fine, options.shards):
        raise SystemExit(f"no clip has shards both in {options.fine} and in {options.shards}")


if __name__ == "__main__":
    main()
