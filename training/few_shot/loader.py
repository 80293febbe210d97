"""What each step learns from, read ahead by threads; which threads and when changes nothing of it."""

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import torch

from .plan import Schedule
from .roll_out import Course, courses
from .shards import ShardMemory
from .windows import WINDOW, Batch, Cut, RawBatch, Windows, assembled

HALF_WINDOW = 96  # such cells: on half the field, too, they are as many times a coarsest cell as the product's windows are
AHEAD = 6  # batches


@dataclass(frozen=True)
class Lesson:
    """One step's sequences, on the device, and what happens in them."""

    batch: Batch
    happening: list[Course]


class Loader:
    """Chooses in the order of the steps, in the asking thread; reads and assembles in its own ones. Close it."""

    def __init__(self, windows: Windows, rng: np.random.Generator, schedule: Schedule, device: torch.device, memory: ShardMemory,
                 half_share: float, threads: int = 2, first: int = 0, taught: bool = False) -> None:
        self.windows = windows  # may be exchanged: lessons from then on come from the new ones
        self._rng, self._schedule, self._device, self._memory, self._half_share = rng, schedule, device, memory, half_share
        self._taught = taught
        self._pool = ThreadPoolExecutor(threads, "loader")
        self._chosen = first  # the next step to choose for
        self._waiting: deque[tuple[Future[RawBatch], list[Course]]] = deque()

    def next(self, spent: float) -> Lesson:
        """The next step's, after so many seconds of training. Raises what reading a shard raises."""
        while len(self._waiting) <= AHEAD:
            self._choose(self._schedule.progress(self._chosen, spent))
            self._chosen += 1
        batch, happening = self._waiting.popleft()
        return Lesson(batch.result().on(self._device), happening)

    def _choose(self, progress: float) -> None:
        length = self._schedule.sequence_length(progress, self._rng)
        half = bool(self._rng.random() < self._half_share)
        cuts = self.windows.choose(self._schedule.items(length), length)
        batch = self._pool.submit(self._read, cuts, length, HALF_WINDOW if half else WINDOW)
        self._waiting.append((batch, courses(length, half, self._rng)))

    def _read(self, cuts: list[Cut], length: int, window: int) -> RawBatch:
        raw = assembled([replace(cut, shard=self._memory.get(cut.shard)) for cut in cuts], length, window, self._taught)
        return raw.pinned() if self._device.type == "cuda" else raw

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)
