"""Turns an identity's pictures into clips for fine-tuning: python -m few_shot.identity_clips --identity FOLDER --out CLIPS.

Each picture takes a turn as the only example, from which all the others are drawn: how its
photographs differ is what the kernels can learn. Run scripts/training-shards.ts over the clips, then
few_shot.finetune over the shards.
"""

import argparse
import json
import shutil
from pathlib import Path

import numpy as np
from PIL import Image

from .clip_folder import SIDE, write_clip


def square(file: Path) -> np.ndarray:
    """The picture (512, 512, 3). Raises ValueError where it is not square: identities' pictures are framed already."""
    picture = Image.open(file).convert("RGB")
    if picture.width != picture.height:
        raise ValueError(f"{file} is {picture.width} x {picture.height}, not square")
    return np.asarray(picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--identity", type=Path, required=True, help="folder of an identity, with its identity.json")
    arguments.add_argument("--out", type=Path, required=True)
    options = arguments.parse_args()
    card = json.loads((options.identity / "identity.json").read_text())
    pictures = [square(options.identity / example["file"]) for example in card["examples"]]
    if len(pictures) < 2:
        raise SystemExit("fine-tuning needs two pictures or more: one is drawn from the other")
    for first in range(len(pictures)):
        order = [first, *(i for i in range(len(pictures)) if i != first)]
        folder = options.out / f"{card['id']}-{first}"
        shutil.rmtree(folder, ignore_errors=True)  # its pictures may be others by now
        write_clip(folder, np.stack([pictures[i] for i in order]), [0], [0, len(order)], "identity", 0)
        print(folder)


if __name__ == "__main__":
    main()
