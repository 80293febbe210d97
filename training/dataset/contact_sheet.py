"""Random clips on one picture: python -m dataset.contact_sheet --assets PATH --out sheet.png."""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

from .clip import render_clip


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--assets", type=Path, required=True, help="folder of the MakeHuman assets")
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument("--count", type=int, default=8, help="clips, one in each row")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--first", type=int, default=0)
    arguments.add_argument("--side", type=int, default=256)
    options = arguments.parse_args()
    rows = []
    for number in range(options.first, options.first + options.count):
        frames = render_clip(options.assets, options.seed, number).frames
        shown = frames[[0, 1, 2, 3, 4, 8, 12, len(frames) - 1]]
        rows.append(np.concatenate([np.asarray(Image.fromarray(f).resize((options.side, options.side))) for f in shown], axis=1))
    Image.fromarray(np.concatenate(rows)).save(options.out)


if __name__ == "__main__":
    main()
