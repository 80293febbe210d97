"""Shards of noise, for tests: whole folders as scripts/training-shards.ts leaves them."""

import json
from pathlib import Path

import numpy as np


def write_shard(folder: Path, seed: int, frames: int = 4, examples: int = 2) -> None:
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True)
    (folder / "meta.json").write_text(json.dumps({"frames": frames, "k": examples}))
    for name, count in (("target", frames), ("warp", frames), ("lines", frames), ("ex_planes", examples), ("ex_lines", examples)):
        rng.integers(0, 255, (count, 6, 128, 128), np.uint8).tofile(folder / f"{name}.u8")
    for name in ("disp", "flow"):
        (rng.normal(0, 0.05, (frames, 2, 128, 128))).astype(np.float16).tofile(folder / f"{name}.f16")
    rng.uniform(0.3, 0.7, (frames, 478, 3)).astype(np.float32).tofile(folder / "landmarks.f32")
