"""One frame through the generator, as the product does it: inputs, decision, blend."""

from dataclasses import dataclass

import torch
from torch import Tensor

from .network import Generator, decide, mandate
from .planes import warped


@dataclass
class Conditions:
    """What is known of one frame; all (b, c, h, w)."""

    warp: Tensor
    lines: Tensor
    displacement: Tensor
    flow: Tensor  # to the previous frame, in sides of the whole picture


@dataclass
class Past:
    """What is left of the frame before."""

    output: Tensor
    lines: Tensor


def first_past(now: Conditions) -> Past:
    """Before the first frame the warp stands for the past."""
    return Past(now.warp, now.lines)


def draw(generator: Generator, kernels: Tensor, now: Conditions, past: Past | None, sides: float) -> tuple[Tensor, dict[str, Tensor]]:
    """The frame's planes, not clamped, and the generator's decisions."""
    flow = now.flow if past else torch.zeros_like(now.flow)
    past = past or first_past(now)
    moved = warped(past.output, flow, sides)
    inputs = torch.cat([now.warp, moved, past.output, now.lines, past.lines, now.displacement], dim=1)
    decision = decide(generator(inputs, kernels).float(), mandate(now.displacement, now.lines[:, :1]))
    refined = warped(past.output, flow + decision["flow"], sides)
    out = now.warp + decision["residual"] + decision["previous"] * (refined - now.warp)
    return out, decision
