"""Fine-tunes kernels for the clips that npm run quality measures: python -m few_shot.tuned_set --out FOLDER.

For each clip and number of examples: the examples as clips (scripts/tuning-clips.ts), the product's
own conditioning over them (scripts/training-shards.ts), few_shot.finetune. Then
`npm run quality -- --tuned FOLDER` measures the kernels as rows of their own. Words after `--` go to
scripts/tuning-clips.ts: `-- --only talking-woman --examples 1,4 --frames 150`.
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from .device import add_device
from .processes import PROJECT, TRAINING, build, node
from .weights import load

WEIGHTS = TRAINING / "weights" / "few-shot-small.pt"


def main() -> None:
    words = sys.argv[1:]
    cut = words.index("--") if "--" in words else len(words)
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument("--run", type=Path, default=WEIGHTS, help="a run's folder or a file of weights (default: those of the model in use)")
    arguments.add_argument("--face-model", type=Path, help="a face_landmarker.task, as in the measurement")
    arguments.add_argument("--steps", type=int, default=100)
    arguments.add_argument("--rate", type=float, default=1e-3)
    add_device(arguments)
    options = arguments.parse_args(words[:cut])
    out, run = options.out.resolve(), options.run.resolve()
    model = ["--face-model", str(options.face_model.resolve())] if options.face_model else []
    out.mkdir(parents=True, exist_ok=True)
    clips, shards = out / "clips", out / "shards"
    shutil.rmtree(clips, ignore_errors=True)
    build()
    cells = load(run)[0].shape.cells
    subprocess.run([node(), "scripts/tuning-clips.ts", "--out", str(out), *model, *words[cut + 1 :]], cwd=PROJECT, check=True)
    for folder in sorted(clips.iterdir()):
        own = shards / folder.name
        shutil.rmtree(own, ignore_errors=True)
        subprocess.run([node(), "scripts/training-shards.ts", "--clips", str(folder), "--out", str(own), "--cells", str(cells), *model], cwd=PROJECT, check=True)
        subprocess.run([sys.executable, "-m", "few_shot.finetune", "--run", str(run), "--shards", str(own), "--out", str(out / f"{folder.name}.kernels"),
                        "--steps", str(options.steps), "--rate", str(options.rate), "--device", options.device], cwd=TRAINING, check=True)


if __name__ == "__main__":
    main()
