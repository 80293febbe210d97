"""Fine-tunes one identity's kernels on its own examples, as the paper does at test time.

    python -m few_shot.finetune --run FOLDER --shards FOLDER --out identity.kernels

The shards hold the identity's examples as frames of a clip, each drawn from the others (see
identity_clips.py). Only the kernels change, so the result is a file that takes the place of what the
embedder made.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from .device import add_device, device_of
from .evaluate import whole
from .frame import Conditions, draw, drawn_smaller
from .losses import importance, reconstruction
from .planes import reduced
from .shape import EXAMPLE_CELLS
from .shards import Shard, read_shard, shard_folders
from .tint import random_tint
from .weights import load

STAY = 2e-4  # pull towards the embedder's kernels: a handful of pictures says little about all poses


def kernels_of(embedder: torch.nn.Module, examples: Tensor) -> Tensor:
    with torch.no_grad():
        return embedder(examples, [len(examples)])


def pictures_of(shard: Shard, device: torch.device | None = None) -> Tensor:
    """What the embedder sees of the identity: a shard's targets, which are all of its pictures, at the embedder's size."""
    _, lines, _, _, target, _ = whole(shard, device)
    while target.shape[-1] > EXAMPLE_CELLS:
        target, lines = reduced(target), drawn_smaller(lines)
    return torch.cat([target, lines], dim=1)[:8]


def finetuned(generator: torch.nn.Module, start: Tensor, pairs: list[tuple[Conditions, Tensor]], steps: int, rate: float, seed: int) -> Tensor:
    """The kernels (1, n) after `steps` steps over pairs of conditions and the true planes."""
    rng = np.random.default_rng(seed)
    flat = start.clone().requires_grad_(True)
    for parameter in generator.parameters():
        parameter.requires_grad_(False)
    optimiser = torch.optim.Adam([flat], rate)
    for step in range(steps):
        now, target = pairs[rng.integers(len(pairs))]
        if rng.random() < 0.3:
            # A light tint, so that the few pictures are not learned by heart.
            tint = random_tint(rng)
            now, target = Conditions(tint(now.warp), now.lines, now.displacement, now.flow), tint(target)
        out, _ = draw(generator, flat, now, None, 1.0)
        loss = reconstruction(out, now.warp, target, importance(now.lines, generator.shape.cells)) + STAY * ((flat - start) ** 2).sum()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if step % 20 == 0:
            print(f"step {step} of {steps}: loss {float(loss.detach()):.5f}", flush=True)
    return flat.detach()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--run", type=Path, required=True, help="a run's folder, or a file of weights such as weights/few-shot-small.pt")
    arguments.add_argument("--shards", type=Path, required=True, help="the identity's shards")
    arguments.add_argument("--out", type=Path, required=True, help="file of float32 kernels")
    arguments.add_argument("--steps", type=int, default=100)
    arguments.add_argument("--rate", type=float, default=1e-3)
    arguments.add_argument("--seed", type=int, default=1)
    add_device(arguments)
    options = arguments.parse_args()
    device = device_of(options.device)
    generator, embedder = (network.to(device) for network in load(options.run))
    shards = [read_shard(folder, generator.shape.cells) for folder in shard_folders(options.shards)]
    if not shards:
        raise SystemExit(f"no shards in {options.shards}")
    pairs = []
    for shard in shards:
        warp, lines, displacement, flow, target, _ = whole(shard, device)
        for t in range(shard.frames):
            pairs.append((Conditions(*(a[t : t + 1] for a in (warp, lines, displacement, torch.zeros_like(flow)))), target[t : t + 1]))
    start = kernels_of(embedder, pictures_of(shards[0], device))
    flat = finetuned(generator, start, pairs, options.steps, options.rate, options.seed)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    flat.cpu().numpy().astype("<f4").tofile(options.out)
    print(f"{options.out}: {flat.numel()} kernels, moved by {float((flat - start).abs().mean()):.5f} on average")


if __name__ == "__main__":
    main()
