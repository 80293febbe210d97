"""One frame through the generator, as the product does it: inputs, decision, blend."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from .network import Generator, decide, mandate
from .planes import doubled, enlarged, reduced, warped
from .shape import STROKES


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


def draw(generator: Generator, kernels: Tensor, now: Conditions, past: Past | None, sides: float,
         half: bool = False) -> tuple[Tensor, dict[str, Tensor]]:
    """The frame's planes, not clamped, and the generator's decisions; on half the field as the effort `small` has them."""
    flow = now.flow if past else torch.zeros_like(now.flow)
    past = past or first_past(now)
    moved = warped(past.output, flow, sides)
    decided = _decided_on_half if half else _decided
    decision = decided(generator, kernels, now, (moved, past.output), past.lines)
    refined = warped(past.output, flow + decision["flow"], sides)
    out = now.warp + decision["residual"] + decision["previous"] * (refined - now.warp)
    return out, decision


def _decided(generator: Generator, kernels: Tensor, now: Conditions, before: tuple[Tensor, Tensor], lines_before: Tensor) -> dict[str, Tensor]:
    inputs = torch.cat([now.warp, *before, now.lines, lines_before, now.displacement], dim=1)
    return decide(generator(inputs, kernels).float(), mandate(now.displacement, now.lines[:, :1], generator.shape.cells))


def _decided_on_half(generator: Generator, kernels: Tensor, now: Conditions, before: tuple[Tensor, Tensor],
                     lines_before: Tensor) -> dict[str, Tensor]:
    """The same by a field of half the rows and columns, where the face is as if seen from twice as far: it moves by half as much."""
    far = Conditions(reduced(now.warp), drawn_smaller(now.lines), F.avg_pool2d(now.displacement, 2) / 2, now.flow)
    decision = _decided(generator, kernels, far, (reduced(before[0]), reduced(before[1])), drawn_smaller(lines_before))
    near = {name: doubled(value) for name, value in decision.items() if name != "residual"}
    return {**near, "residual": enlarged(decision["residual"]), "flow": 2 * near["flow"]}


def drawn_smaller(lines: Tensor) -> Tensor:
    """A pose's map at half the size: strokes stay as strong, and are as thin there."""
    halves = F.avg_pool2d(lines, 2)
    # Channel by channel: numbers of a list would have the device wait for them.
    return torch.cat([2 * channel if number in STROKES else channel for number, channel in enumerate(halves.split(1, dim=1))], dim=1).clamp(max=1)
