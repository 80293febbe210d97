"""Generator, embedder and adversary with all that trains them, on one device: a step, and the state to go on from."""

from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from .device import halves
from .loader import Lesson
from .losses import Adversary, distance, importance, reconstruction, softness, steadiness
from .network import Embedder, Generator, mandate
from .roll_out import drawn_together, roll_out
from .shape import EXAMPLE_CELLS, LINES, PLANES, Shape
from .usual import identity_share
from .weights import averaged_of, read

# Of the rate. A step of a code's weights moves all of an identity's kernels by some twenty times as much as a step of
# the kernels themselves would: at the full rate the embedder forgets, or dies, before it has learned anything.
CODE_SHARE, EMBEDDER_SHARE = 0.05, 0.5
JUDGE_RATE = 4e-4  # of the adversary
BACKGROUND = 0.02  # weight of a verdict where the network may change nothing
TEXTURE = 0.05  # weight of missing texture beside the picture's distance


@dataclass(frozen=True)
class Figures:
    """A step's losses, and how much kernels differ; still on the device, so that nothing waits for them."""

    losses: dict[str, Tensor]
    identity: Tensor


class Trainer:
    """Networks begin on the processor, by PyTorch's seed, so that they are the same wherever they are trained."""

    def __init__(self, shape: Shape, device: torch.device, adversary: bool, bf16: bool = True, taught: float = 0.0) -> None:
        """`taught`: weight of the distance from what a larger network draws, where lessons tell of it."""
        self.device, self.bf16, self.taught = device, bf16, taught
        self.networks = nn.ModuleList([Generator(shape), Embedder(shape)]).to(device, memory_format=torch.channels_last)
        self.averaged = deepcopy(self.networks).requires_grad_(False)
        self.adversary = Adversary().to(device, memory_format=torch.channels_last) if adversary else None
        embedder = self.embedder
        codes = [*embedder.codes.parameters(), *embedder.basis]
        own = {id(p) for p in [*codes, *embedder.rest]}
        groups = [{"params": [*self.generator.parameters(), *embedder.rest], "share": 1.0}, {"params": codes, "share": CODE_SHARE},
                  {"params": [p for p in embedder.parameters() if id(p) not in own], "share": EMBEDDER_SHARE}]
        self.optimiser = torch.optim.AdamW(groups, betas=(0.9, 0.98), weight_decay=1e-4)
        self.judge_optimiser = torch.optim.AdamW(self.adversary.parameters(), JUDGE_RATE, betas=(0.5, 0.98)) if self.adversary else None

    @property
    def generator(self) -> Generator:
        return self.networks[0]

    @property
    def embedder(self) -> Embedder:
        return self.networks[1]

    def step(self, lesson: Lesson, rate: float, adversary_weight: float, averaged: float, without_examples: bool = False) -> Figures:
        """One step of all weights; `averaged` of the averaged ones stays as it is."""
        for group in self.optimiser.param_groups:
            group["lr"] = group["share"] * rate
        self.networks.train()
        batch, length = lesson.batch, len(lesson.happening)
        adversary = self.adversary if adversary_weight else None
        with halves(self.device, self.bf16):
            kernels = self.embedder(torch.zeros_like(batch.examples) if without_examples else batch.examples, batch.counts).float()
        with halves(self.device, self.bf16):  # around all frames, so that weights become halves once
            moments = list(roll_out(self.generator, kernels.detach(), batch, lesson.happening, self.bf16))
        drawn = drawn_together(self.generator, kernels, moments, batch.sides, self.bf16)
        out, order = drawn.out, drawn.order

        def of_all(frames: Tensor, wanted: list[int] = order) -> Tensor:
            """These frames of (t, b, …) after each other."""
            return torch.cat([frames[t] for t in wanted])

        cells = self.generator.shape.cells
        warp, target, lines = of_all(batch.warp), of_all(batch.target), of_all(batch.lines)
        weight = importance(lines, cells)
        losses = {"picture": reconstruction(out, warp, target, weight), "example": 0.0005 * (1 - drawn.example).mean()}
        if batch.taught is not None:
            losses["taught"] = self.taught * distance(out, of_all(batch.taught), weight).mean()
        losses["texture"] = TEXTURE * softness(out, target, weight)
        by_time = dict(zip(order, zip(out.chunk(length), weight.chunk(length))))
        later = [moment for moment in moments if moment.before is not None]
        if later:
            nows, befores = [moment.t for moment in later], [moment.before for moment in later]
            steady = steadiness(torch.cat([by_time[t][0] for t in nows]), torch.cat([by_time[t][0].detach() for t in befores]),
                                of_all(batch.target, nows), of_all(batch.target, befores), torch.cat([by_time[t][1] for t in nows]))
            losses["steady"] = 0.5 * len(later) / length * steady
        if adversary:
            seen = torch.cat([warp, lines], dim=1)
            where = weight * (BACKGROUND + mandate(of_all(batch.displacement), lines[:, :1], cells))
            adversary.requires_grad_(False)
            with halves(self.device, self.bf16):
                losses["fool"] = adversary_weight * adversary.fool(out, target, seen, where, length)
            adversary.requires_grad_(True)
        self.optimiser.zero_grad()
        sum(losses.values()).backward()
        nn.utils.clip_grad_norm_(self.networks.parameters(), 1.0)
        self.optimiser.step()
        self._average(averaged)
        if adversary:
            last = order.index(length - 1)
            with halves(self.device, self.bf16):
                losses["judged"] = adversary.judge(*(each.chunk(length)[last] for each in (out, target, seen, where)))
            self.judge_optimiser.zero_grad()
            losses["judged"].backward()
            self.judge_optimiser.step()
        return Figures({name: value.detach() for name, value in losses.items()}, identity_share(kernels))

    @torch.no_grad()
    def _average(self, kept: float) -> None:
        """Moves the averaged weights towards the present ones; statistics are the present ones."""
        here, there = list(self.averaged.parameters()), list(self.networks.parameters())
        if kept:
            torch._foreach_lerp_(here, there, 1 - kept)
        else:
            torch._foreach_copy_(here, there)
        for mine, theirs in zip(self.averaged.buffers(), self.networks.buffers()):
            mine.copy_(theirs)

    def state(self) -> dict[str, dict]:
        state = {"generator": self.generator.state_dict(), "embedder": self.embedder.state_dict(),
                 "mean": {f"module.{name}": value for name, value in self.averaged.state_dict().items()}, "optimiser": self.optimiser.state_dict()}
        if self.adversary:
            state["adversary"], state["judge_optimiser"] = self.adversary.state_dict(), self.judge_optimiser.state_dict()
        return state

    def resume(self, state: dict[str, dict]) -> None:
        """Goes on from what `state` gave, on whichever device that was."""
        self.generator.load_state_dict(state["generator"])
        self.embedder.load_state_dict(state["embedder"])
        self.averaged.load_state_dict(averaged_of(state))
        self.optimiser.load_state_dict(state["optimiser"])
        if self.adversary and "adversary" in state:
            self.adversary.load_state_dict(state["adversary"])
            self.judge_optimiser.load_state_dict(state["judge_optimiser"])

    def begin_with(self, weights: Path) -> None:
        """Takes over the weights that export --weights wrote."""
        self.networks.load_state_dict(read(weights))

    def begin_from(self, state: dict[str, dict]) -> None:
        """Takes over what a run has learned but for its embedder, whose kernels become the resting ones."""
        saved = averaged_of(state)
        self.generator.load_state_dict({k[2:]: v for k, v in saved.items() if k.startswith("0.")})
        before = Embedder(self.embedder.shape)
        before.load_state_dict({k[2:]: v for k, v in saved.items() if k.startswith("1.")}, strict=False)
        before.eval()
        with torch.no_grad():
            flat = before(torch.zeros(1, PLANES + LINES, EXAMPLE_CELLS, EXAMPLE_CELLS), [1])[0]
            for rest, part in zip(self.embedder.rest, torch.split(flat, [len(r) for r in self.embedder.rest])):
                rest.copy_(part)
