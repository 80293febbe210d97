"""Draws all identities on one picture: python -m heads.contact_sheet --identities FOLDER --out FILE."""

import argparse
import json
from pathlib import Path

from PIL import Image

from .cast import CAST

COLUMNS, CELL, GAP = 6, 256, 6
PAPER = (18, 19, 22)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--identities", type=Path, required=True)
    arguments.add_argument("--out", type=Path, required=True)
    options = arguments.parse_args()
    folders = [options.identities / i.id for i in CAST if (options.identities / i.id / "identity.json").exists()]
    rows = -(-len(folders) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * (CELL + GAP) - GAP, rows * (CELL + GAP) - GAP), PAPER)
    for n, folder in enumerate(folders):
        first = json.loads((folder / "identity.json").read_text())["examples"][0]["file"]
        portrait = Image.open(folder / first).resize((CELL, CELL), Image.Resampling.LANCZOS)
        sheet.paste(portrait, (n % COLUMNS * (CELL + GAP), n // COLUMNS * (CELL + GAP)))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(options.out, quality=88, method=6)


if __name__ == "__main__":
    main()
