"""A small network learns from what a large one draws."""

import unittest
from pathlib import Path
from unittest.mock import patch

import numpy as np
import torch

from few_shot.loader import Lesson
from few_shot.network import Embedder, Generator
from few_shot.planes import reduced
from few_shot.roll_out import Course
from few_shot.shape import SHAPES
from few_shot.shards import read_shard, unit
from few_shot.teach import teach
from few_shot.trainer import Trainer
from few_shot.windows import Windows, assembled

from .shard_folder import ShardTest, write_shard

CLIP = "clip"


class TeachTest(ShardTest):
    def setUp(self) -> None:
        super().setUp()
        self.fine, self.shards = self.path / "fine", self.path / "shards"
        write_shard(self.fine / CLIP, 1, frames=2, cells=256)
        write_shard(self.shards / CLIP, 2, frames=2)

    def taught(self, adds: float) -> int:
        """By a large network that adds the same everywhere that it may."""
        teacher, embedder = Generator(SHAPES["large"]).eval(), Embedder(SHAPES["large"]).eval()
        with torch.no_grad():
            for part in (teacher.head.weight, *embedder.rest[-2:]):  # the last kernels are those of the colours
                part.zero_()
            teacher.head.bias[:6], teacher.head.bias[6], teacher.head.bias[7] = adds, 20, -20
        with patch("builtins.print"):
            return teach(teacher, embedder, self.fine, self.shards)

    def test_what_it_draws_of_a_clip_lies_beside_the_small_ones_shard_at_its_size(self) -> None:
        self.assertIsNone(read_shard(self.shards / CLIP).taught)
        self.assertEqual(self.taught(0.0), 1)
        shard = read_shard(self.shards / CLIP, 128)
        warp = unit(np.asarray(read_shard(self.fine / CLIP, 256).warp))
        self.assertLessEqual(float((unit(np.asarray(shard.taught)) - reduced(warp)).abs().max()), 0.51 / 255)
        self.taught(0.3)
        self.assertGreater(float((unit(np.asarray(read_shard(self.shards / CLIP).taught)) - reduced(warp)).mean()), 0.001)

    def test_clips_that_it_has_no_shards_of_are_left_alone_and_another_clips_are_refused(self) -> None:
        write_shard(self.shards / "alone", 3)
        self.assertEqual(self.taught(0.0), 1)
        self.assertIsNone(read_shard(self.shards / "alone").taught)
        write_shard(self.fine / "alone", 3, frames=3, cells=256)
        with self.assertRaisesRegex(ValueError, "alone is no coarser shard of the clip"):
            self.taught(0.0)

    def test_its_answers_are_cut_mirrored_and_tinted_as_the_truth_is(self) -> None:
        shard = read_shard(self.shards / CLIP)
        for seed in range(6):
            cuts = Windows([shard], seed).choose(2, 2)
            # Where nobody drew the clip, the truth stands for it.
            batch = assembled(cuts, 2, taught=True).on(torch.device("cpu"))
            self.assertTrue(torch.equal(batch.taught, batch.target))
        self.assertIsNone(assembled(cuts, 2).on(torch.device("cpu")).taught)

    def test_a_step_moves_the_small_network_towards_what_it_draws(self) -> None:
        self.taught(0.3)
        shard = read_shard(self.shards / CLIP)
        lesson = Lesson(assembled(Windows([shard], 1).choose(2, 2), 2, taught=True).on(torch.device("cpu")), [Course(), Course()])
        distances = []
        trainer = Trainer(SHAPES["small"], torch.device("cpu"), adversary=False, bf16=False, taught=20.0)
        for _ in range(4):
            distances.append(float(trainer.step(lesson, 1e-3, 0.0, 0.0).losses["taught"]))
        self.assertLess(distances[-1], distances[0])
        lesson.batch.taught = None
        self.assertNotIn("taught", trainer.step(lesson, 1e-3, 0.0, 0.0).losses)


if __name__ == "__main__":
    unittest.main()
