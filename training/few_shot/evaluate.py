"""Held-out figures and a sheet of pictures, which a run writes as it goes; and for a model as a whole:

    python -m few_shot.evaluate --run FOLDER --shards FOLDER … --out held-out.json
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from .device import add_device, device_of
from .frame import Conditions, Past, draw
from .network import Embedder, Generator, enclosed
from .planes import luma, to_rgb
from .shape import fineness
from .shards import Shard, examples_of, find_shards, real, unit
from .weights import load

MOST = 24  # held-out clips that are looked at
REGIONS = ("face", "mouth", "eyes")


def whole(shard: Shard, device: torch.device | None = None) -> tuple[Tensor, ...]:
    """All frames of a clip: warp, lines, displacement, flow, target, examples."""
    return (unit(np.asarray(shard.warp), device), unit(np.asarray(shard.lines), device), real(np.asarray(shard.displacement), device),
            real(np.asarray(shard.flow), device), unit(np.asarray(shard.target), device), examples_of(shard, device))


@torch.no_grad()
def play(generator: Generator, embedder: Embedder, shard: Shard, without_examples: bool = False, half: bool = False):
    """Draws a clip frame by frame; yields (conditions, output, decision, target)."""
    warp, lines, displacement, flow, target, examples = whole(shard, embedder.usual.device)
    kernels = embedder(torch.zeros_like(examples) if without_examples else examples, [len(examples)])
    past = None
    for t in range(shard.frames):
        now = Conditions(*(a[t : t + 1] for a in (warp, lines, displacement, flow)))
        out, decision = draw(generator, kernels, now, past, 1.0, half)
        out = out.clamp(0, 1)
        past = Past(out, now.lines)
        yield now, out, decision, target[t : t + 1]


def psnr(a: Tensor, b: Tensor, weight: Tensor) -> Tensor:
    error = (weight * (a - b) ** 2).sum() / weight.sum().clamp(min=1e-6)
    return 10 * torch.log10(1 / error.clamp(min=1e-10))


def regions(lines: Tensor) -> dict[str, Tensor]:
    """Masks at luma's size, of a whole field: the face within its outline, the mouth with its lips, the eyes."""
    reach = fineness(lines.shape[-1])

    def grown(what: Tensor) -> Tensor:
        return torch.nn.functional.max_pool2d(what.amax(1, keepdim=True), 2 * reach + 1, 1, reach)

    masks = {"face": enclosed(lines[:, :1]), "mouth": grown(lines[:, 1:3]), "eyes": grown(lines[:, 3:5])}
    return {name: torch.nn.functional.interpolate((m > 0.5).float(), scale_factor=2, mode="nearest") for name, m in masks.items()}


def clip_figures(generator: Generator, embedder: Embedder, shard: Shard, without_examples: bool = False, half: bool = False) -> dict[str, Tensor]:
    """Of every third frame of a clip (n,), still on the device."""
    gains: dict[str, list[Tensor]] = {}
    for t, (now, out, decision, target) in enumerate(play(generator, embedder, shard, without_examples, half)):
        if t % 3:
            continue
        for name, mask in regions(now.lines).items():
            before, after = psnr(luma(now.warp), luma(target), mask), psnr(luma(out), luma(target), mask)
            gains.setdefault(f"{name}_warp", []).append(before)
            gains.setdefault(f"{name}_gain", []).append(after - before)
        gains.setdefault("previous", []).append(decision["previous"].mean())
        gains.setdefault("hallucinated", []).append(decision["hallucinated"].mean())
    return {name: torch.stack(values) for name, values in gains.items()}


def held_out_figures(generator: Generator, embedder: Embedder, shards: list[Shard], without_examples: bool = False,
                     half: bool = False) -> dict[str, float]:
    """PSNR gains over the warp, dB, mean over clips, by region; and how much of the past is used."""
    generator.eval(), embedder.eval()
    clips = [clip_figures(generator, embedder, shard, without_examples, half) for shard in shards[:MOST]]
    return {name: round(float(torch.cat([clip[name] for clip in clips]).mean()), 3) for name in (clips[0] if clips else {})}


def sheet(generator: Generator, embedder: Embedder, shards: list[Shard], file: Path, rows: int = 10) -> None:
    """A picture: example, warp, ours, truth, masks (red hallucinated, green example, blue previous)."""
    generator.eval(), embedder.eval()
    lines = []
    for shard in shards[:rows]:
        example = torch.nn.functional.interpolate(to_rgb(unit(shard.example_planes[:1], embedder.usual.device)), size=2 * shard.cells)
        for t, (now, out, decision, target) in enumerate(play(generator, embedder, shard)):
            if t == shard.frames // 2:
                mask = torch.cat([decision["hallucinated"], decision["example"], decision["previous"]], dim=1)
                mask = torch.nn.functional.interpolate(mask, scale_factor=2, mode="nearest")
                lines.append(torch.cat([example, to_rgb(now.warp), to_rgb(out), to_rgb(target), mask], dim=3)[0])
    if lines:
        pixels = (torch.cat(lines, dim=1).permute(1, 2, 0).clamp(0, 1) * 255 + 0.5).byte().cpu().numpy()
        Image.fromarray(pixels).save(file)


def table(generator: Generator, embedder: Embedder, folders: list[Path]) -> list[dict]:
    """A row for each folder and field of the network: held-out clips that were looked at, and their figures."""
    rows = []
    for folder in folders:
        shards = find_shards(folder, held_out=True, cells=generator.shape.cells)
        for half in (False, True):
            figures = held_out_figures(generator, embedder, shards, half=half)
            rows.append({"shards": folder.name, "field": "half" if half else "whole", "clips": min(len(shards), MOST), **figures})
            print(words(rows[-1]), flush=True)
    return rows


def words(row: dict) -> str:
    where = f"{row['shards']}, {row['field']} field, {row['clips']} held-out clips"
    if not row["clips"]:
        return f"{where}: nothing to look at"
    parts = (f"{name} {row[f'{name}_warp']:.2f} -> {row[f'{name}_warp'] + row[f'{name}_gain']:.2f} ({row[f'{name}_gain']:+.2f})" for name in REGIONS)
    return f"{where}: dB of the warp -> of the network: {', '.join(parts)}"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--run", type=Path, required=True, help="a run's folder, or a file of weights such as weights/few-shot-small.pt")
    arguments.add_argument("--shards", type=Path, nargs="+", required=True, help="folders, of which the clips that are held out of training are looked at")
    arguments.add_argument("--out", type=Path, required=True, help="the table as JSON; a sheet of pictures beside it, of the same name")
    add_device(arguments)
    options = arguments.parse_args()
    generator, embedder = (network.to(device_of(options.device)) for network in load(options.run))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(table(generator, embedder, options.shards), indent=1) + "\n")
    sheet(generator, embedder, find_shards(options.shards[0], held_out=True, cells=generator.shape.cells), options.out.with_suffix(".png"))


if __name__ == "__main__":
    main()
