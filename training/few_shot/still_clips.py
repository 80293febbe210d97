"""Still clips: python -m few_shot.still_clips --shards SHARDS --out CLIPS --count 500.

A good camera shows a face that is moved but hardly changes, almost without noise: there the warp is
right to a fraction of a percent, and a correction can only harm. Here one frame of a training shard,
moved as a whole by a smooth random motion, is a clip with itself as the example. Run
scripts/training-shards.ts over them. The same shards give the same clips.
"""

import io

import numpy as np
import torch
from PIL import Image
from torch.nn import functional as F

from .clip_folder import shard_clip_arguments, upscaled, write_shard_clips
from .shards import Shard

FRAMES = 12
REACH = np.array([0.07, 0.05, 0.06, 0.06])  # radians of roll, log of size, sides right, sides down: of a calm speaker
NOISE = 1.2 / 255  # at most


def motion(rng: np.random.Generator) -> np.ndarray:
    """(frames, 4): a stretch of a slow sine in each way of moving, at other places and speeds."""
    t = np.arange(FRAMES)[:, None] / FRAMES
    return REACH * rng.uniform(0, 1, 4) * np.sin(2 * np.pi * (rng.uniform(0, 1, 4) + t * rng.uniform(0.1, 0.8, 4)))


def moved(picture: torch.Tensor, roll: float, size: float, right: float, down: float) -> torch.Tensor:
    """The picture (1, 3, h, w) moved as a whole about its middle; what comes in at an edge is the edge."""
    c, s = np.cos(roll) * np.exp(-size), np.sin(roll) * np.exp(-size)
    grid = F.affine_grid(torch.tensor([[[c, s, -2 * right], [-s, c, -2 * down]]], dtype=torch.float32), list(picture.shape), align_corners=False)
    return F.grid_sample(picture, grid, mode="bicubic", padding_mode="border", align_corners=False)


def photographed(rgb: torch.Tensor, rng: np.random.Generator) -> np.ndarray:
    """Bytes (h, w, 3) of what a good camera and a coder leave of it."""
    pixels = rgb[0].permute(1, 2, 0).numpy() + rng.normal(0, rng.uniform(0, NOISE), rgb.shape[2:] + (3,))
    picture = Image.fromarray((pixels.clip(0, 1) * 255 + 0.5).astype(np.uint8))
    if rng.random() < 0.5:
        file = io.BytesIO()
        picture.save(file, "JPEG", quality=int(rng.integers(80, 96)), subsampling=2)
        picture = Image.open(file)
    return np.asarray(picture)


def still_frames(shard: Shard, rng: np.random.Generator) -> np.ndarray:
    """(1 + FRAMES, 512, 512, 3): the example, then the moved ones."""
    frame = int(rng.integers(shard.frames))
    rgb = upscaled(shard.target[frame : frame + 1])
    return np.stack([photographed(rgb, rng), *(photographed(moved(rgb, *way), rng) for way in motion(rng))])


def main() -> None:
    options = shard_clip_arguments(__doc__, count=500, seed=78).parse_args()
    write_shard_clips(options, "still", "still", 1, still_frames)


if __name__ == "__main__":
    main()
