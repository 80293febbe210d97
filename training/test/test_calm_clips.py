"""Clips made of shards, of faces that hardly move."""

import tempfile
import unittest
from pathlib import Path

import numpy as np

from few_shot.calm_clips import calm_frames
from few_shot.shards import Shard, Stored
from few_shot.still_clips import FRAMES, REACH, motion, still_frames

GREY = 128


def shard(folder: Path, frames: int = 2) -> Shard:
    """Frames that differ in brightness: 60, 120, ... with neutral colour; a dark left half."""
    target = np.full((frames, 6, 128, 128), GREY, np.uint8)
    for t in range(frames):
        target[t, :4] = 60 * (t + 1)
    target[:, :4, :, :64] //= 2
    target.tofile(folder / "target.u8")
    stored = Stored(folder / "target.u8", np.uint8, target.shape)
    return Shard("clip", 128, frames, 0, *[stored] * 8)


class CalmClipsTest(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.shard = shard(Path(self.folder.name))

    def test_the_example_is_one_of_the_frames_and_all_follow(self) -> None:
        frames = calm_frames(self.shard, np.random.default_rng(1))
        self.assertEqual(frames.shape, (3, 512, 512, 3))
        self.assertTrue(any(np.array_equal(frames[0], frame) for frame in frames[1:]))
        self.assertGreater(int(frames[2, 0, 511, 0]), int(frames[1, 0, 511, 0]) + 40)

    def test_a_still_face_moves_as_a_whole_and_changes_in_nothing_else(self) -> None:
        frames = still_frames(self.shard, np.random.default_rng(1)).astype(float)
        self.assertEqual(frames.shape, (1 + FRAMES, 512, 512, 3))
        levels = np.median(frames[:, :, :100], axis=(1, 2, 3)), np.median(frames[:, :, 412:], axis=(1, 2, 3))
        for side in levels:
            self.assertLess(float(np.ptp(side)), 3)
        self.assertGreater(float(levels[1].mean() - levels[0].mean()), 20)
        self.assertGreater(float(np.abs(frames[-1] - frames[0]).max()), 20)

    def test_a_still_face_stays_within_a_calm_speakers_reach(self) -> None:
        for seed in range(20):
            way = motion(np.random.default_rng(seed))
            self.assertTrue((np.abs(way) <= REACH).all())
            self.assertLess(float(np.abs(np.diff(way, axis=0)).max()), 0.04)


if __name__ == "__main__":
    unittest.main()
