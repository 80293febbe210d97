"""Programs that make clips, and beside them those that make shards of the clips: with resume, and a bounded backlog."""

import re
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

from .clip_folder import FINISHED, unused
from .processes import PROJECT, TRAINING, Processes, node

BACKLOG = 40  # clips of some 10 MB each that may lie unused
TOLD_EVERY = 20.0  # seconds


def made(shards: Path) -> int:
    """Whole shards in a folder."""
    return sum(1 for meta in shards.glob("*/meta.json") if meta.parent.suffix != ".part")


def tidied(clips: Path, shards: Path) -> None:
    """After a run that was broken off: clips that a program had taken are free again, those that are shards already go.

    No program may be at work on either folder.
    """
    clips.mkdir(parents=True, exist_ok=True)
    shards.mkdir(parents=True, exist_ok=True)
    for draft in [*clips.glob("*.part"), *shards.glob("*.part")]:
        shutil.rmtree(draft)
    done = {folder.name for folder in shards.iterdir()}
    for claimed in clips.glob("*.claimed"):
        if claimed.with_suffix("").exists():
            shutil.rmtree(claimed)
        else:
            claimed.rename(claimed.with_suffix(""))
    for clip in unused(clips):
        if clip.name in done:
            shutil.rmtree(clip)
    _record(clips, [*_recorded(clips), *sorted(done)])


def forgotten(clips: Path, names: list[str]) -> None:
    """These will be made again."""
    _record(clips, [name for name in _recorded(clips) if name not in names])


def _recorded(clips: Path) -> list[str]:
    record = clips / FINISHED
    return record.read_text().split() if record.exists() else []


def _record(clips: Path, names: list[str]) -> None:
    (clips / FINISHED).write_text("".join(f"{name}\n" for name in dict.fromkeys(names)))


def unreadable(said: list[str]) -> list[str]:
    """Names of the clips that scripts/training-shards.ts stumbled over, from what it said: it threw them away."""
    names, before = [], 0
    for line in said:
        told = re.fullmatch(r"(\S+): \d+ shards, \d+ without a face, (\d+) unreadable.*", line)
        if told:
            names += [told[1]] * (int(told[2]) > before)
            before = int(told[2])
    return names


def shards_by(module: str, words: list[str], clips: Path, shards: Path, cells: int, log: Path, conditioners: int, tell: Callable[[], str]) -> None:
    """Runs `module` with `words`, which makes clips in `clips`, until all of them are shards for a field of `cells`.

    What the programs say goes into files that begin with `log`. Raises SystemExit where one of them fails.
    """
    tidied(clips, shards)
    with Processes() as processes:
        making = processes.start([sys.executable, "-m", module, *words, "--out", str(clips), "--backlog", str(BACKLOG)], TRAINING, Path(f"{log}-clips.log"))
        conditioning = [processes.start([node(), "scripts/training-shards.ts", "--clips", str(clips), "--out", str(shards), "--cells", str(cells), "--watch"], PROJECT,
                                        Path(f"{log}-shards-{number}.log")) for number in range(conditioners)]
        told = time.monotonic()
        while making.running() or unused(clips) or any(clips.glob("*.claimed")):
            if making.failed():
                raise SystemExit(making.last_words())
            for each in conditioning:
                lost = unreadable(each.said())
                if lost:
                    forgotten(clips, lost)
                if lost or not each.running():
                    raise SystemExit(f"conditioning failed\n{each.last_words()}")
            time.sleep(0.5)
            if time.monotonic() - told > TOLD_EVERY:
                told = time.monotonic()
                print(tell(), flush=True)
