"""What the generator is trained to make small."""

import unittest

import torch

from few_shot.losses import distance, importance, reconstruction


class ReconstructionTest(unittest.TestCase):
    def setUp(self) -> None:
        torch.manual_seed(0)
        self.target = torch.rand(2, 6, 16, 16)
        self.weight = importance(torch.rand(2, 6, 16, 16))

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

    def test_no_gradient_flows_into_the_warp(self) -> None:
        warp = (self.target + 0.1).requires_grad_(True)
        out = (self.target + 0.05).requires_grad_(True)
        reconstruction(out, warp, self.target, self.weight).backward()
        self.assertIsNone(warp.grad)
        self.assertIsNotNone(out.grad)


if __name__ == "__main__":
    unittest.main()
