"""Trains generator and embedder: python -m few_shot.train --shards FOLDER --run FOLDER.

Resumes from the run's last checkpoint. Writes a line of figures (log.jsonl) and a sheet of held-out
pictures now and then. Shards may still be arriving: the list is read again at each report.
"""

import argparse
import json
import signal
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from .evaluate import held_out_figures, sheet
from .frame import Conditions, Past, draw
from .losses import Adversary, importance, reconstruction, softness, steadiness
from .network import Embedder, Generator, mandate
from .planes import composed, warped
from .shape import SHAPES
from .shards import Batch, Shard, Windows, _unit, find_shards

LATEST = "checkpoint.pt"
# Of the rate. A step of a code's weights moves all of an identity's kernels by some twenty times as much as a step of
# the kernels themselves would: at the full rate the embedder forgets, or dies, before it has learned anything.
CODE_SHARE, EMBEDDER_SHARE = 0.05, 0.5
JUDGE_RATE = 4e-4  # of the adversary
BACKGROUND = 0.02  # weight of a verdict where the network may change nothing
# The effort `small` draws with the same network on half the field, whose rows and columns must be multiples of sixteen, too.
HALF_SHARE, HALF_WINDOW = 0.35, 96  # of the steps; cells of the whole field
ODD_ONE_OUT = 0.15  # frames of such a sequence that the whole field draws: a session changes between efforts
TEXTURE = 0.05  # weight of missing texture beside the picture's distance


@dataclass(frozen=True)
class Plan:
    """How long and how hard; `steps` are optimiser steps."""

    shape: str
    items: int
    steps: int
    rate: float
    longest: int  # frames of the longest sequence
    adversary: float  # weight; 0 leaves it out
    adversary_from: float  # share of the steps after which it joins


PLANS = {
    "cpu": Plan("small", 8, 40_000, 6e-4, 4, 0.01, 0.5),
    "gpu": Plan("small", 48, 120_000, 8e-4, 8, 0.01, 0.35),
    "gpu-large": Plan("large", 24, 120_000, 5e-4, 8, 0.01, 0.35),
}


def sequence_length(progress: float, longest: int, rng: np.random.Generator) -> int:
    """Grows with the run; short ones stay common."""
    most = 1 + round((longest - 1) * min(1.0, progress * 2))
    return int(rng.integers(1, most + 1)) if rng.random() < 0.4 else most


def disturbed(past: Past, rng: np.random.Generator) -> Past:
    """What goes wrong with a past at run time: noise, a tint that has drifted, blur of many resamplings."""
    output = past.output
    kind = rng.random()
    if kind < 0.1:
        output = output + torch.randn_like(output) * float(rng.uniform(0.01, 0.06))
    elif kind < 0.2:
        output = output + torch.randn(output.shape[0], output.shape[1], 1, 1) * float(rng.uniform(0.01, 0.05))
    elif kind < 0.3:
        shift = torch.randn(output.shape[0], 2, 1, 1).expand(-1, -1, *output.shape[-2:]) * 0.004
        output = warped(output, shift.contiguous(), 1.0)
    return Past(output.clamp(0, 1), past.lines)


def roll_out(generator: Generator, kernels: Tensor, batch: Batch, rng: np.random.Generator, bf16: bool, half: bool = False):
    """Yields (t, output, decision, the past's own time or None) along the batch's frames, feeding outputs back.

    With `half` on half the field, but for a frame now and then.
    """
    past, before = None, None
    for t in range(len(batch.warp)):
        now = batch.conditions(t)
        if past is not None and t >= 2 and rng.random() < 0.1:
            # The frame before was dropped: the past is one older, and the flow reaches over both.
            older = kept
            now = Conditions(now.warp, now.lines, now.displacement, composed(now.flow, batch.flow[t - 1], batch.sides))
            past, before = Past(older[0], older[1]), t - 2
        elif past is None and t == 0 and rng.random() < 0.08:
            # A past that is as good as it gets, so that a trustworthy one is known and used.
            past = Past((batch.target[t] * 0.5 + batch.warp[t] * 0.5), now.lines)
            now = Conditions(now.warp, now.lines, now.displacement, torch.zeros_like(now.flow))
        given = None if past is None else disturbed(past, rng)
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            out, decision = draw(generator, kernels, now, given, batch.sides, half and rng.random() >= ODD_ONE_OUT)
        yield t, out, decision, before
        kept = (past.output, past.lines) if past is not None else (out.detach(), now.lines)
        past, before = Past(out.detach().clamp(0, 1), now.lines), t


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--shards", type=Path, nargs="+", required=True, help="folders, one that is named twice counts twice; figures of the first go by their plain names")
    arguments.add_argument("--run", type=Path, required=True, help="folder of checkpoints, figures and sheets")
    arguments.add_argument("--plan", choices=PLANS, default="cpu")
    arguments.add_argument("--steps", type=int, help="instead of the plan's")
    arguments.add_argument("--minutes", type=float, default=float("inf"), help="stop, rate at its end, after this long")
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--every", type=float, default=240, help="seconds between reports")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--from-run", type=Path, help="begin with the averaged generator and mean kernels of this run, and a fresh embedder")
    arguments.add_argument("--begin-with", type=Path, help="weights that export --weights wrote")
    arguments.add_argument("--rate", type=float, help="instead of the plan's")
    arguments.add_argument("--adversary", type=float, help="its weight, instead of the plan's")
    arguments.add_argument("--half", type=float, default=HALF_SHARE, help="share of the steps that draw on half the field, as the effort small does")
    arguments.add_argument("--no-embedder", action="store_true", help="train without examples: the ablation")
    options = arguments.parse_args()
    plan = PLANS[options.plan]
    if options.adversary is not None:
        plan = replace(plan, adversary=options.adversary)
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    rng = np.random.default_rng(options.seed)
    options.run.mkdir(parents=True, exist_ok=True)

    shape = SHAPES[plan.shape]
    generator, embedder = Generator(shape).to(memory_format=torch.channels_last), Embedder(shape)
    if options.from_run:
        begin_from(options.from_run, generator, embedder)
    if options.begin_with:
        weights = torch.load(options.begin_with, weights_only=True)
        torch.nn.ModuleList([generator, embedder]).load_state_dict({k: v.float() if v.is_floating_point() else v for k, v in weights.items()})
    begun = bool(options.from_run or options.begin_with)
    rate = options.rate or plan.rate
    parameters = [*generator.parameters(), *embedder.parameters()]
    codes = [*embedder.codes.parameters(), *embedder.basis]
    own = {id(p) for p in [*codes, *embedder.rest]}
    groups = [{"params": [*generator.parameters(), *embedder.rest], "share": 1.0}, {"params": codes, "share": CODE_SHARE},
              {"params": [p for p in embedder.parameters() if id(p) not in own], "share": EMBEDDER_SHARE}]
    optimiser = torch.optim.AdamW(groups, rate, betas=(0.9, 0.98), weight_decay=1e-4)
    mean = torch.optim.swa_utils.AveragedModel(torch.nn.ModuleList([generator, embedder]),
                                               multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.998))
    adversary = Adversary() if plan.adversary else None
    judge_optimiser = torch.optim.AdamW(adversary.parameters(), JUDGE_RATE, betas=(0.5, 0.98)) if adversary else None
    step, spent = 0, 0.0
    latest = options.run / LATEST
    if latest.exists():
        saved = torch.load(latest, weights_only=True)
        generator.load_state_dict(saved["generator"])
        embedder.load_state_dict(saved["embedder"])
        mean.load_state_dict(saved["mean"])
        optimiser.load_state_dict(saved["optimiser"])
        if adversary and "adversary" in saved:
            adversary.load_state_dict(saved["adversary"])
            judge_optimiser.load_state_dict(saved["judge_optimiser"])
        step, spent = saved["step"], saved["spent"]
        begun = saved.get("begun", begun)
        rng = np.random.default_rng(options.seed + step)

    joins = 0.0 if begun else plan.adversary_from

    def save() -> None:
        state = {"generator": generator.state_dict(), "embedder": embedder.state_dict(), "mean": mean.state_dict(),
                 "optimiser": optimiser.state_dict(), "step": step, "spent": spent, "plan": options.plan, "begun": begun}
        if adversary:
            state["adversary"], state["judge_optimiser"] = adversary.state_dict(), judge_optimiser.state_dict()
        draft = latest.with_suffix(".part")
        torch.save(state, draft)
        draft.rename(latest)

    def asked_to_stop(*_: object) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, asked_to_stop)
    windows = Windows(all_shards(options.shards), options.seed + step)
    total, reported, sums = options.steps or plan.steps, time.monotonic(), {}
    try:
        while True:
            started = time.monotonic()
            progress = max(step / total, spent / 60 / options.minutes)
            if progress >= 1:
                break
            warmup = min(1.0, (step + 1) / 300)
            for group in optimiser.param_groups:
                group["lr"] = group["share"] * float(rate * warmup * (0.02 + 0.98 * (1 + np.cos(np.pi * progress)) / 2))
            length = sequence_length(1.0 if begun else progress, plan.longest, rng)
            generator.train(), embedder.train()
            half = rng.random() < options.half
            batch = windows.draw(max(2, plan.items * 2 // (length + 1)), length, HALF_WINDOW if half else None)
            with torch.autocast("cpu", torch.bfloat16):
                examples = torch.zeros_like(batch.examples) if options.no_embedder else batch.examples
                kernels = embedder(examples, batch.counts).float()
            losses: dict[str, Tensor] = {}
            outputs = []
            for t, out, decision, before in roll_out(generator, kernels, batch, rng, True, half):
                weight = importance(batch.lines[t])
                add(losses, "picture", reconstruction(out, batch.warp[t], batch.target[t], weight) / length)
                add(losses, "example", 0.0005 * (1 - decision["example"]).mean() / length)
                if before is not None:
                    add(losses, "steady", 0.5 * steadiness(out, outputs[before], batch.target[t], batch.target[before], weight) / length)
                outputs.append(out.detach())
                add(losses, "texture", TEXTURE * softness(out, batch.target[t], weight) / length)
                if adversary and progress >= joins:
                    seen = torch.cat([batch.warp[t], batch.lines[t]], dim=1)
                    where = weight * (BACKGROUND + mandate(batch.displacement[t], batch.lines[t, :, :1]))
                    with torch.autocast("cpu", torch.bfloat16):
                        add(losses, "fool", plan.adversary * adversary.fool(out, batch.target[t], seen, where) / length)
            optimiser.zero_grad()
            sum(losses.values()).backward()
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimiser.step()
            mean.update_parameters(torch.nn.ModuleList([generator, embedder]))
            if adversary and progress >= joins:
                with torch.autocast("cpu", torch.bfloat16):
                    judged = adversary.judge(outputs[-1], batch.target[length - 1], seen, where)
                judge_optimiser.zero_grad()
                judged.backward()
                judge_optimiser.step()
                sums.setdefault("judged", []).append(float(judged.detach()))
            step += 1
            spent += time.monotonic() - started
            for name, value in losses.items():
                sums.setdefault(name, []).append(float(value.detach()))
            if time.monotonic() - reported > options.every:
                averaged = mean.module
                settle(averaged[1], windows.shards)
                figures = {}
                for folder in dict.fromkeys(options.shards):
                    prefix = "" if folder == options.shards[0] else f"{folder.name}_"
                    for half in (False, True) if options.half > 0 else (False,):
                        held_out = held_out_figures(averaged[0], averaged[1], find_shards(folder, held_out=True), options.no_embedder, half)
                        field = "half_" if half else ""
                        figures.update({f"{prefix}{field}{name}": value for name, value in held_out.items() if not (half and name.endswith("_warp"))})
                line = {"step": step, "identity": round(identity_share(kernels), 4), "minutes": round(spent / 60, 1), "shards": len(windows.shards),
                        **{k: round(float(np.mean(v)), 5) for k, v in sums.items()}, **figures}
                with (options.run / "log.jsonl").open("a") as log:
                    log.write(json.dumps(line) + "\n")
                print(json.dumps(line), flush=True)
                sheet(averaged[0], averaged[1], find_shards(options.shards[0], held_out=True), options.run / "sheet.png")
                save()
                windows = Windows(all_shards(options.shards), options.seed + step)
                reported, sums = time.monotonic(), {}
    finally:
        settle(mean.module[1], windows.shards)
        save()


def all_shards(folders: list[Path]) -> list[Shard]:
    return [shard for folder in folders for shard in find_shards(folder, held_out=False)]


@torch.no_grad()
def settle(embedder: Embedder, shards: list[Shard], most: int = 160) -> None:
    """Measures what is usual for an embedder whose weights are averages: the statistics of its last steps are not its own."""
    chosen = shards[:: max(1, len(shards) // most)]
    examples = [torch.cat([_unit(np.asarray(s.example_planes)), _unit(np.asarray(s.example_lines))], dim=1) for s in chosen]
    embedder.train()
    for norm in embedder.norms:
        norm.reset_running_stats()
        norm.momentum = None  # plain averages
    for start in range(0, len(examples), 8):
        embedder.features(torch.cat(examples[start : start + 8]))
    for norm in embedder.norms:
        norm.momentum = 0.1
    embedder.eval()
    summaries = torch.stack([embedder.attend(*embedder.features(e)) for e in examples])
    embedder.usual.copy_(summaries.mean(0))
    embedder.spread.copy_(summaries.std(0))


def identity_share(kernels: Tensor) -> float:
    """How much kernels differ between the identities of a batch, over their size: 0 says the embedder is dead."""
    return float((kernels.std(0).mean() / kernels.abs().mean()).detach()) if len(kernels) > 1 else 0.0


def begin_from(run: Path, generator: Generator, embedder: Embedder) -> None:
    """Takes over what a run has learned but for its embedder, whose kernels become the resting ones."""
    saved = {k.removeprefix("module."): v for k, v in torch.load(run / LATEST, weights_only=True)["mean"].items() if k != "n_averaged"}
    generator.load_state_dict({k[2:]: v for k, v in saved.items() if k.startswith("0.")})
    before = Embedder(embedder.shape)
    before.load_state_dict({k[2:]: v for k, v in saved.items() if k.startswith("1.")}, strict=False)
    before.eval()
    with torch.no_grad():
        flat = before(torch.zeros(1, 12, 128, 128), [1])[0]
        for rest, part in zip(embedder.rest, torch.split(flat, [len(r) for r in embedder.rest])):
            rest.copy_(part)


def add(losses: dict[str, Tensor], name: str, value: Tensor) -> None:
    losses[name] = losses[name] + value if name in losses else value


if __name__ == "__main__":
    main()
