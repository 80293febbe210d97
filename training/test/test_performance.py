import unittest

import numpy as np

from dataset.performance import example_poses, perform


class Perform(unittest.TestCase):
    def test_a_seed_gives_the_same_performance_again(self):
        self.assertEqual(perform(np.random.default_rng(3), 12, 2), perform(np.random.default_rng(3), 12, 2))

    def test_gives_as_many_poses_as_asked(self):
        self.assertEqual(len(perform(np.random.default_rng(1), 12, 1)), 12)

    def test_neighbouring_poses_are_close(self):
        for seed in range(20):
            poses = perform(np.random.default_rng(seed), 12, 1)
            turns = np.abs(np.diff([p.yaw for p in poses]))
            self.assertLess(turns.max(), 12)

    def test_many_performances_leave_the_frontal_pose(self):
        first = [abs(perform(np.random.default_rng(seed), 12, 1)[0].yaw) for seed in range(60)]
        self.assertGreater(np.mean(np.array(first) > 10), 0.3)


class ExamplePoses(unittest.TestCase):
    def test_the_first_is_frontal_with_the_mouth_nearly_shut_and_the_eyes_open(self):
        for seed in range(30):
            first = example_poses(np.random.default_rng(seed))[0]
            self.assertLess(abs(first.yaw), 8)
            self.assertLess(first.units.get("mouth-open", 0), 0.05)
            self.assertEqual(first.units.get("eye-left-closure", 0) < 0.2, True)

    def test_there_are_four_and_they_differ(self):
        for seed in range(30):
            poses = example_poses(np.random.default_rng(seed))
            self.assertEqual(len({(p.yaw, str(p.units)) for p in poses}), 4)
