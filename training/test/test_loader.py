"""Batches read ahead."""

import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch

from few_shot.loader import AHEAD, Lesson, Loader
from few_shot.plan import PLANS, Schedule
from few_shot.shards import ShardMemory, find_shards, read_shard
from few_shot.windows import Windows

from .shard_folder import write_shard

SCHEDULE = Schedule(PLANS["cpu"], 100, float("inf"), begun=False)


class LoaderTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name)
        for number in range(4):
            write_shard(self.path / f"clip-{number}", number)
        self.shards = [read_shard(self.path / f"clip-{number}") for number in range(4)]

    def lessons(self, threads: int, memory: int, count: int = 5) -> list[Lesson]:
        loader = Loader(Windows(self.shards, 3), np.random.default_rng(3), SCHEDULE, torch.device("cpu"), ShardMemory(memory), 0.35, threads)
        self.addCleanup(loader.close)
        return [loader.next(0.0) for _ in range(count)]

    def test_neither_threads_nor_memory_change_what_is_learned_and_in_which_order(self) -> None:
        for one, two in zip(self.lessons(1, 0), self.lessons(4, 10**9)):
            self.assertEqual(one.happening, two.happening)
            for name, value in vars(one.batch).items():
                other = getattr(two.batch, name)
                self.assertTrue(torch.equal(value, other) if isinstance(value, torch.Tensor) else value == other, name)

    def test_a_batch_is_what_its_shards_show_from_0_to_1(self) -> None:
        for each in self.lessons(2, 10**9):
            batch = each.batch
            frames, items = batch.target.shape[:2]
            self.assertEqual(len(each.happening), frames)
            self.assertEqual(batch.counts, [2] * items)
            self.assertEqual(list(batch.examples.shape), [2 * items, 12, 128, 128])
            self.assertEqual(batch.sides * 128, batch.target.shape[-1])
            for picture in (batch.warp, batch.lines, batch.target, batch.examples):
                self.assertTrue(0 <= float(picture.min()) and float(picture.max()) <= 1)

    def test_windows_of_a_finer_field_are_as_much_of_the_picture(self) -> None:
        for number in range(2):
            write_shard(self.path / f"fine-{number}", number, cells=256)
        lessons = {}
        for cells, prefix in ((128, "clip"), (256, "fine")):
            shards = [read_shard(self.path / f"{prefix}-{number}", cells) for number in range(2)]
            loader = Loader(Windows(shards, 3), np.random.default_rng(3), SCHEDULE, torch.device("cpu"), ShardMemory(0), 0.35)
            self.addCleanup(loader.close)
            lessons[cells] = [loader.next(0.0).batch for _ in range(3)]
        for coarse, fine in zip(lessons[128], lessons[256]):
            self.assertEqual(coarse.sides, fine.sides)
            self.assertEqual(fine.target.shape[-1], 2 * coarse.target.shape[-1])
            self.assertEqual(fine.flow.shape[-1], fine.target.shape[-1])
            self.assertEqual(list(fine.examples.shape[1:]), [12, 128, 128])

    def test_a_shard_for_another_field_is_refused_with_what_makes_the_right_one(self) -> None:
        with self.assertRaisesRegex(ValueError, "rows of 128 cells, not 256: .*--cells 256"):
            find_shards(self.path, held_out=False, cells=256)
        (self.path / "clip-0" / "meta.json").write_text('{"frames": 4, "k": 2}')
        with self.assertRaisesRegex(ValueError, "clip-0 does not say what field"):
            read_shard(self.path / "clip-0")

    def test_a_broken_shard_is_told_of_where_its_batch_is_asked_for(self) -> None:
        for folder in self.path.iterdir():
            (folder / "flow.f16").unlink()
        with self.assertRaises(FileNotFoundError):
            self.lessons(2, 0)

    def test_no_more_is_read_ahead_than_a_few_batches(self) -> None:
        loader = Loader(Windows(self.shards, 3), np.random.default_rng(3), SCHEDULE, torch.device("cpu"), ShardMemory(0), 0.35)
        self.addCleanup(loader.close)
        for _ in range(3):
            loader.next(0.0)
            self.assertEqual(len(loader._waiting), AHEAD)


class ShardMemoryTest(unittest.TestCase):
    def test_shards_are_held_as_long_as_there_is_room_and_are_the_same(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            for number in range(3):
                write_shard(Path(folder) / f"clip-{number}", number)
            shards = find_shards(Path(folder), held_out=False)
            size = sum(file.stat().st_size for file in (Path(folder) / "clip-0").iterdir() if file.suffix != ".json")
            memory = ShardMemory(2 * size + 1)
            held = [memory.get(shard) for shard in shards]
            self.assertEqual(memory.held, 2 * size)
            self.assertEqual([isinstance(shard.warp, np.ndarray) for shard in held], [True, True, False])
            self.assertIs(memory.get(shards[0]), held[0])
            for shard, same in zip(shards, held):
                self.assertTrue(np.array_equal(shard.displacement[...], same.displacement[...]))


if __name__ == "__main__":
    unittest.main()
