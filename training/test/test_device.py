"""Which device computes."""

import unittest
from unittest.mock import patch

from few_shot.device import device_of


class DeviceTest(unittest.TestCase):
    def test_auto_takes_a_gpu_where_there_is_one(self) -> None:
        with patch("torch.cuda.is_available", return_value=True), patch("torch.cuda.current_device", return_value=0):
            self.assertEqual([str(device_of(name)) for name in ("auto", "cuda", "cpu")], ["cuda:0", "cuda:0", "cpu"])

    def test_auto_takes_the_processor_where_there_is_none(self) -> None:
        with patch("torch.cuda.is_available", return_value=False):
            self.assertEqual(str(device_of("auto")), "cpu")

    def test_a_gpu_that_is_named_and_not_there_is_refused(self) -> None:
        with patch("torch.cuda.is_available", return_value=False), self.assertRaisesRegex(SystemExit, "no GPU"):
            device_of("cuda")


if __name__ == "__main__":
    unittest.main()
