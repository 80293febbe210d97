"""Held-out figures and a sheet of pictures: what a run writes as it goes."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from .frame import Conditions, Past, draw
from .network import Embedder, Generator, enclosed
from .planes import luma, to_rgb
from .shards import Shard, _real, _unit

MOST = 24  # held-out clips that are looked at


def whole(shard: Shard) -> tuple[Tensor, ...]:
    """All frames of a clip: warp, lines, displacement, flow, target, examples."""
    examples = torch.cat([_unit(np.asarray(shard.example_planes)), _unit(np.asarray(shard.example_lines))], dim=1)
    return (_unit(np.asarray(shard.warp)), _unit(np.asarray(shard.lines)), _real(np.asarray(shard.displacement)),
            _real(np.asarray(shard.flow)), _unit(np.asarray(shard.target)), examples)


@torch.no_grad()
def play(generator: Generator, embedder: Embedder, shard: Shard, without_examples: bool = False, half: bool = False):
    """Draws a clip frame by frame; yields (conditions, output, decision, target)."""
    warp, lines, displacement, flow, target, examples = whole(shard)
    kernels = embedder(torch.zeros_like(examples) if without_examples else examples, [len(examples)])
    past = None
    for t in range(shard.frames):
        now = Conditions(*(a[t : t + 1] for a in (warp, lines, displacement, flow)))
        out, decision = draw(generator, kernels, now, past, 1.0, half)
        out = out.clamp(0, 1)
        past = Past(out, now.lines)
        yield now, out, decision, target[t : t + 1]


def psnr(a: Tensor, b: Tensor, weight: Tensor) -> float:
    error = float((weight * (a - b) ** 2).sum() / weight.sum().clamp(min=1e-6))
    return float(10 * np.log10(1 / max(error, 1e-10)))


def regions(lines: Tensor) -> dict[str, Tensor]:
    """Masks at luma's size: the face within its outline, the mouth with its lips, the eyes."""
    grow = torch.nn.functional.max_pool2d
    masks = {"face": enclosed(lines[:, :1]), "mouth": grow(lines[:, 1:3].amax(1, keepdim=True), 3, 1, 1),
             "eyes": grow(lines[:, 3:5].amax(1, keepdim=True), 3, 1, 1)}
    return {name: torch.nn.functional.interpolate((m > 0.5).float(), scale_factor=2, mode="nearest") for name, m in masks.items()}


def held_out_figures(generator: Generator, embedder: Embedder, shards: list[Shard], without_examples: bool = False,
                     half: bool = False) -> dict[str, float]:
    """PSNR gains over the warp, dB, mean over clips, by region; and how much of the past is used."""
    generator.eval(), embedder.eval()
    gains: dict[str, list[float]] = {}
    for shard in shards[:MOST]:
        for t, (now, out, decision, target) in enumerate(play(generator, embedder, shard, without_examples, half)):
            if t % 3:
                continue
            for name, mask in regions(now.lines).items():
                before, after = psnr(luma(now.warp), luma(target), mask), psnr(luma(out), luma(target), mask)
                gains.setdefault(f"{name}_warp", []).append(before)
                gains.setdefault(f"{name}_gain", []).append(after - before)
            gains.setdefault("previous", []).append(float(decision["previous"].mean()))
            gains.setdefault("hallucinated", []).append(float(decision["hallucinated"].mean()))
    return {name: round(float(np.mean(values)), 3) for name, values in gains.items()}


def sheet(generator: Generator, embedder: Embedder, shards: list[Shard], file: Path, rows: int = 10) -> None:
    """A picture: example, warp, ours, truth, masks (red hallucinated, green example, blue previous)."""
    generator.eval(), embedder.eval()
    lines = []
    for shard in shards[:rows]:
        example = to_rgb(_unit(np.asarray(shard.example_planes[:1])))
        for t, (now, out, decision, target) in enumerate(play(generator, embedder, shard)):
            if t == shard.frames // 2:
                mask = torch.cat([decision["hallucinated"], decision["example"], decision["previous"]], dim=1)
                mask = torch.nn.functional.interpolate(mask, scale_factor=2, mode="nearest")
                lines.append(torch.cat([example, to_rgb(now.warp), to_rgb(out), to_rgb(target), mask], dim=3)[0])
    if lines:
        pixels = (torch.cat(lines, dim=1).permute(1, 2, 0).clamp(0, 1) * 255 + 0.5).byte().numpy()
        Image.fromarray(pixels).save(file)
