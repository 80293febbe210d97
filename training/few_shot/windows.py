"""Batches of windows around faces, cut from shards."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from .frame import Conditions
from .shape import fineness
from .shards import Shard
from .tint import Tint, Tints, random_tint

NEAR_SHARE, NEAREST_OF = 0.2, 4  # windows that are the nearest to their examples of so many drawn
PERFECT_SHARE = 0.05
WINDOW = 80  # cells of a field of 128; as much of the picture on a finer one


@dataclass
class Batch:
    """Frames first: everything (t, b, c, h, w); examples of all items after each other."""

    warp: Tensor
    lines: Tensor
    displacement: Tensor
    flow: Tensor
    target: Tensor
    examples: Tensor
    counts: list[int]
    sides: float
    taught: Tensor | None = None  # what a larger network draws in the target's place

    def conditions(self, t: int) -> Conditions:
        return Conditions(self.warp[t], self.lines[t], self.displacement[t], self.flow[t])


@dataclass(frozen=True)
class Cut:
    """Where an item of a batch comes from, and what is done to it: all that is random."""

    shard: Shard
    starts: np.ndarray  # first frames to choose among
    near: bool  # take the one that is nearest to the examples, as most of a call is; else the first
    shift: np.ndarray  # of the window, such cells right and down
    goodness: float  # how far the warp is moved to the truth: now and then all the way, which is to be left alone
    mirrored: bool
    tint: Tint


@dataclass(frozen=True)
class RawBatch:
    """A batch as it lies in the shards, bytes and halves, with what is still to be done to it; (t, b, c, h, w)."""

    warp: Tensor
    lines: Tensor
    displacement: Tensor
    flow: Tensor
    target: Tensor
    examples: Tensor
    whose: Tensor  # (n,): the item that each example belongs to
    counts: list[int]
    sides: float
    goodness: Tensor  # (b, 1, 1, 1)
    mirrored: Tensor  # (b, 1, 1, 1)
    tints: Tints
    taught: Tensor | None = None

    def pinned(self) -> "RawBatch":
        """In memory that a GPU copies from while the processor goes on."""
        return self._with(Tensor.pin_memory)

    def on(self, device: torch.device) -> Batch:
        """The finished batch there; what crosses is a quarter of it."""
        return self._with(lambda a: a.to(device, non_blocking=True))._finished()

    def _with(self, change: Callable[[Tensor], Tensor]) -> "RawBatch":
        tensors = (self.warp, self.lines, self.displacement, self.flow, self.target, self.examples, self.whose)
        tints = Tints(change(self.tints.gain), change(self.tints.offset), change(self.tints.chroma))
        taught = None if self.taught is None else change(self.taught)
        return RawBatch(*map(change, tensors), self.counts, self.sides, change(self.goodness), change(self.mirrored), tints, taught)

    def _finished(self) -> Batch:
        warp, lines, target, examples = (a.float() / 255 for a in (self.warp, self.lines, self.target, self.examples))
        move, flow = self.displacement.float(), self.flow.float()
        warp = warp + self.goodness * (target - warp)
        flip = self.mirrored
        taught = None
        if self.taught is not None:
            taught = self.taught.float() / 255
            taught = taught + self.goodness * (target - taught)  # a warp that is the truth is to be left alone
            taught = self.tints(torch.where(flip, mirrored(taught, True), taught))
        warp, target = (torch.where(flip, mirrored(a, True), a) for a in (warp, target))
        lines, move, flow = (torch.where(flip, mirrored(a, False), a) for a in (lines, move, flow))
        right = torch.where(flip.view(1, -1, 1, 1), -1.0, 1.0)
        for field in (move, flow):
            field[:, :, 0] *= right
        examples = torch.where(flip[self.whose], torch.cat([mirrored(examples[:, :6], True), mirrored(examples[:, 6:], False)], dim=1), examples)
        planes = self.tints.at(self.whose)(examples[:, :6])
        return Batch(self.tints(warp), lines, move, flow, self.tints(target), torch.cat([planes, examples[:, 6:]], dim=1), self.counts, self.sides, taught)


def mirrored(planes: Tensor, luma: bool) -> Tensor:
    """Left and right exchanged, the two columns of each luma cell too."""
    flipped = planes.flip(-1)
    if not luma:
        return flipped
    y0, y1, y2, y3, *rest = flipped.unbind(-3)
    return torch.stack([y1, y0, y3, y2, *rest], dim=-3)


class Windows:
    """Chooses batches of windows, seeded."""

    def __init__(self, shards: list[Shard], seed: int) -> None:
        if not shards:
            raise ValueError("no shards to draw from")
        self.shards = shards
        self.rng = np.random.default_rng(seed)

    def choose(self, items: int, frames: int) -> list[Cut]:
        return [self._cut(frames) for _ in range(items)]

    def _cut(self, frames: int) -> Cut:
        rng = self.rng
        shard = self.shards[rng.integers(len(self.shards))]
        starts = rng.integers(max(1, shard.frames - frames + 1), size=NEAREST_OF)
        near = bool(rng.random() <= NEAR_SHARE)
        shift = rng.normal(0, 5, 2)
        goodness = 1.0 if rng.random() < PERFECT_SHARE else 0.0
        flip = bool(rng.random() < 0.5)
        return Cut(shard, starts, near, shift, goodness, flip, random_tint(rng) if rng.random() < 0.8 else Tint())


def assembled(cuts: list[Cut], frames: int, window: int = WINDOW, taught: bool = False) -> RawBatch:
    """The batch that was chosen: windows of `window` cells (see WINDOW) of `frames` frames each. All reading happens here.

    With `taught` also what a larger network draws; of a clip that none has drawn that is the truth.
    """
    cells = cuts[0].shard.cells  # of all: nobody mixes fields
    fine = fineness(cells)
    window *= fine
    side = (window, window)
    pictures = [np.empty((frames, len(cuts), 6, *side), np.uint8) for _ in range(4 if taught else 3)]
    fields = [np.empty((frames, len(cuts), 2, *side), np.float16) for _ in range(2)]
    examples = []
    for number, cut in enumerate(cuts):
        shard = cut.shard
        start = _start(cut)
        times = np.minimum(np.arange(start, start + frames), shard.frames - 1)
        face = shard.landmarks[start, :, :2] * cells
        top = (face.min(0) + face.max(0)) / 2 - window / 2 + cut.shift * fine
        x, y = np.clip(np.round(top), 0, cells - window).astype(int)
        where = (slice(times[0], times[-1] + 1), slice(None), slice(y, y + window), slice(x, x + window))
        drawn = shard.target if shard.taught is None else shard.taught
        for made, stored in zip((*fields, *pictures), (shard.displacement, shard.flow, shard.warp, shard.lines, shard.target, drawn)):
            made[:, number] = stored[where][times - times[0]]
        examples.append(np.concatenate([shard.example_planes[...], shard.example_lines[...]], axis=1))
    move, flow, warp, lines, target, *others = map(torch.from_numpy, (*fields, *pictures))
    goodness, flip = torch.tensor([c.goodness for c in cuts]), torch.tensor([c.mirrored for c in cuts])
    counts = [len(e) for e in examples]
    whose = torch.from_numpy(np.repeat(np.arange(len(cuts)), counts))
    return RawBatch(warp, lines, move, flow, target, torch.from_numpy(np.concatenate(examples)), whose, counts, window / cells,
                    goodness.view(-1, 1, 1, 1), flip.view(-1, 1, 1, 1), Tints.of([c.tint for c in cuts]), *others)


def _start(cut: Cut) -> int:
    """The first frame."""
    if not cut.near:
        return int(cut.starts[0])
    moved = [np.abs(cut.shard.displacement[t, :, ::4, ::4].astype(np.float32)).mean() for t in cut.starts]
    return int(cut.starts[np.argmin(moved)])
