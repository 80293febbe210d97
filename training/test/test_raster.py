"""python -m unittest discover -s test -t . (from training/)"""

import unittest

import numpy as np

from dataset import raster

NO_SHEET = np.full((4, 4), 255, dtype=np.uint8)


def seen(points, triangles, side=16, sheet=NO_SHEET, tested=False):
    depth = np.zeros((side, side), dtype=np.float32)
    index = np.full((side, side), raster.NOTHING, dtype=np.int32)
    triangles = np.array(triangles, dtype=np.int32)
    raster.see(
        np.array(points, dtype=np.float32), triangles, np.zeros(len(triangles), dtype=np.int32), np.zeros((len(points), 2), dtype=np.float32),
        triangles, np.zeros((1, raster.MATERIAL_COLUMNS), dtype=np.float32), sheet, np.array([[0, 2, 2]], dtype=np.int64), tested, depth, index)
    return index, depth


class See(unittest.TestCase):
    def test_a_triangle_covers_exactly_the_pixels_whose_centres_it_holds(self):
        index, _ = seen([(2, 2, 1), (12, 2, 1), (2, 12, 1)], [(0, 1, 2)])
        y, x = np.mgrid[:16, :16] + 0.5
        inside = (x >= 2) & (y >= 2) & (x + y <= 14)
        np.testing.assert_array_equal(index == 0, inside)

    def test_either_winding_is_drawn(self):
        points = [(2, 2, 1), (12, 2, 1), (2, 12, 1)]
        np.testing.assert_array_equal(seen(points, [(0, 1, 2)])[0], seen(points, [(0, 2, 1)])[0])

    def test_the_nearer_of_two_triangles_is_seen_in_either_order(self):
        points = [(0, 0, 1), (16, 0, 1), (0, 16, 1), (0, 0, 2), (16, 0, 2), (0, 16, 2)]
        far, near = (0, 1, 2), (3, 4, 5)
        self.assertEqual(seen(points, [far, near])[0][3, 3], 1)
        self.assertEqual(seen(points, [near, far])[0][3, 3], 0)

    def test_neighbours_leave_no_hole_between_them(self):
        index, _ = seen([(1, 1, 1), (15, 1, 1), (15, 15, 1), (1, 15, 1)], [(0, 1, 2), (0, 2, 3)])
        self.assertTrue((index[1:15, 1:15] >= 0).all())

    def test_what_lies_outside_the_picture_is_cut_off(self):
        index, _ = seen([(-40, -40, 1), (80, -40, 1), (-40, 80, 1)], [(0, 1, 2)])
        self.assertTrue((index == 0).all())

    def test_where_the_texture_is_clear_nothing_is_seen(self):
        clear = NO_SHEET.copy()
        clear[:, 3] = 0
        points = [(2, 2, 1), (12, 2, 1), (2, 12, 1)]
        self.assertTrue((seen(points, [(0, 1, 2)], sheet=clear, tested=True)[0] == raster.NOTHING).all())
        self.assertTrue((seen(points, [(0, 1, 2)], sheet=NO_SHEET, tested=True)[0] == 0).any())


class Nearest(unittest.TestCase):
    def test_keeps_the_least_depth(self):
        points = np.array([(0, 0, 5), (8, 0, 5), (0, 8, 5), (0, 0, 3), (8, 0, 3), (0, 8, 3)], dtype=np.float32)
        depth = np.full((8, 8), np.inf, dtype=np.float32)
        raster.nearest(points, np.array([(3, 4, 5), (0, 1, 2)], dtype=np.int32), depth)
        self.assertEqual(depth[1, 1], 3)
        self.assertEqual(depth[7, 7], np.inf)
