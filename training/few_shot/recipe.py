"""Everything from nothing: python -m few_shot.recipe --assets PATH --work FOLDER [--plan cpu|gpu|gpu-large].

Renders clips and conditions them with the product's own tracker and warp (side by side, with a bounded
backlog), trains, exports to models/few-shot-vid2vid and writes the variants to compare with. What is
there already is kept, so a run that was broken off goes on.
"""

import argparse
import shutil
import subprocess
import sys
import time
from pathlib import Path

TRAINING = Path(__file__).resolve().parent.parent
PROJECT = TRAINING.parent
CLIPS_OF = {"cpu": 1500, "gpu": 12_000, "gpu-large": 12_000}


def node() -> str:
    """The Node that the project's packages bring along, else the machine's own."""
    own = sorted(PROJECT.glob("node_modules/node-*/bin/node"))
    found = str(own[0]) if own else shutil.which("node")
    if not found:
        raise SystemExit("there is no Node: run npm ci in the project's folder")
    return found


def made(shards: Path) -> int:
    return len(list(shards.glob("*/meta.json")))


def make_shards(assets: Path, clips: Path, shards: Path, count: int, seed: int, workers: int) -> None:
    """Renders and conditions until there are `count` shards or nothing more comes."""
    if made(shards) >= count:
        return
    rendering = subprocess.Popen([sys.executable, "-m", "dataset.clips", "--assets", str(assets), "--out", str(clips),
                                  "--count", str(count), "--seed", str(seed), "--workers", str(workers)], cwd=TRAINING)
    conditioning = subprocess.Popen([node(), "scripts/training-shards.ts", "--clips", str(clips), "--out", str(shards), "--watch"], cwd=PROJECT)
    try:
        while rendering.poll() is None and conditioning.poll() is None:
            time.sleep(5)
        if rendering.returncode:
            raise SystemExit("rendering failed: see its words above")
        while conditioning.poll() is None and any(clips.glob("*/clip.json")):
            time.sleep(5)
    finally:
        for child in (rendering, conditioning):
            child.terminate()
            child.wait()


def make_calm_shards(shards: Path, clips: Path, calm: Path) -> None:
    """Half as many again, of faces that hardly move: see few_shot/calm_clips.py and few_shot/still_clips.py."""
    sixth = made(shards) // 6
    if made(calm) >= 0.8 * 3 * sixth:  # some lose their face
        return
    kinds = (("few_shot.calm_clips", "--examples", "1"), ("few_shot.calm_clips", "--examples", "4"), ("few_shot.still_clips",))
    for module, *words in kinds:
        run(module, "--shards", str(shards), "--out", str(clips), "--count", str(sixth), *words)
        subprocess.run([node(), "scripts/training-shards.ts", "--clips", str(clips), "--out", str(calm)], cwd=PROJECT, check=True)


def run(module: str, *words: str) -> None:
    subprocess.run([sys.executable, "-m", module, *words], cwd=TRAINING, check=True)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--assets", type=Path, required=True)
    arguments.add_argument("--work", type=Path, required=True, help="clips, shards, checkpoints, sheets")
    arguments.add_argument("--plan", choices=CLIPS_OF, default="cpu")
    arguments.add_argument("--clips", type=int, help="instead of the plan's")
    arguments.add_argument("--minutes", type=float, help="train no longer than this")
    arguments.add_argument("--workers", type=int, default=2)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    work = options.work.resolve()
    shards, trained = work / "shards", work / "run"
    make_shards(options.assets.resolve(), work / "clips", shards, options.clips or CLIPS_OF[options.plan], options.seed, options.workers)
    print(f"{made(shards)} shards", flush=True)
    make_calm_shards(shards, work / "calm-clips", work / "calm")
    limit = ["--minutes", str(options.minutes)] if options.minutes else []
    run("few_shot.train", "--shards", str(shards), str(work / "calm"), "--run", str(trained), "--plan", options.plan, *limit)
    run("few_shot.export", "--run", str(trained), "--out", str(PROJECT / "models" / "few-shot-vid2vid"))
    run("few_shot.variants", "--run", str(trained), "--shards", str(shards), "--out", str(work / "variants"))


if __name__ == "__main__":
    main()
