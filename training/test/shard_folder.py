"""Shards of noise, for tests: whole folders as scripts/training-shards.ts leaves them."""

import json
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch

from few_shot.shape import EXAMPLE_CELLS


def write_shard(folder: Path, seed: int, frames: int = 4, examples: int = 2, cells: int = 128) -> None:
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True)
    (folder / "meta.json").write_text(json.dumps({"frames": frames, "cells": cells, "k": examples}))
    for name, count, side in (("target", frames, cells), ("warp", frames, cells), ("lines", frames, cells),
                              ("ex_planes", examples, EXAMPLE_CELLS), ("ex_lines", examples, EXAMPLE_CELLS)):
        rng.integers(0, 255, (count, 6, side, side), np.uint8).tofile(folder / f"{name}.u8")
    for name in ("disp", "flow"):
        (rng.normal(0, 0.05, (frames, 2, cells, cells))).astype(np.float16).tofile(folder / f"{name}.f16")
    rng.uniform(0.3, 0.7, (frames, 478, 3)).astype(np.float32).tofile(folder / "landmarks.f32")


class ShardTest(unittest.TestCase):
    """A folder of its own for each test, and PyTorch seeded, on one thread: that is as it was afterwards."""

    def setUp(self) -> None:
        torch.manual_seed(0)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.addCleanup(torch.set_num_threads, torch.get_num_threads())
        torch.set_num_threads(1)
        self.path = Path(folder.name)
