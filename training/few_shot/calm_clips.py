"""Calm clips: python -m few_shot.calm_clips --shards SHARDS --out CLIPS --count 900.

Most of a call is a face that is nearly as in its picture, where the warp is nearly right and must be
left alone. Rendered clips move too much to teach that, so here the frames of training shards become
clips of their own whose examples are one of them, or with --examples 4 several: somebody whose pictures
show what they will do. Run scripts/training-shards.ts over
them. The same shards give the same clips; those in CLIPS are not made again.
"""

import numpy as np

from .clip_folder import shard_clip_arguments, upscaled, write_shard_clips
from .shards import Shard


def calm_frames(shard: Shard, rng: np.random.Generator, examples: int = 1) -> np.ndarray:
    """(examples + frames, 512, 512, 3) bytes of sRGB: some of the frames as the examples, then all of them."""
    frames = (upscaled(np.asarray(shard.target)).permute(0, 2, 3, 1) * 255 + 0.5).byte().numpy()
    return np.concatenate([frames[rng.choice(len(frames), examples, replace=False)], frames])


def main() -> None:
    arguments = shard_clip_arguments(__doc__, count=900, seed=77)
    arguments.add_argument("--examples", type=int, default=1)
    options = arguments.parse_args()
    count = options.examples
    write_shard_clips(options, f"calm{count}", "calm", count, lambda shard, rng: calm_frames(shard, rng, count))


if __name__ == "__main__":
    main()
