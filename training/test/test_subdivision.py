import unittest

import numpy as np

from dataset.subdivision import subdivide

CUBE = np.array([(x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], dtype=float)
SIDES = np.array([(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)])
UVS, UV_SIDES = np.array([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]), np.tile(np.arange(4), (6, 1))


class Subdivide(unittest.TestCase):
    def test_a_cube_becomes_what_catmull_and_clark_give(self):
        matrix, quads, uvs, uv_quads = subdivide(SIDES, UVS, UV_SIDES, 8)
        points = matrix @ CUBE
        self.assertEqual(points.shape, (8 + 12 + 6, 3))
        self.assertEqual(quads.shape, (24, 4))
        np.testing.assert_allclose(np.abs(points[:8]), 5 / 9)
        np.testing.assert_allclose(np.sort(np.abs(points[8:20]), axis=1), np.tile([0, 0.75, 0.75], (12, 1)))
        np.testing.assert_allclose(np.sort(np.abs(points[20:]), axis=1), np.tile([0, 0, 1], (6, 1)))
        self.assertEqual(uv_quads.shape, (24, 4))
        self.assertAlmostEqual(float(uvs.mean()), 0.5)

    def test_a_flat_sheet_stays_flat_and_keeps_its_rim(self):
        sheet = np.array([(x, y, 0.0) for y in range(3) for x in range(3)])
        faces = np.array([(0, 1, 4, 3), (1, 2, 5, 4), (3, 4, 7, 6), (4, 5, 8, 7)])
        points = subdivide(faces, UVS, np.tile(np.arange(4), (4, 1)), 9)[0] @ sheet
        np.testing.assert_allclose(points[:, 2], 0)
        np.testing.assert_allclose(points[1], sheet[1])
        np.testing.assert_allclose(points[4], sheet[4])

    def test_weights_of_each_point_sum_to_one(self):
        matrix = subdivide(SIDES, UVS, UV_SIDES, 8)[0]
        np.testing.assert_allclose(np.asarray(matrix.sum(axis=1)).ravel(), 1)
