"""Makes training clips: python -m dataset.clips --assets PATH --out CLIPS --count N --seed S --workers W."""

import argparse
import signal
import time
from multiprocessing import get_context
from pathlib import Path

from .clip import render_clip, write_clip

POLL = 0.5  # seconds between looks at a full folder
FINISHED = "finished.txt"  # names of all clips made, also of those taken away since


def waiting(out: Path) -> int:
    """How many finished clips lie in the folder."""
    return sum(1 for p in out.iterdir() if p.is_dir() and p.suffix not in (".part", ".claimed"))


def _make(job: tuple[Path, Path, int, int, str, int]) -> str:
    assets, out, seed, number, name, backlog = job
    while backlog and waiting(out) >= backlog:
        time.sleep(POLL)
    if not (out / name).exists():
        write_clip(render_clip(assets, seed, number), out / name)
    return name


def _end(*_: object) -> None:
    raise SystemExit(130)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--assets", type=Path, required=True, help="folder of the MakeHuman assets")
    arguments.add_argument("--out", type=Path, required=True, help="folder that receives one folder for each clip")
    arguments.add_argument("--count", type=int, required=True)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--first", type=int, default=0, help="number of the first clip")
    arguments.add_argument("--workers", type=int, default=1)
    arguments.add_argument("--backlog", type=int, default=40, help="waits while so many clips lie unused; 0 never waits")
    options = arguments.parse_args()
    signal.signal(signal.SIGTERM, _end)  # so that the pool is ended, too
    options.out.mkdir(parents=True, exist_ok=True)
    record = options.out / FINISHED
    made = set(record.read_text().split()) if record.exists() else set()
    names = [(i, f"clip-{options.seed}-{i:06d}") for i in range(options.first, options.first + options.count)]
    jobs = [(options.assets, options.out, options.seed, i, name, options.backlog) for i, name in names if name not in made]
    print(f"{len(names)} clips, {len(names) - len(jobs)} made before", flush=True)
    started = time.monotonic()
    with get_context("spawn").Pool(options.workers) as pool, record.open("a") as log:
        for done, name in enumerate(pool.imap_unordered(_make, jobs), 1):
            log.write(f"{name}\n")
            log.flush()
            rate = done / (time.monotonic() - started)
            print(f"{name}  {done}/{len(jobs)}  {rate:.2f} clips/s", flush=True)


if __name__ == "__main__":
    main()
