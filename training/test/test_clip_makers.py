"""Clips and shards of a run that was broken off."""

import tempfile
import unittest
from pathlib import Path

from few_shot.clip_folder import FINISHED, unused
from few_shot.clip_makers import forgotten, made, tidied, unreadable


class TidiedTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.clips, self.shards = Path(folder.name) / "clips", Path(folder.name) / "shards"

    def clip(self, name: str) -> None:
        (self.clips / name).mkdir(parents=True)
        (self.clips / name / "clip.json").write_text("{}")

    def shard(self, name: str) -> None:
        (self.shards / name).mkdir(parents=True)
        (self.shards / name / "meta.json").write_text("{}")

    def tidied(self) -> list[str]:
        tidied(self.clips, self.shards)
        return sorted(path.name for path in self.clips.iterdir() if path.is_dir())

    def test_a_clip_that_was_being_conditioned_is_there_again(self) -> None:
        self.clip("one.claimed")
        self.shard("one.part")
        self.assertEqual(self.tidied(), ["one"])
        self.assertEqual(made(self.shards), 0)
        self.assertEqual([path.name for path in self.shards.iterdir()], [])

    def test_a_clip_whose_shard_is_there_goes_so_that_nobody_waits_for_it(self) -> None:
        for name in ("one", "two.claimed", "three"):
            self.clip(name)
        for name in ("one", "two"):
            self.shard(name)
        self.assertEqual(self.tidied(), ["three"])
        self.assertEqual([path.name for path in unused(self.clips)], ["three"])

    def test_a_clip_that_was_being_written_is_begun_anew(self) -> None:
        self.clip("one.part")
        self.assertEqual(self.tidied(), [])

    def test_clips_that_are_shards_already_are_not_made_again(self) -> None:
        self.shard("two")
        self.clips.mkdir(parents=True)
        (self.clips / FINISHED).write_text("one\n")
        for _ in range(2):
            self.tidied()
            self.assertEqual((self.clips / FINISHED).read_text().split(), ["one", "two"])

    def test_a_shard_that_is_being_written_does_not_count(self) -> None:
        self.shard("one")
        self.shard("two.part")
        self.assertEqual(made(self.shards), 1)

    def test_clips_that_conditioning_stumbled_over_are_made_again(self) -> None:
        """A conditioning that fails throws every clip away: it is told of at the first."""
        said = ["one: 1 shards, 0 without a face, 0 unreadable, 0.20 clips/s", "two: TypeError: no kernel", "    at work (file)",
                "two: 1 shards, 0 without a face, 1 unreadable, 0.20 clips/s", "three: 1 shards, 1 without a face, 1 unreadable, 0.20 clips/s"]
        self.assertEqual(unreadable(said), ["two"])
        self.clips.mkdir(parents=True)
        (self.clips / FINISHED).write_text("one\ntwo\nthree\n")
        forgotten(self.clips, unreadable(said))
        self.assertEqual((self.clips / FINISHED).read_text().split(), ["one", "three"])


if __name__ == "__main__":
    unittest.main()
