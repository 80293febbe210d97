"""Training shards: conditioned clips on disk, and as many of them in memory as there is room for."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from threading import Lock

import numpy as np
import torch
from torch import Tensor

from .shape import EXAMPLE_CELLS

TAUGHT = "taught.u8"  # what a larger network draws of a clip's frames, where one does: see teach.py


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


Array = Stored | np.ndarray


@dataclass(frozen=True)
class Shard:
    """One clip: arrays on disk or in memory, frames first."""

    name: str
    cells: int  # in a row of the field that it was made for
    frames: int
    examples: int
    target: Array
    warp: Array
    lines: Array
    displacement: Array
    flow: Array
    landmarks: Array
    example_planes: Array
    example_lines: Array
    taught: Array | None = None


def read_shard(folder: Path, cells: int | None = None) -> Shard:
    """Raises FileNotFoundError, KeyError or ValueError on a folder that is not a whole shard.

    With `cells` also where it was made for a field of other rows: it says nothing to a network that works on that.
    """
    meta = json.loads((folder / "meta.json").read_text())
    if "cells" not in meta:
        raise ValueError(f"{folder} does not say what field it was made for: scripts/training-shards.ts makes shards that do")
    t, k, made_for = meta["frames"], meta["k"], meta["cells"]
    if cells not in (None, made_for):
        raise ValueError(f"{folder} was made for a field with rows of {made_for} cells, not {cells}: "
                         f"scripts/training-shards.ts --cells {cells} makes those of its clip")

    def array(file: str, kind: type, *dims: int) -> Stored:
        return Stored(folder / file, kind, dims)

    grid, shown = (made_for, made_for), (EXAMPLE_CELLS, EXAMPLE_CELLS)
    return Shard(folder.name, made_for, t, k, array("target.u8", np.uint8, t, 6, *grid), array("warp.u8", np.uint8, t, 6, *grid),
                 array("lines.u8", np.uint8, t, 6, *grid), array("disp.f16", np.float16, t, 2, *grid),
                 array("flow.f16", np.float16, t, 2, *grid), array("landmarks.f32", np.float32, t, 478, 3),
                 array("ex_planes.u8", np.uint8, k, 6, *shown), array("ex_lines.u8", np.uint8, k, 6, *shown),
                 array(TAUGHT, np.uint8, t, 6, *grid) if (folder / TAUGHT).exists() else None)


def shard_folders(folder: Path) -> list[Path]:
    """Of all whole shards, by name."""
    return [meta.parent for meta in sorted(folder.glob("*/meta.json")) if meta.parent.suffix != ".part"]


def find_shards(folder: Path, held_out: bool, cells: int | None = None, share: int = 12) -> list[Shard]:
    """Shards by name, for a field of `cells`; every `share`-th is held out of training for good, chosen by its name alone."""
    return [read_shard(own, cells) for own in shard_folders(folder) if (sum(own.name.encode()) % share == 0) == held_out]


def training_shards(folders: Iterable[Path], cells: int) -> list[Shard]:
    """All that are not held out, for a field of `cells`; a folder that is named twice counts twice."""
    return [shard for folder in folders for shard in find_shards(folder, held_out=False, cells=cells)]


class ShardMemory:
    """Shards that were read before, whole, up to so many bytes; all others are read from disk each time.

    Safe to ask from several threads.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.held = 0
        self._shards: dict[Path, Shard] = {}
        self._lock = Lock()

    def get(self, shard: Shard) -> Shard:
        """The same shard, in memory where there is room."""
        key = shard.target.file
        with self._lock:
            known = self._shards.get(key)
            if known:
                return known
            arrays = {f.name: a for f in fields(shard) if isinstance(a := getattr(shard, f.name), Stored)}
            size = sum(int(np.prod(a.dims)) * np.dtype(a.kind).itemsize for a in arrays.values())
            if self.held + size > self.most:
                return shard
            self.held += size
        whole = replace(shard, **{name: np.fromfile(a.file, a.kind).reshape(a.dims) for name, a in arrays.items()})
        with self._lock:
            if key in self._shards:  # another thread was faster
                self.held -= size
            return self._shards.setdefault(key, whole)


def unit(bytes_: np.ndarray, device: torch.device | None = None) -> Tensor:
    """Bytes as numbers from 0 to 1."""
    return torch.from_numpy(np.array(bytes_)).to(device).float() / 255


def real(halves: np.ndarray, device: torch.device | None = None) -> Tensor:
    return torch.from_numpy(np.array(halves)).to(device).float()


def examples_of(shard: Shard, device: torch.device | None = None) -> Tensor:
    """What the embedder sees of a clip's person (k, 12, EXAMPLE_CELLS, EXAMPLE_CELLS)."""
    return torch.cat([unit(np.asarray(shard.example_planes), device), unit(np.asarray(shard.example_lines), device)], dim=1)
