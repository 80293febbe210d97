"""Planes: what the product's kernels do, done in PyTorch."""

import unittest

import torch

from few_shot.planes import composed, enlarged, joined, luma, reduced, to_rgb, warped
from few_shot.windows import mirrored


class PlanesTest(unittest.TestCase):
    def setUp(self) -> None:
        torch.manual_seed(0)

    def test_luma_cells_lie_row_by_row(self) -> None:
        planes = torch.zeros(1, 6, 2, 2)
        planes[0, 1, 0, 1] = 1  # the right upper pixel of the cell in column 1
        self.assertEqual(luma(planes)[0, 0].nonzero().tolist(), [[0, 3]])

    def test_joining_undoes_taking_apart(self) -> None:
        planes = torch.rand(2, 6, 8, 8)
        self.assertTrue(torch.equal(joined(luma(planes), planes[:, 4:]), planes))

    def test_a_flow_of_zero_changes_nothing(self) -> None:
        planes = torch.rand(1, 6, 16, 16)
        self.assertTrue(torch.allclose(warped(planes, torch.zeros(1, 2, 16, 16), 0.5), planes, atol=1e-5))

    def test_a_flow_points_to_where_the_pixel_was(self) -> None:
        planes = torch.zeros(1, 6, 16, 16)
        planes[0, 4, 5, 9] = 1
        flow = torch.zeros(1, 2, 16, 16)
        flow[:, 0] = 3 / 16  # three cells to the right, in sides
        self.assertEqual(warped(planes, flow, 1.0)[0, 4].round().nonzero().tolist(), [[5, 6]])

    def test_in_a_window_the_same_flow_moves_by_more_of_it(self) -> None:
        planes = torch.zeros(1, 6, 16, 16)
        planes[0, 4, 5, 9] = 1
        flow = torch.zeros(1, 2, 16, 16)
        flow[:, 0] = 3 / 32  # the window is half of the picture
        self.assertEqual(warped(planes, flow, 0.5)[0, 4].round().nonzero().tolist(), [[5, 6]])

    def test_two_flows_add_up_where_they_are_constant(self) -> None:
        now, before = torch.full((1, 2, 8, 8), 0.02), torch.full((1, 2, 8, 8), -0.05)
        self.assertTrue(torch.allclose(composed(now, before, 1.0), torch.full((1, 2, 8, 8), -0.03), atol=1e-6))

    def test_a_picture_of_half_the_size_shows_the_same_in_the_same_place(self) -> None:
        planes = torch.rand(1, 6, 16, 16)
        half = reduced(planes)
        self.assertEqual(list(half.shape), [1, 6, 8, 8])
        self.assertTrue(torch.allclose(luma(half)[0, 0, 3, 5], luma(planes)[0, 0, 6:8, 10:12].mean()))
        self.assertTrue(torch.allclose(half[0, 5, 3, 5], planes[0, 5, 6:8, 10:12].mean()))

    def test_drawn_out_again_a_slope_is_where_it_was(self) -> None:
        slope = (torch.arange(32.0) / 32).expand(1, 1, 32, 32)
        planes = joined(slope, slope[..., ::2, ::2].expand(1, 2, 16, 16) + 0.5 / 32)
        again = enlarged(reduced(planes))
        self.assertTrue(torch.allclose(luma(again)[..., 2:-2], luma(planes)[..., 2:-2], atol=1e-5))
        self.assertTrue(torch.allclose(again[:, 4:, :, 1:-1], planes[:, 4:, :, 1:-1], atol=1e-5))

    def test_mirroring_twice_changes_nothing_and_once_mirrors_the_luma(self) -> None:
        planes = torch.rand(1, 6, 8, 8)
        self.assertTrue(torch.equal(mirrored(mirrored(planes, True), True), planes))
        self.assertTrue(torch.equal(luma(mirrored(planes, True)), luma(planes).flip(-1)))

    def test_grey_has_no_colour_and_white_is_white(self) -> None:
        planes = torch.full((1, 6, 4, 4), 128 / 255)
        planes[:, :4] = 235 / 255
        self.assertTrue(torch.allclose(to_rgb(planes), torch.ones(1, 3, 8, 8), atol=0.01))


if __name__ == "__main__":
    unittest.main()
