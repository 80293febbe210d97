"""Everything from nothing: python -m few_shot.recipe --assets PATH --work FOLDER [--plan cpu|gpu|gpu-large].

Renders clips and conditions them with the product's own tracker and warp (side by side, with a bounded
backlog), trains, exports, measures on clips held out of training (held-out.json) and writes the variants
to compare with. What is there already is kept, so a run that was broken off goes on: Ctrl-C, then the
same command. The model lies in WORK/model; --out ../models/few-shot-vid2vid makes it the product's.
"""

import argparse
import os
import time
from pathlib import Path

from .clip_makers import made, shards_by
from .device import add_device, device_of
from .plan import PLANS
from .processes import build, end_on_signals, run
from .shape import SHAPES

CLIPS_OF = {"cpu": 1500, "gpu": 12_000, "gpu-large": 12_000}


class Told:
    """Says what is begun and how far it is."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def __call__(self, words: str) -> None:
        minutes = (time.monotonic() - self._started) / 60
        print(f"[{minutes:5.1f} min] {words}", flush=True)


class Pace:
    """How far a folder of shards is."""

    def __init__(self, folder: Path, wanted: int) -> None:
        self._folder, self._wanted = folder, wanted
        self._first, self._started = made(folder), time.monotonic()

    def __call__(self) -> str:
        now = made(self._folder)
        rate = (now - self._first) / (time.monotonic() - self._started)
        left = f", {(self._wanted - now) / rate / 60:.0f} min left" if rate > 0 and now < self._wanted else ""
        return f"  {now} of {self._wanted} shards, {rate:.2f} a second{left}"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--assets", type=Path, required=True, help="folder of the MakeHuman assets: README.md says where they come from")
    arguments.add_argument("--work", type=Path, required=True, help="clips, shards, checkpoints, sheets, figures")
    arguments.add_argument("--out", type=Path, help="the model's files (default: WORK/model)")
    arguments.add_argument("--plan", choices=CLIPS_OF, help="default: gpu where there is one, else cpu")
    add_device(arguments)
    arguments.add_argument("--clips", type=int, help="instead of the plan's")
    arguments.add_argument("--minutes", type=float, help="train so long instead of the plan's steps")
    arguments.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes that render")
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    end_on_signals()
    device = device_of(options.device).type
    plan = options.plan or ("gpu" if device == "cuda" else "cpu")
    work = options.work.resolve()
    shards, calm, trained, model = work / "shards", work / "calm", work / "run", (options.out or work / "model").resolve()
    cells = SHAPES[PLANS[plan].shape].cells
    count, conditioners, tell = options.clips or CLIPS_OF[plan], max(1, options.workers // 4), Told()

    build()
    tell(f"clips of {count} invented people, rendered by {options.workers} processes")
    shards_by("dataset.clips", ["--assets", str(options.assets.resolve()), "--count", str(count), "--seed", str(options.seed), "--workers", str(options.workers)],
              work / "clips", shards, cells, work / "logs" / "people", conditioners, Pace(shards, count))
    tell(f"{made(shards)} shards of {count} clips: one that shows no face gives none")
    # Half as many again, of faces that hardly move: see calm_clips.py and still_clips.py.
    sixth = made(shards) // 6
    for name, module, *words in (("calm-1", "few_shot.calm_clips", "--examples", "1"), ("calm-4", "few_shot.calm_clips", "--examples", "4"),
                                 ("still", "few_shot.still_clips")):
        shards_by(module, ["--shards", str(shards), "--count", str(sixth), *words], work / "calm-clips", calm, cells, work / "logs" / name, conditioners,
                  Pace(calm, 3 * sixth))
    tell(f"{made(calm)} shards of faces that hardly move")
    limit = ["--minutes", str(options.minutes)] if options.minutes else []
    tell(f"training by the plan {plan} on {device}; curves in {trained / 'log.jsonl'}, pictures in sheet.png beside it")
    run("few_shot.train", "--shards", str(shards), str(calm), "--run", str(trained), "--plan", plan, "--device", device, "--seed", str(options.seed), *limit)
    tell(f"export to {model}")
    run("few_shot.export", "--run", str(trained), "--out", str(model), "--weights", str(work / "weights.pt"))
    tell(f"figures of clips that were held out of training, in {work / 'held-out.json'}")
    run("few_shot.evaluate", "--run", str(trained), "--shards", str(shards), str(calm), "--out", str(work / "held-out.json"), "--device", device)
    run("few_shot.variants", "--run", str(trained), "--shards", str(shards), "--out", str(work / "variants"), "--device", device)
    tell(f"done: the model is in {model}, variants to compare with in {work / 'variants'}")


if __name__ == "__main__":
    main()
