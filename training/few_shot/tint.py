"""Changes of light and colour, each the same for everything of one identity."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor


@dataclass(frozen=True)
class Tint:
    """Of one identity; one that changes nothing where no values are given."""

    gain: float = 1.0
    offset: float = 0.0
    chroma: tuple[tuple[float, float], tuple[float, float]] = ((1.0, 0.0), (0.0, 1.0))

    def __call__(self, planes: Tensor) -> Tensor:
        """Planes (b, 6, h, w), all of this identity."""
        return Tints.of([self]).to(planes.device)(planes)


@dataclass(frozen=True)
class Tints:
    """Of several identities: gain and offset (n, 1, 1, 1), chroma (n, 2, 2)."""

    gain: Tensor
    offset: Tensor
    chroma: Tensor

    @staticmethod
    def of(tints: list[Tint]) -> "Tints":
        gain, offset = (torch.tensor(v).view(-1, 1, 1, 1) for v in ([t.gain for t in tints], [t.offset for t in tints]))
        return Tints(gain, offset, torch.tensor([t.chroma for t in tints]))

    def to(self, device: torch.device) -> "Tints":
        return Tints(*(a.to(device, non_blocking=True) for a in (self.gain, self.offset, self.chroma)))

    def at(self, which: Tensor) -> "Tints":
        """One for each number in `which` (n)."""
        return Tints(self.gain[which], self.offset[which], self.chroma[which])

    def __call__(self, planes: Tensor) -> Tensor:
        """Planes (…, n, 6, h, w) of as many identities."""
        y = planes[..., :4, :, :] * self.gain + self.offset
        u, v = planes[..., 4:5, :, :] - 0.5, planes[..., 5:, :, :] - 0.5
        (uu, uv), (vu, vv) = ([c[..., None, None, None] for c in row.unbind(-1)] for row in self.chroma.unbind(-2))
        return torch.cat([y, u * uu + v * uv + 0.5, u * vu + v * vv + 0.5], dim=-3).clamp(0, 1)


def random_tint(rng: np.random.Generator) -> Tint:
    angle, size = rng.normal(0, 0.25), rng.uniform(0.5, 1.4)
    c, s = float(size * np.cos(angle)), float(size * np.sin(angle))
    gain = float(rng.uniform(0.75, 1.2))
    return Tint(gain, float(rng.uniform(-0.06, 0.06) + 0.06 * (1 - gain)), ((c, -s), (s, c)))
