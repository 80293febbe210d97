"""Renders the built-in identities: python -m heads.identities --assets PATH --out FOLDER."""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
from PIL import Image

from . import finish
from .cast import CAST, EXAMPLE_COUNT, Identity, examples
from .head import Head
from .painting import comic, oil
from .renderer import Look
from .studio import LIGHTS, background
from .texture import enlarged, load

SIDE = 512
WEBP_QUALITY = 92


def render_heads(identity: Identity, assets: Path, cache: Path, size: int, samples: int, numbers: list[int]) -> dict[int, Path]:
    """Renders the examples of these numbers, from 1, that the cache lacks; returns their files."""
    from .blender import BlenderRenderer  # heavy, and not needed when everything is cached

    files = {i: cache / identity.id / f"{i}.png" for i in numbers}
    if all(f.exists() for f in files.values()):
        return files
    look = Look(LIGHTS[identity.light], identity.ambient, exposure=identity.exposure, surface=identity.surface)
    renderer = BlenderRenderer(Head(assets, identity.character), look, size, samples)
    for i, pose in enumerate(examples(identity.turn), 1):
        file = files.get(i)
        if file and not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            renderer.render(pose, file)
    return files


def finished(identity: Identity, head: np.ndarray, seed: int) -> np.ndarray:
    """The picture (h, w, 3), sRGB in [0, 1], of one rendered head."""
    size = head.shape[0]
    picture = finish.compose(head, background(identity.background, size, _seed(identity)))
    rng = np.random.default_rng(_seed(identity) + seed)
    if identity.finish == "oil":
        return oil(picture, rng)
    if identity.finish == "comic":
        return comic(picture)
    if identity.finish == "noir":
        return finish.noir(picture, rng)
    return finish.photo(picture, rng)


def _seed(identity: Identity) -> int:
    return sum(ord(c) * 31**i for i, c in enumerate(identity.id)) % 2**31


def card(identity: Identity, folder: Path, count: int) -> dict:
    """The identity.json of one identity, whose pictures lie in `folder`."""
    names = [f"{i + 1}.webp" for i in range(count)]
    return {
        "id": identity.id,
        "name": identity.name,
        "description": identity.description,
        "style": identity.style,
        "examples": [
            {"file": name, "sha256": hashlib.sha256((folder / name).read_bytes()).hexdigest()} for name in names
        ],
        "consent": {
            "given": True,
            "subject": "invented-character",
            "statement": "An invented adult character rendered by this project; it depicts no real person.",
        },
        "licence": "CC0-1.0",
        "source": "Rendered by training/heads from the MakeHuman community's CC0 assets.",
    }


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--assets", type=Path, required=True, help="folder of the MakeHuman assets")
    arguments.add_argument("--out", type=Path, required=True, help="folder that receives one folder per identity")
    arguments.add_argument("--cache", type=Path, default=Path("cache/identities"), help="rendered heads, kept for resuming")
    arguments.add_argument("--only", nargs="*", help="ids to render (default: all)")
    arguments.add_argument("--size", type=int, default=SIDE, help="rendered size; enlarged to 512 where smaller")
    arguments.add_argument("--samples", type=int, default=64)
    arguments.add_argument("--count", type=int, default=EXAMPLE_COUNT, help="examples per identity")
    arguments.add_argument("--pictures", nargs="*", type=int, help="numbers of those to render, from 1 (default: all); the others stay as they lie in FOLDER")
    options = arguments.parse_args()
    numbers = options.pictures or list(range(1, options.count + 1))
    for identity in CAST:
        if options.only and identity.id not in options.only:
            continue
        files = render_heads(identity, options.assets, options.cache, options.size, options.samples, numbers)
        folder = options.out / identity.id
        folder.mkdir(parents=True, exist_ok=True)
        for i, file in files.items():
            picture = finished(identity, enlarged(load(file), SIDE), i - 1)
            pixels = Image.fromarray((picture * 255 + 0.5).astype(np.uint8))
            pixels.save(folder / f"{i}.webp", quality=WEBP_QUALITY, method=6)
        text = json.dumps(card(identity, folder, options.count), indent=2, ensure_ascii=False)
        (folder / "identity.json").write_text(text + "\n")
        print(f"{identity.id}: {len(files)} pictures", flush=True)


if __name__ == "__main__":
    main()
