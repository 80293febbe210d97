"""Fine-tuning: the weights it begins with, and what it is tuned on."""

import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch

from few_shot.finetune import finetuned, pictures_of
from few_shot.frame import Conditions, draw
from few_shot.network import Embedder, Generator
from few_shot.shape import SHAPES
from few_shot.shards import Shard, Stored, read_shard
from few_shot.weights import halved, load, shape_of

from .shard_folder import write_shard

SMALL = SHAPES["small"]


class TuningTest(unittest.TestCase):
    def setUp(self) -> None:
        torch.manual_seed(0)
        self.networks = torch.nn.ModuleList([Generator(SMALL), Embedder(SMALL)])
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = Path(self.folder.name)

    def test_weights_alone_are_enough_to_begin_with(self) -> None:
        torch.save(halved(self.networks), self.path / "weights.pt")
        generator, embedder = load(self.path / "weights.pt")
        for mine, theirs in zip(self.networks.parameters(), torch.nn.ModuleList([generator, embedder]).parameters()):
            self.assertTrue(torch.allclose(mine, theirs, atol=1e-3))
            self.assertEqual(theirs.dtype, torch.float32)

    def test_weights_of_no_known_shape_are_refused(self) -> None:
        with self.assertRaises(ValueError):
            shape_of({"0.head.weight": torch.zeros(3)})

    def test_the_identity_is_what_a_clips_targets_show(self) -> None:
        planes, lines = (np.random.default_rng(k).integers(0, 255, (3, 6, 128, 128), np.uint8) for k in (1, 2))

        def stored(name: str, array: np.ndarray) -> Stored:
            array.tofile(self.path / name)
            return Stored(self.path / name, array.dtype, array.shape)

        flat = stored("flat", np.zeros((3, 2, 128, 128), np.float16))
        driven = {"target": stored("target", planes), "warp": stored("warp", planes), "lines": stored("lines", lines),
                  "displacement": flat, "flow": flat, "landmarks": flat}
        shard = Shard("clip", 128, 3, 1, **driven, example_planes=stored("one", planes[:1]), example_lines=stored("one-lines", lines[:1]))
        pictures = pictures_of(shard)
        self.assertEqual(tuple(pictures.shape), (3, 12, 128, 128))
        self.assertTrue(np.allclose(pictures[:, :6].numpy() * 255, planes, atol=0.01))
        self.assertTrue(np.allclose(pictures[:, 6:].numpy() * 255, lines, atol=0.01))

    def test_of_a_finer_field_the_identity_is_what_its_targets_show_at_the_size_that_the_embedder_sees(self) -> None:
        write_shard(self.path / "clip", 1, cells=256)
        pictures = pictures_of(read_shard(self.path / "clip", 256))
        self.assertEqual(tuple(pictures.shape), (4, 12, 128, 128))
        self.assertTrue(0 <= float(pictures.min()) and float(pictures.max()) <= 1)

    def test_tuned_kernels_draw_their_picture_better_and_stay_near(self) -> None:
        generator, embedder = (network.eval() for network in self.networks)
        with torch.no_grad():
            generator.head.weight.normal_(std=0.05)
        y, x = torch.meshgrid(torch.arange(64.0) - 32, torch.arange(64.0) - 32, indexing="ij")
        lines = torch.zeros(1, 6, 64, 64)
        lines[:, 0] = ((torch.hypot(x, y) - 24).abs() < 1).float()
        displacement = torch.stack([0 * x, 0.3 * y / 64])[None] * 4
        now = Conditions(torch.full((1, 6, 64, 64), 0.5), lines, displacement, torch.zeros(1, 2, 64, 64))
        target = torch.full((1, 6, 64, 64), 0.6)
        start = embedder(torch.rand(1, 12, 128, 128), [1]).detach()

        def distance(flat: torch.Tensor) -> float:
            with torch.no_grad():
                return float((draw(generator, flat, now, None, 1.0)[0] - target).abs().mean())

        before = distance(start)
        flat = finetuned(generator, start, [(now, target)], steps=15, rate=1e-2, seed=1)
        self.assertLess(distance(flat), before)
        self.assertLess(float((flat - start).abs().max()), 0.2)


if __name__ == "__main__":
    unittest.main()
