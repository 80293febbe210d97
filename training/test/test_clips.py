import tempfile
import unittest
from pathlib import Path

import numpy as np

from dataset.clip import Clip, write_clip
from dataset.clips import waiting


class WriteClip(unittest.TestCase):
    def test_the_folder_holds_every_byte_and_no_draft_is_left(self):
        frames = np.arange(2 * 4 * 4 * 3, dtype=np.uint8).reshape(2, 4, 4, 3)
        with tempfile.TemporaryDirectory() as folder:
            write_clip(Clip(frames, {"frames": 2}), Path(folder) / "one")
            self.assertEqual((Path(folder) / "one" / "frames.rgb").read_bytes(), frames.tobytes())
            self.assertEqual([p.name for p in Path(folder).iterdir()], ["one"])


class Waiting(unittest.TestCase):
    def test_counts_finished_clips_that_nobody_has_taken(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in ("a", "b.part", "c.claimed"):
                (Path(folder) / name).mkdir()
            (Path(folder) / "finished.txt").touch()
            self.assertEqual(waiting(Path(folder)), 1)
