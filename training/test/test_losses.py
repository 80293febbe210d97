"""What the generator is trained to make small."""

import unittest

import torch

from few_shot.losses import Adversary, distance, importance, reconstruction, softness
from few_shot.planes import joined, luma


class ReconstructionTest(unittest.TestCase):
    def setUp(self) -> None:
        torch.manual_seed(0)
        self.target = torch.rand(2, 6, 16, 16)
        self.weight = importance(torch.rand(2, 6, 16, 16), 128)

    def test_the_truth_is_at_no_distance(self) -> None:
        self.assertTrue(torch.equal(distance(self.target, self.target, self.weight), torch.zeros(2)))

    def test_each_item_has_a_distance_of_its_own(self) -> None:
        out = self.target.clone()
        out[1] += 0.1
        near, far = distance(out, self.target, self.weight)
        self.assertEqual(float(near), 0)
        self.assertGreater(float(far), 0.05)

    def test_the_same_error_costs_more_where_the_warp_was_good(self) -> None:
        out = self.target + 0.05
        good = reconstruction(out, self.target + 0.01, self.target, self.weight)
        bad = reconstruction(out, self.target + 0.3, self.target, self.weight)
        self.assertGreater(float(good), 1.5 * float(bad))

    def test_as_much_of_the_picture_counts_on_a_finer_field(self) -> None:
        lines = torch.zeros(1, 6, 64, 64)
        lines[:, 0, 8:56, 8:56], lines[:, 2, 40:44, 24:40], lines[:, 4, 20:24, 16:24] = 1, 1, 1
        fine = lines.repeat_interleave(2, -1).repeat_interleave(2, -2)
        coarse, reduced = importance(lines, 128), torch.nn.functional.avg_pool2d(importance(fine, 256), 2)
        self.assertLess(float((coarse - reduced).abs().mean()), 0.02)
        self.assertLess(float((coarse - reduced)[..., 39:45, 23:41].abs().max()), 0.02)

    def test_no_gradient_flows_into_the_warp(self) -> None:
        warp = (self.target + 0.1).requires_grad_(True)
        out = (self.target + 0.05).requires_grad_(True)
        reconstruction(out, warp, self.target, self.weight).backward()
        self.assertIsNone(warp.grad)
        self.assertIsNotNone(out.grad)


class SharpnessTest(unittest.TestCase):
    def setUp(self) -> None:
        torch.manual_seed(0)
        self.target = torch.rand(2, 6, 32, 32)
        self.weight = torch.ones(2, 1, 32, 32)

    def blurred(self) -> torch.Tensor:
        y = torch.nn.functional.avg_pool2d(luma(self.target), 3, 1, 1)
        return joined(y, self.target[:, 4:])

    def test_the_truth_is_not_soft(self) -> None:
        self.assertEqual(float(softness(self.target, self.target, self.weight)), 0)

    def test_another_texture_as_lively_as_the_truth_is_hardly_soft(self) -> None:
        other = float(softness(torch.rand(2, 6, 32, 32), self.target, self.weight))
        self.assertLess(other, 0.25 * float(softness(self.blurred(), self.target, self.weight)))

    def test_a_blur_gains_by_becoming_sharper(self) -> None:
        out = self.blurred().requires_grad_(True)
        softness(out, self.target, self.weight).backward()
        sharper = (out - 20 * out.grad).detach()
        self.assertLess(float(softness(sharper, self.target, self.weight)), float(softness(out, self.target, self.weight)))

    def test_a_verdict_counts_only_where_it_has_weight(self) -> None:
        adversary, seen = Adversary(), torch.rand(2, 12, 32, 32)
        weight = torch.zeros(2, 1, 32, 32)
        weight[..., :16] = 1
        made = torch.rand(2, 6, 32, 32, requires_grad=True)
        adversary.fool(made, self.target, seen, weight).backward()
        self.assertEqual(float(made.grad[..., 31:].abs().max()), 0)
        self.assertGreater(float(made.grad[..., :16].abs().max()), 0)

    def test_the_adversary_learns_to_tell_a_blur_from_the_truth(self) -> None:
        adversary, seen = Adversary(), torch.rand(2, 12, 32, 32)
        optimiser = torch.optim.Adam(adversary.parameters(), 1e-3)
        first = float(adversary.judge(self.blurred(), self.target, seen, self.weight))
        for _ in range(30):
            optimiser.zero_grad()
            adversary.judge(self.blurred(), self.target, seen, self.weight).backward()
            optimiser.step()
        self.assertLess(float(adversary.judge(self.blurred(), self.target, seen, self.weight)), 0.6 * first)


if __name__ == "__main__":
    unittest.main()
