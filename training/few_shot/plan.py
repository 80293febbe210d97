"""How long and how hard training goes, and what holds at a moment of it."""

from dataclasses import dataclass

import numpy as np


WARMUP = 300  # steps, or a tenth of the run where that is shorter
AVERAGED = 0.998  # of the averaged weights stay at each step, fewer of young ones
# An adversary at its full weight begins to invent: what it invented is taken back at a fifth of it, at a rate of its own.
FINISH_ADVERSARY, FINISH_RATE = 0.002, 0.4


@dataclass(frozen=True)
class Plan:
    """`steps` are optimiser steps."""

    shape: str
    items: int
    steps: int
    rate: float
    longest: int  # frames of the longest sequence
    adversary: float  # weight; 0 leaves it out
    adversary_from: float  # share of the steps after which it joins
    finish: float = 0.08  # share of the steps, the last ones, that finish


PLANS = {
    "cpu": Plan("small", 8, 40_000, 6e-4, 4, 0.01, 0.5),
    "gpu": Plan("small", 48, 120_000, 8e-4, 8, 0.01, 0.35),
    "gpu-large": Plan("large", 24, 120_000, 5e-4, 8, 0.01, 0.35),
}


@dataclass(frozen=True)
class Schedule:
    """What a plan says at each step of a run that is bounded by steps and by time, whichever ends first."""

    plan: Plan
    steps: int
    minutes: float  # of training, without its reports
    begun: bool  # goes on from weights: long sequences and the adversary from the first step

    def progress(self, step: int, spent: float) -> float:
        """From 0 to 1, after so many steps and seconds."""
        return max(step / self.steps, spent / 60 / self.minutes)

    def rate(self, step: int, progress: float) -> float:
        """Of the optimiser: falls along a cosine, and once more in the steps that finish."""
        last = 1 - self.plan.finish
        full, done = (self.plan.rate, progress / last) if progress < last else (FINISH_RATE * self.plan.rate, (progress - last) / (1 - last))
        warmup = min(1.0, max((step + 1) / WARMUP, 10 * progress))
        return float(full * warmup * (0.02 + 0.98 * (1 + np.cos(np.pi * min(1.0, done))) / 2))

    def adversary(self, progress: float) -> float:
        """Its weight; 0 as long as it has not joined."""
        if progress < (0.0 if self.begun else self.plan.adversary_from):
            return 0.0
        return self.plan.adversary if progress < 1 - self.plan.finish else min(FINISH_ADVERSARY, self.plan.adversary)

    def averaged(self, step: int) -> float:
        """What of the averaged weights stays: at the first step nothing, for their beginnings are random."""
        return min(AVERAGED, step / (step + 9))

    def sequence_length(self, progress: float, rng: np.random.Generator) -> int:
        """Grows with the run; short ones stay common."""
        most = 1 + round((self.plan.longest - 1) * min(1.0, (1.0 if self.begun else progress) * 2))
        return int(rng.integers(1, most + 1)) if rng.random() < 0.4 else most

    def items(self, length: int) -> int:
        """Of a batch of sequences of so many frames: it holds about as many frames, however long they are."""
        return max(2, self.plan.items * 2 // (length + 1))
