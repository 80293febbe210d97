"""The sizes of the networks."""

import unittest

import torch

from few_shot.network import Embedder, Generator
from few_shot.shape import SHAPES, kernels
from few_shot.weights import halved

IDENTITY_BYTES = 300_000  # of kernels, as float32: what is kept for each identity, in memory and on disk
MODEL_BYTES = 40_000_000  # of all weights that the project ships
VECTOR = 16  # channels that the processor's convolutions take at once


class ShapeTest(unittest.TestCase):
    def test_an_identity_of_any_shape_fits_what_is_kept_for_one(self) -> None:
        for name, shape in SHAPES.items():
            with self.subTest(name):
                self.assertLessEqual(4 * sum(kernel.length for kernel in kernels(shape)), IDENTITY_BYTES)

    def test_the_weights_of_all_shapes_together_can_be_shipped(self) -> None:
        size = 0
        for shape in SHAPES.values():
            networks = torch.nn.ModuleList([Generator(shape), Embedder(shape)])
            size += sum(value.numel() * value.element_size() for value in halved(networks).values())
        self.assertLessEqual(size, MODEL_BYTES)

    def test_a_finer_field_has_a_level_more_so_that_the_coarsest_is_the_same_part_of_the_picture(self) -> None:
        self.assertEqual({name: shape.sizes[-1] for name, shape in SHAPES.items()}, {"small": 8, "large": 8})
        self.assertEqual({name: shape.cells for name, shape in SHAPES.items()}, {"small": 128, "large": 256})
        for shape in SHAPES.values():
            self.assertEqual(len(shape.decoder), len(shape.encoder) - 1)

    def test_channels_fill_vector_registers(self) -> None:
        for name, shape in SHAPES.items():
            with self.subTest(name):
                for width in (*shape.encoder, *shape.decoder, shape.label, *shape.embedder):
                    self.assertEqual(width % VECTOR, 0)


if __name__ == "__main__":
    unittest.main()
