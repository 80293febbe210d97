"""Trains generator and embedder: python -m few_shot.train --shards FOLDER --run FOLDER.

Resumes from the run's last checkpoint, also one of another device. Writes a line of figures (log.jsonl)
and a sheet of held-out pictures now and then. Shards may still be arriving: the list is read again at
each report, and with --arriving more often. Stopped by SIGINT or SIGTERM it saves after the step under way.
"""

import argparse
import json
import os
import signal
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from . import checkpoint
from .device import add_device, device_of, wait_for
from .evaluate import MOST, REGIONS, held_out_figures, sheet
from .loader import Loader
from .plan import PLANS, Schedule
from .shards import ShardMemory, find_shards, training_shards
from .shape import SHAPES
from .trainer import Figures, Trainer
from .usual import settle
from .windows import Windows

HALF_SHARE = 0.35  # of the steps draw on half the field
REPORT_EVERY = 240.0  # seconds
SOON = 5e-4  # seconds that a thread which reads may keep the one waiting that gives a GPU its work
STOPPED = 130  # exit status of a run that was asked to stop before its end


def options_of() -> argparse.Namespace:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--shards", type=Path, nargs="+", required=True, help="folders, one that is named twice counts twice; figures of the first go by their plain names")
    arguments.add_argument("--run", type=Path, required=True, help="folder of checkpoints, figures and sheets")
    arguments.add_argument("--plan", choices=PLANS, default="cpu")
    add_device(arguments)
    arguments.add_argument("--steps", type=int, help="instead of the plan's")
    arguments.add_argument("--minutes", type=float, default=float("inf"), help="of training, reports not counted: the whole plan is spread over them, or over its steps where those are done sooner")
    arguments.add_argument("--reports-count", action="store_true", help="in --minutes: then the run ends when they are over, whatever the reports take")
    arguments.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="of PyTorch on the processor")
    arguments.add_argument("--loaders", type=int, default=2, help="threads that read batches ahead")
    arguments.add_argument("--memory", type=float, default=half_of_the_memory(), help="GiB of shards that are kept in memory once read (default: half of the machine's)")
    arguments.add_argument("--every", type=float, help="seconds between reports (default: 240, or a quarter of --minutes)")
    arguments.add_argument("--arriving", type=float, default=float("inf"), help="seconds between looks for further shards, besides those at the reports")
    arguments.add_argument("--look-at", type=int, default=MOST, help="so many held-out clips of each folder at a report")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--from-run", type=Path, help="begin with the averaged generator and mean kernels of this run, and a fresh embedder")
    arguments.add_argument("--begin-with", type=Path, help="weights that export --weights wrote")
    arguments.add_argument("--items", type=int, help="sequences of a step, instead of the plan's")
    arguments.add_argument("--rate", type=float, help="instead of the plan's")
    arguments.add_argument("--adversary", type=float, help="its weight, instead of the plan's")
    arguments.add_argument("--finish", type=float, help="share of the steps, the last ones, in which the adversary weighs less; 0 leaves them out")
    arguments.add_argument("--half", type=float, default=HALF_SHARE, help="share of the steps that draw on half the field, as the effort small does")
    arguments.add_argument("--taught", type=float, default=0.0, help="weight of the distance from what a larger network draws, beside that from the truth: see few_shot.teach")
    arguments.add_argument("--no-embedder", action="store_true", help="train without examples: the ablation")
    return arguments.parse_args()


def half_of_the_memory() -> float:
    """GiB."""
    return round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**31, 1)


class Report:
    """Figures of the steps since the last one, read from the device all at once."""

    def __init__(self) -> None:
        self.steps: list[Figures] = []

    def line(self) -> dict[str, float]:
        names = dict.fromkeys(name for figures in self.steps for name in figures.losses)
        means = {name: torch.stack([f.losses[name] for f in self.steps if name in f.losses]).mean() for name in names}
        return {"identity": round(float(self.steps[-1].identity), 4), **{name: round(float(mean), 5) for name, mean in means.items()}}


def held_out(trainer: Trainer, options: argparse.Namespace) -> dict[str, float]:
    """Of each folder, with the whole field and with half of it."""
    figures = {}
    for folder in dict.fromkeys(options.shards):
        prefix = "" if folder == options.shards[0] else f"{folder.name}_"
        for half in (False, True) if options.half > 0 else (False,):
            of_folder = held_out_figures(*trainer.averaged, find_shards(folder, held_out=True, cells=trainer.generator.shape.cells)[: options.look_at], options.no_embedder, half)
            field = "half_" if half else ""
            figures.update({f"{prefix}{field}{name}": value for name, value in of_folder.items() if not (half and name.endswith("_warp"))})
    return figures


def words(line: dict[str, float], progress: float) -> str:
    """A line of figures for people."""
    gains = ", ".join(f"{name} {line[f'{name}_gain']:+.2f}" for name in REGIONS if f"{name}_gain" in line)
    told = f"{progress:4.0%}  step {line['step']}, {line['minutes']} min: distance {line['picture']:.4f}"
    return f"{told}; held out, dB over the warp: {gains}" if gains else f"{told}; no clip is held out"


def main() -> None:
    options = options_of()
    device = device_of(options.device)
    plan = PLANS[options.plan]
    given = {"items": options.items, "rate": options.rate, "adversary": options.adversary, "finish": options.finish}
    plan = replace(plan, **{name: value for name, value in given.items() if value is not None})
    torch.set_num_threads(options.threads)
    sys.setswitchinterval(SOON)
    torch.manual_seed(options.seed)
    options.run.mkdir(parents=True, exist_ok=True)
    shape = SHAPES[plan.shape]
    trainer = Trainer(shape, device, bool(plan.adversary), taught=options.taught)
    if options.from_run:
        trainer.begin_from(checkpoint.load(options.from_run))
    if options.begin_with:
        trainer.begin_with(options.begin_with)
    step, spent, begun = 0, 0.0, bool(options.from_run or options.begin_with)
    saved = checkpoint.load(options.run)
    if saved:
        trainer.resume(saved)
        step, spent, begun = saved["step"], saved["spent"], saved.get("begun", begun)
    schedule = Schedule(plan, options.steps or plan.steps, options.minutes, begun)
    stop = threading.Event()
    for asked in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked, lambda *_: stop.set())
    windows = Windows(training_shards(options.shards, shape.cells), options.seed + step)
    if options.taught and not any(shard.taught is not None for shard in windows.shards):
        raise SystemExit("--taught: no clip was drawn by a larger network yet, which few_shot.teach has it do")
    loader = Loader(windows, np.random.default_rng(options.seed + step), schedule, device, ShardMemory(int(options.memory * 2**30)),
                    options.half, options.loaders, step, bool(options.taught))

    def save() -> None:
        checkpoint.save(options.run, {**trainer.state(), "step": step, "spent": spent, "plan": options.plan, "begun": begun})

    def look() -> None:
        loader.windows = Windows(training_shards(options.shards, shape.cells), options.seed + step)

    def clocked() -> float:
        """Seconds of training up to now, with all that the device still has to do."""
        wait_for(device)
        return spent_before + time.monotonic() - started

    every = options.every or min(REPORT_EVERY, options.minutes * 60 / 4)
    report, spent_before, started = Report(), spent, time.monotonic()
    looked = started
    try:
        while not stop.is_set():
            # Between reports a GPU is not waited for. It is behind by what its queue holds, a second at most.
            spent = spent_before + time.monotonic() - started
            progress = schedule.progress(step, spent)
            if progress >= 1:
                break
            lesson = loader.next(spent)
            report.steps.append(trainer.step(lesson, schedule.rate(step, progress), schedule.adversary(progress), schedule.averaged(step), options.no_embedder))
            step += 1
            if time.monotonic() - started > every:
                spent = clocked()
                settle(trainer.averaged[1], loader.windows.shards)
                line = {"step": step, "minutes": round(spent / 60, 1), "shards": len(loader.windows.shards), **report.line(), **held_out(trainer, options)}
                with (options.run / "log.jsonl").open("a") as log:
                    log.write(json.dumps(line) + "\n")
                print(words(line, schedule.progress(step, spent)), flush=True)
                sheet(*trainer.averaged, find_shards(options.shards[0], held_out=True, cells=shape.cells), options.run / "sheet.png")
                save()
                look()
                spent_before = clocked() if options.reports_count else spent
                report, started = Report(), time.monotonic()
                looked = started
            elif time.monotonic() - looked > options.arriving:
                look()
                looked = time.monotonic()
        spent = clocked()
    finally:
        loader.close()
        settle(trainer.averaged[1], loader.windows.shards)
        save()
    if stop.is_set() and schedule.progress(step, spent) < 1:
        print(f"stopped at step {step}, {spent / 60:.1f} minutes: the same command goes on from here", flush=True)
        raise SystemExit(STOPPED)


if __name__ == "__main__":
    main()
