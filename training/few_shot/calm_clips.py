"""Calm clips: python -m few_shot.calm_clips --shards SHARDS --out CLIPS --count 900.

Most of a call is a face that is nearly as in its picture, where the warp is nearly right and must be
left alone. Rendered clips move too much to teach that, so here the frames of training shards become
clips of their own whose examples are one of them, or with --examples 4 several: somebody whose pictures
show what they will do. Run scripts/training-shards.ts over them. The
same shards give the same clips; those in CLIPS are not made again.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from .planes import to_rgb
from .shards import Shard, _unit, find_shards

SIDE = 512


def calm_frames(shard: Shard, rng: np.random.Generator, examples: int = 1) -> np.ndarray:
    """(examples + frames, 512, 512, 3) bytes of sRGB: some of the frames as the examples, then all of them."""
    rgb = F.interpolate(to_rgb(_unit(np.asarray(shard.target))), size=(SIDE, SIDE), mode="bicubic", align_corners=False)
    frames = (rgb.clamp(0, 1).permute(0, 2, 3, 1) * 255 + 0.5).byte().numpy()
    return np.concatenate([frames[rng.choice(len(frames), examples, replace=False)], frames])


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--shards", type=Path, required=True, help="shards of rendered clips; those held out give none")
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument("--count", type=int, default=900)
    arguments.add_argument("--examples", type=int, default=1)
    arguments.add_argument("--seed", type=int, default=77)
    options = arguments.parse_args()
    shards = find_shards(options.shards, held_out=False)
    chosen = shards[:: max(1, len(shards) // options.count)][: options.count]
    for number, shard in enumerate(chosen):
        folder = options.out / f"calm{options.examples}-{shard.name}"
        if not folder.exists():
            frames = calm_frames(shard, np.random.default_rng([options.seed, number]), options.examples)
            draft = folder.with_name(f"{folder.name}.part")
            draft.mkdir(parents=True, exist_ok=True)
            frames.tofile(draft / "frames.rgb")
            clip = {"frames": len(frames), "side": SIDE, "fps": 30, "examples": list(range(options.examples)),
                    "sequence": [options.examples, len(frames)],
                    "style": "calm", "seed": options.seed}
            (draft / "clip.json").write_text(json.dumps(clip) + "\n")
            draft.rename(folder)
        print(f"\r{number + 1} of {len(chosen)} clips", end="", flush=True)
    print()


if __name__ == "__main__":
    main()
