"""Training on a device: what a step touches lies there, and a run changes from one device to another."""

import unittest
from pathlib import Path
from unittest.mock import patch

import numpy as np
import torch
from torch._subclasses.fake_tensor import FakeTensorMode

from few_shot import checkpoint
from few_shot.evaluate import clip_figures
from few_shot.loader import Lesson
from few_shot.roll_out import Course
from few_shot.shape import SHAPES
from few_shot.shards import Shard, read_shard
from few_shot.trainer import Trainer
from few_shot.usual import settle
from few_shot.windows import Windows, assembled

from .shard_folder import ShardTest, write_shard

SMALL = SHAPES["small"]
# Where tensors have a size and a place but no values, PyTorch tells of any that meet on two devices. This one stands
# for a GPU: a PyTorch without CUDA cannot go back through tensors that are said to lie on one.
ELSEWHERE = torch.device("meta")
# All that can happen at a frame, on the whole field and on half of it.
EVENTFUL = [Course(perfect=True, noise=0.1), Course(drift=0.1, half=True), Course(dropped=True, resampled=True), Course(half=True)]


def lesson(shards: list[Shard], device: torch.device, happening: list[Course], items: int = 2) -> Lesson:
    raw = assembled(Windows(shards, 1).choose(items, len(happening)), len(happening), 64)
    return Lesson(raw.on(device), happening)


class TrainerTest(ShardTest):
    def setUp(self) -> None:
        super().setUp()
        for number in range(2):
            write_shard(self.path / f"clip-{number}", number)
        self.shards = [read_shard(self.path / f"clip-{number}") for number in range(2)]

    def learn(self, trainer: Trainer, averaged: float = 0.0) -> dict[str, torch.Tensor]:
        return trainer.step(lesson(self.shards, trainer.device, EVENTFUL[:2]), 1e-3, 0.01, averaged).losses

    def test_all_that_a_step_a_report_and_a_checkpoint_touch_lies_on_the_device_and_no_number_is_fetched_from_it(self) -> None:
        trainer = Trainer(SMALL, ELSEWHERE, adversary=True, bf16=False)
        with FakeTensorMode(allow_non_fake_inputs=True):
            for averaged in (0.0, 0.9):
                figures = trainer.step(lesson(self.shards, ELSEWHERE, EVENTFUL), 1e-3, 0.01, averaged)
            settle(trainer.averaged[1], self.shards)
            held_out = clip_figures(*trainer.averaged.eval(), self.shards[0], half=True)
            trainer.resume(trainer.state())
            there = {*figures.losses.values(), figures.identity, *held_out.values(), *trainer.networks.state_dict().values(),
                     *trainer.averaged.state_dict().values(), *(p.grad for p in trainer.networks.parameters())}
        self.assertEqual(list(figures.losses), ["picture", "example", "texture", "steady", "fool", "judged"])
        self.assertEqual({tensor.device for tensor in there}, {ELSEWHERE})

    def test_a_step_moves_all_that_learns_and_the_averaged_weights_follow(self) -> None:
        trainer = Trainer(SMALL, torch.device("cpu"), adversary=True)
        before = {name: value.clone() for name, value in trainer.averaged.state_dict().items()}
        self.learn(trainer)
        first = trainer.averaged[0].in128.weight.clone()
        self.assertTrue(torch.equal(first, trainer.generator.in128.weight))
        losses = self.learn(trainer, averaged=0.9)
        self.assertTrue(all(bool(torch.isfinite(loss)) for loss in losses.values()))
        there = trainer.generator.in128.weight
        self.assertTrue(torch.allclose(trainer.averaged[0].in128.weight, first + 0.1 * (there - first), atol=1e-7))
        unmoved = [name for name, value in trainer.averaged.state_dict().items() if value.is_floating_point() and torch.equal(value, before[name])]
        # At first no code depends on the identity, so nothing before the codes has anything to learn.
        self.assertEqual([name for name in unmoved if name.startswith("0.")], [])

    def test_the_same_seed_gives_the_same_networks_and_the_same_step(self) -> None:
        weights = []
        for _ in range(2):
            torch.manual_seed(5)
            trainer = Trainer(SMALL, torch.device("cpu"), adversary=True)
            self.learn(trainer)
            weights.append(torch.cat([p.detach().flatten() for p in trainer.networks.parameters()]))
        self.assertTrue(torch.equal(*weights))

    def test_a_run_that_was_saved_on_a_gpu_goes_on_without_one(self) -> None:
        trainer = Trainer(SMALL, torch.device("cpu"), adversary=True)
        self.learn(trainer)
        with patch("torch.serialization.location_tag", return_value="cuda:0"):
            checkpoint.save(self.path, trainer.state())
        with patch("torch.cuda.is_available", return_value=False), self.assertRaises(RuntimeError):
            torch.load(self.path / checkpoint.LATEST, weights_only=True)
        other = Trainer(SMALL, torch.device("cpu"), adversary=True)
        other.resume(checkpoint.load(self.path))
        for one, two in ((trainer.networks, other.networks), (trainer.averaged, other.averaged), (trainer.adversary, other.adversary)):
            for name, value in one.state_dict().items():
                self.assertTrue(torch.equal(value, two.state_dict()[name]), name)
        again = [torch.cat([p.detach().flatten() for p in each.networks.parameters()]) for each in (trainer, other) if self.seeded(each)]
        self.assertTrue(torch.equal(*again))

    def seeded(self, trainer: Trainer) -> bool:
        """A further step of `trainer`, the same noise for each."""
        torch.manual_seed(7)
        return bool(self.learn(trainer, averaged=0.9))

if __name__ == "__main__":
    unittest.main()
