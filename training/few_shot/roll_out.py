"""Frames drawn one after the other with outputs fed back, and what goes wrong with a past at run time."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from .device import halves
from .frame import Conditions, Past, draw, first_past
from .network import Generator
from .planes import composed, warped
from .windows import Batch

DROPPED = 0.1  # frames from the third on whose past is one older
PERFECT = 0.08  # sequences that begin with a past as good as it gets
ODD_ONE_OUT = 0.15  # frames of a sequence on half the field that the whole field draws: a session changes between efforts


@dataclass(frozen=True)
class Course:
    """What happens at one frame of a sequence, drawn beforehand."""

    dropped: bool = False  # the frame before got lost
    perfect: bool = False  # its past is half the truth
    noise: float = 0.0  # deviation, of each value of the past
    drift: float = 0.0  # deviation, of each channel of it
    resampled: bool = False
    half: bool = False  # drawn on half the field


def courses(frames: int, half: bool, rng: np.random.Generator) -> list[Course]:
    """Of a sequence of so many frames; with `half` on half the field, but for a frame now and then."""
    out = []
    for t in range(frames):
        dropped = t >= 2 and rng.random() < DROPPED
        perfect = t == 0 and rng.random() < PERFECT
        noise, drift, resampled = _disturbance(rng) if t > 0 or perfect else (0.0, 0.0, False)
        out.append(Course(dropped, perfect, noise, drift, resampled, half and rng.random() >= ODD_ONE_OUT))
    return out


def _disturbance(rng: np.random.Generator) -> tuple[float, float, bool]:
    """Noise, a tint that has drifted, or the blur of many resamplings; mostly nothing."""
    kind = rng.random()
    noise = float(rng.uniform(0.01, 0.06)) if kind < 0.1 else 0.0
    drift = float(rng.uniform(0.01, 0.05)) if 0.1 <= kind < 0.2 else 0.0
    return noise, drift, bool(0.2 <= kind < 0.3)


def disturbed(past: Past, course: Course) -> Past:
    output = past.output
    b, channels, *size = output.shape
    if course.noise:
        output = output + torch.randn_like(output) * course.noise
    elif course.drift:
        output = output + torch.randn(b, channels, 1, 1, device=output.device) * course.drift
    elif course.resampled:
        shift = torch.randn(b, 2, 1, 1, device=output.device).expand(-1, -1, *size) * 0.004
        output = warped(output, shift.contiguous(), 1.0)
    return Past(output.clamp(0, 1), past.lines)


@dataclass(frozen=True)
class Moment:
    """What a frame of a sequence is drawn from."""

    t: int
    now: Conditions
    past: Past | None
    before: int | None  # whose output the past is
    half: bool


@torch.no_grad()
def roll_out(generator: Generator, kernels: Tensor, batch: Batch, happening: list[Course], bf16: bool) -> Iterator[Moment]:
    """Along the batch's frames, each drawn once the next one is asked for, whose past it is. No gradient goes back in time."""
    past, before = None, None
    for t, course in enumerate(happening):
        now = batch.conditions(t)
        if course.dropped:
            # The past is one older, and the flow reaches over both.
            older = kept
            now = Conditions(now.warp, now.lines, now.displacement, composed(now.flow, batch.flow[t - 1], batch.sides))
            past, before = Past(older[0], older[1]), t - 2
        elif course.perfect:
            # So that a trustworthy past is known and used.
            past = Past((batch.target[t] * 0.5 + batch.warp[t] * 0.5), now.lines)
            now = Conditions(now.warp, now.lines, now.displacement, torch.zeros_like(now.flow))
        given = None if past is None else disturbed(past, course)
        yield Moment(t, now, given, before, course.half)
        if t + 1 == len(happening):
            return
        with halves(kernels.device, bf16):
            out, _ = draw(generator, kernels, now, given, batch.sides, course.half)
        kept = (past.output, past.lines) if past is not None else (out, now.lines)
        past, before = Past(out.clamp(0, 1), now.lines), t


@dataclass(frozen=True)
class Drawn:
    """All frames of all sequences (frames * b, …), frame after frame, but those on half the field last."""

    order: list[int]  # of the frames
    out: Tensor
    example: Tensor
    moments: list[Moment]  # in that order


def drawn_together(generator: Generator, kernels: Tensor, moments: list[Moment], sides: float, bf16: bool) -> Drawn:
    """Draws all frames at once, each from its past: what one after the other would give, in a fraction of the work's pieces."""
    outs, examples, order = [], [], []
    for half in (False, True):
        own = [moment for moment in moments if moment.half == half]
        if not own:
            continue
        pasts = [moment.past or first_past(moment.now) for moment in own]
        past = Past(torch.cat([each.output for each in pasts]), torch.cat([each.lines for each in pasts]))
        flow = torch.cat([moment.now.flow if moment.past else torch.zeros_like(moment.now.flow) for moment in own])
        warp, lines, displacement = (torch.cat([getattr(moment.now, name) for moment in own]) for name in ("warp", "lines", "displacement"))
        with halves(kernels.device, bf16):
            out, decision = draw(generator, kernels.repeat(len(own), 1), Conditions(warp, lines, displacement, flow), past, sides, half)
        outs.append(out)
        examples.append(decision["example"])
        order += own
    return Drawn([moment.t for moment in order], torch.cat(outs), torch.cat([e.flatten(1).mean(1) for e in examples]), order)
