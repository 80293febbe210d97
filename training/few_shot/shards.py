"""Training shards: conditioned clips on disk, and batches of windows cut from them."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from .frame import Conditions

GRID = 128
NEAR_SHARE, NEAREST_OF = 0.2, 4  # windows that are the nearest to their examples of so many drawn
PERFECT_SHARE = 0.05


@dataclass(frozen=True)
class Stored:
    """An array in a file, mapped only while it is read: thousands of shards are more than may stay open."""

    file: Path
    kind: type
    dims: tuple[int, ...]

    def __getitem__(self, index: object) -> np.ndarray:
        return np.array(np.memmap(self.file, dtype=self.kind, mode="r", shape=self.dims)[index])

    def __array__(self, dtype: type | None = None, copy: bool | None = None) -> np.ndarray:
        return np.asarray(self[...], dtype)


@dataclass(frozen=True)
class Shard:
    """One clip: memory-mapped arrays, frames first."""

    name: str
    frames: int
    examples: int
    target: Stored
    warp: Stored
    lines: Stored
    displacement: Stored
    flow: Stored
    landmarks: Stored
    example_planes: Stored
    example_lines: Stored


def read_shard(folder: Path) -> Shard:
    """Raises FileNotFoundError, KeyError or ValueError on a folder that is not a whole shard."""
    meta = json.loads((folder / "meta.json").read_text())
    t, k = meta["frames"], meta["k"]

    def array(file: str, kind: type, *dims: int) -> Stored:
        return Stored(folder / file, kind, dims)

    grid = (GRID, GRID)
    return Shard(folder.name, t, k, array("target.u8", np.uint8, t, 6, *grid), array("warp.u8", np.uint8, t, 6, *grid),
                 array("lines.u8", np.uint8, t, 6, *grid), array("disp.f16", np.float16, t, 2, *grid),
                 array("flow.f16", np.float16, t, 2, *grid), array("landmarks.f32", np.float32, t, 478, 3),
                 array("ex_planes.u8", np.uint8, k, 6, *grid), array("ex_lines.u8", np.uint8, k, 6, *grid))


def find_shards(folder: Path, held_out: bool, share: int = 12) -> list[Shard]:
    """Shards by name; every `share`-th is held out of training for good, chosen by its name alone."""
    shards = []
    for meta in sorted(folder.glob("*/meta.json")):
        if meta.parent.suffix == ".part":  # being written
            continue
        chosen = sum(meta.parent.name.encode()) % share == 0
        if chosen == held_out:
            shards.append(read_shard(meta.parent))
    return shards


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

    def conditions(self, t: int) -> Conditions:
        return Conditions(self.warp[t], self.lines[t], self.displacement[t], self.flow[t])


def _unit(bytes_: np.ndarray) -> Tensor:
    return torch.from_numpy(np.array(bytes_)).float() / 255


def _real(halves: np.ndarray) -> Tensor:
    return torch.from_numpy(np.array(halves)).float()


def mirrored(planes: Tensor, luma: bool) -> Tensor:
    """Left and right exchanged, the two columns of each luma cell too."""
    flipped = planes.flip(-1)
    if not luma:
        return flipped
    return flipped[..., [1, 0, 3, 2, *range(4, planes.shape[-3])], :, :]


@dataclass(frozen=True)
class Tint:
    """A change of light and colour, the same for everything of one identity."""

    gain: float
    offset: float
    chroma: np.ndarray  # (2, 2)

    def __call__(self, planes: Tensor) -> Tensor:
        y = planes[..., :4, :, :] * self.gain + self.offset
        uv = torch.einsum("ij,...jhw->...ihw", torch.from_numpy(self.chroma).float(), planes[..., 4:, :, :] - 0.5) + 0.5
        return torch.cat([y, uv], dim=-3).clamp(0, 1)


def random_tint(rng: np.random.Generator) -> Tint:
    angle, size = rng.normal(0, 0.25), rng.uniform(0.5, 1.4)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    gain = rng.uniform(0.75, 1.2)
    return Tint(gain, rng.uniform(-0.06, 0.06) + 0.06 * (1 - gain), size * turn)


def goodness(rng: np.random.Generator) -> float:
    """How far a warp is moved to the truth: now and then all the way, which is to be left alone."""
    return 1.0 if rng.random() < PERFECT_SHARE else 0.0


class Windows:
    """Draws batches of windows around faces from shards, seeded."""

    def __init__(self, shards: list[Shard], seed: int, window: int = 80) -> None:
        if not shards:
            raise ValueError("no shards to draw from")
        self.shards = shards
        self.window = window
        self.rng = np.random.default_rng(seed)

    def draw(self, items: int, frames: int, window: int | None = None) -> Batch:
        """Windows of `window` cells, the usual ones where it is left out."""
        window = window or self.window
        parts = [self._item(frames, window) for _ in range(items)]
        stacked = [torch.stack([p[i] for p in parts], dim=1) for i in range(5)]
        examples = [p[5] for p in parts]
        return Batch(*stacked, torch.cat(examples), [len(e) for e in examples], window / GRID)

    def _start(self, shard: Shard, frames: int) -> int:
        """A window's first frame: often one that is near to the examples, as most of a call is."""
        several = self.rng.integers(max(1, shard.frames - frames + 1), size=NEAREST_OF)
        if self.rng.random() > NEAR_SHARE:
            return int(several[0])
        moved = [np.abs(shard.displacement[t, :, ::4, ::4].astype(np.float32)).mean() for t in several]
        return int(several[np.argmin(moved)])

    def _item(self, frames: int, window: int) -> tuple[Tensor, ...]:
        rng = self.rng
        shard = self.shards[rng.integers(len(self.shards))]
        start = self._start(shard, frames)
        times = np.minimum(np.arange(start, start + frames), shard.frames - 1)
        face = shard.landmarks[start, :, :2] * GRID
        top = (face.min(0) + face.max(0)) / 2 - window / 2 + rng.normal(0, 5, 2)
        x, y = np.clip(np.round(top), 0, GRID - window).astype(int)
        cut = (slice(None), slice(y, y + window), slice(x, x + window))
        warp, lines, target = (np.stack([a[(t, *cut)] for t in times]) for a in (shard.warp, shard.lines, shard.target))
        move, flow = (np.stack([a[(t, *cut)] for t in times]) for a in (shard.displacement, shard.flow))
        planes, marks = _unit(np.asarray(shard.example_planes)), _unit(np.asarray(shard.example_lines))
        out = [_unit(warp), _unit(lines), _real(move), _real(flow), _unit(target)]
        good = goodness(rng)
        out[0] = out[0] + good * (out[4] - out[0])
        if rng.random() < 0.5:
            side = torch.tensor([-1.0, 1.0]).view(2, 1, 1)
            out = [mirrored(out[0], True), mirrored(out[1], False), mirrored(out[2], False) * side,
                   mirrored(out[3], False) * side, mirrored(out[4], True)]
            planes, marks = mirrored(planes, True), mirrored(marks, False)
        if rng.random() < 0.8:
            tint = random_tint(rng)
            out[0], out[4], planes = tint(out[0]), tint(out[4]), tint(planes)
        return (*out, torch.cat([planes, marks], dim=1))
