"""The training command."""

import json
import signal
import tempfile
import time
import unittest
from pathlib import Path
from unittest.mock import patch

import torch

from few_shot import checkpoint, train
from few_shot.evaluate import table, words
from few_shot.shards import find_shards
from few_shot.weights import load

from .shard_folder import write_shard

LEARNED, HELD_OUT = ("clip-0", "clip-1"), "clip-k"  # by their names


class TrainTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name)
        self.shards, self.run_folder = self.path / "shards", self.path / "run"
        for number, name in enumerate((*LEARNED, HELD_OUT)):
            write_shard(self.shards / name, number)
        for kind in (signal.SIGTERM, signal.SIGINT):
            self.addCleanup(signal.signal, kind, signal.getsignal(kind))
        self.addCleanup(torch.set_num_threads, torch.get_num_threads())

    def train(self, *words: str) -> None:
        with patch("sys.argv", ["train", "--shards", str(self.shards), "--run", str(self.run_folder), "--device", "cpu", "--threads", "1", *words]):
            train.main()

    def test_a_run_goes_on_where_it_was_and_what_it_made_is_measured_on_clips_it_has_not_seen(self) -> None:
        self.assertEqual([shard.name for shard in find_shards(self.shards, held_out=True)], [HELD_OUT])
        self.train("--steps", "1")
        first = checkpoint.load(self.run_folder)
        with patch("builtins.print") as said:
            self.train("--steps", "2", "--every", "0.001")
        self.assertEqual((first["step"], checkpoint.load(self.run_folder)["step"]), (1, 2))
        line = json.loads((self.run_folder / "log.jsonl").read_text())
        self.assertRegex(said.call_args.args[0], r"^100%  step 2, .*face [+-]\d+\.\d\d, mouth .*, eyes ")
        self.assertEqual(line["step"], 2)
        self.assertTrue({"picture", "texture", "fool", "judged", "face_warp", "mouth_gain", "half_eyes_gain"} <= set(line))
        self.assertTrue((self.run_folder / "sheet.png").exists())
        with patch("builtins.print"):
            whole, half = table(*load(self.run_folder), [self.shards])
        self.assertEqual([whole["clips"], half["clips"], whole["field"], half["field"]], [1, 1, "whole", "half"])
        self.assertEqual((whole["face_warp"], whole["face_gain"]), (line["face_warp"], line["face_gain"]))

    def test_a_run_that_is_asked_to_stop_saves_and_says_that_it_is_not_at_its_end(self) -> None:
        def asked(*_: object) -> float:
            signal.raise_signal(signal.SIGTERM)
            return 1e-4

        with patch.object(train.Schedule, "rate", asked), patch("builtins.print"), self.assertRaises(SystemExit) as left:
            self.train("--steps", "100")
        self.assertEqual(left.exception.code, train.STOPPED)
        self.assertEqual(checkpoint.load(self.run_folder)["step"], 1)

    def test_shards_that_arrive_while_it_trains_are_looked_for_between_reports(self) -> None:
        with patch.object(train, "training_shards", wraps=train.training_shards) as looked:
            self.train("--steps", "3", "--items", "2", "--arriving", "0")
        self.assertGreater(looked.call_count, 2)

    def test_a_run_whose_reports_count_ends_when_its_minutes_are_over(self) -> None:
        with patch.object(train, "held_out", side_effect=lambda *_: time.sleep(0.5) or {}), patch("builtins.print"):
            self.train("--minutes", "0.01", "--reports-count", "--every", "0.1", "--items", "2")
        self.assertLess(len((self.run_folder / "log.jsonl").read_text().splitlines()), 4)

    def test_a_network_does_not_learn_from_shards_for_another_field(self) -> None:
        with self.assertRaisesRegex(ValueError, "rows of 128 cells, not 256"):
            self.train("--plan", "gpu-large", "--steps", "1")

    def test_to_be_taught_wants_a_clip_that_a_larger_network_has_drawn(self) -> None:
        with self.assertRaisesRegex(SystemExit, "few_shot.teach"):
            self.train("--taught", "0.5", "--steps", "1")

    def test_where_no_clip_is_held_out_it_says_so(self) -> None:
        self.assertIn("nothing to look at", words({"shards": "calm", "field": "whole", "clips": 0}))
        self.assertIn("no clip is held out", train.words({"step": 1, "minutes": 0.1, "picture": 0.1}, 0.5))


if __name__ == "__main__":
    unittest.main()
