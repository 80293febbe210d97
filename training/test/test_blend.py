import unittest

import torch

from few_shot.blend import blended


class Blend(unittest.TestCase):
    FIRST = {"weight": torch.tensor([0.0, 2.0]), "steps": torch.tensor(3)}
    SECOND = {"weight": torch.tensor([4.0, 0.0]), "steps": torch.tensor(7)}

    def test_lies_between_both_by_the_share_of_the_second(self) -> None:
        state = blended(self.FIRST, self.SECOND, 0.25)
        self.assertEqual(state["weight"].tolist(), [1.0, 1.5])
        self.assertEqual(int(state["steps"]), 7)

    def test_is_either_at_the_ends(self) -> None:
        self.assertEqual(blended(self.FIRST, self.SECOND, 0.0)["weight"].tolist(), [0.0, 2.0])
        self.assertEqual(blended(self.FIRST, self.SECOND, 1.0)["weight"].tolist(), [4.0, 0.0])

    def test_refuses_networks_of_different_shapes(self) -> None:
        with self.assertRaisesRegex(ValueError, "different shapes"):
            blended(self.FIRST, {"weight": torch.zeros(3), "steps": torch.tensor(1)}, 0.5)


if __name__ == "__main__":
    unittest.main()
