"""What the generator is trained to make small.

No perceptual network is at hand, so sharpness comes from gradients at several scales and, where
there is compute for it, from an adversary whose features are matched as well.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .device import wholes
from .planes import luma
from .shape import fineness

EPSILON = 1e-3
TYPICAL = 0.1  # distance of a warp from the truth, mean over the training clips
MOST_URGENT = 3.0  # times a typical warp's weight: what a perfect warp gets
MOUTH, EYES = 3.0, 2.0  # extra weight: small regions that people look at
FAINT = 0.02  # steps of luma from pixel to pixel below which a texture counts as none
GRAIN = 8  # pixels over which a texture is measured


def importance(lines: Tensor, cells: int) -> Tensor:
    """(b, 1, h, w), mean one: mouth and eyes count more, what is far from the face less; of windows of a field of `cells`."""
    fine = fineness(cells)

    def grown(what: Tensor, reach: int) -> Tensor:
        return F.max_pool2d(what.amax(1, keepdim=True), 2 * fine * reach + 1, 1, fine * reach)

    mouth, eyes = grown(lines[:, 1:3], 2), grown(lines[:, 3:5], 2)
    face = F.avg_pool2d(grown(lines, 6), 8 * fine + 1, 1, 4 * fine)
    weight = 0.3 + 0.7 * face + MOUTH * mouth + EYES * eyes
    return weight / weight.mean(dim=(1, 2, 3), keepdim=True)


def _near(difference: Tensor) -> Tensor:
    return torch.sqrt(difference * difference + EPSILON * EPSILON) - EPSILON


def distance(out: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """(b,): Charbonnier and squared distance of the planes, and of the luma's gradients at three scales."""
    difference = out - target
    loss = (weight * (_near(difference) + 4 * difference * difference)).mean((1, 2, 3))
    made, real = luma(out), luma(target)
    fine = F.interpolate(weight, scale_factor=2, mode="nearest")
    for scale in range(3):
        for axis in (-1, -2):
            error = torch.diff(made, dim=axis) - torch.diff(real, dim=axis)
            loss = loss + 0.4 * (fine.narrow(axis, 1, fine.shape[axis] - 1) * _near(error)).mean((1, 2, 3))
        if scale < 2:
            made, real, fine = F.avg_pool2d(made, 2), F.avg_pool2d(real, 2), F.avg_pool2d(fine, 2)
    return loss


def reconstruction(out: Tensor, warp: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """The distance, counted more the nearer the warp already is.

    A decibel lost on a good warp costs as much as one won on a bad one: most frames of a call have good ones.
    """
    with torch.no_grad():
        urgency = TYPICAL / (distance(warp, target, weight) + TYPICAL / MOST_URGENT)
    return (distance(out, target, weight) * (1 + urgency) / 2).mean()


def steadiness(out: Tensor, before: Tensor, target: Tensor, target_before: Tensor, weight: Tensor) -> Tensor:
    """The change from the last frame should be the true one: flicker is what differs."""
    return (weight * _near((out - before) - (target - target_before))).mean()


def _liveliness(planes: Tensor) -> Tensor:
    """(b, 1, h/2, w/2): how much the luma changes from pixel to pixel, around each place."""
    y = luma(planes)
    right = F.pad(torch.diff(y, dim=-1).abs(), (0, 1))
    down = F.pad(torch.diff(y, dim=-2).abs(), (0, 0, 0, 1))
    return F.avg_pool2d(F.pad(right + down, (GRAIN // 2 - 1,) * 4, mode="replicate"), GRAIN, 2)


def softness(out: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """What is missing of the truth's texture, as a share of it; too much counts half.

    A mean over what might be there is near to the truth by any distance, and a blur to the eye.
    """
    made, real = _liveliness(out), _liveliness(target)
    missing = (real - made) / (real + FAINT)
    return (weight * torch.where(missing > 0, missing, -0.5 * missing)).mean()


class Adversary(nn.Module):
    """Tells made from real by patches, given the warp and the pose map (Isola et al., 2017), hinge loss.

    The warp is the same person's picture at its sharpest: beside it a blur gives itself away, whoever it is.
    """

    def __init__(self, lines: int = 6) -> None:
        super().__init__()
        widths = (2 * 6 + lines, 48, 96, 128)
        self.convs = nn.ModuleList([nn.utils.parametrizations.spectral_norm(nn.Conv2d(a, b, 4, 2 if i < 2 else 1, 1))
                                    for i, (a, b) in enumerate(zip(widths, widths[1:]))])
        self.verdict = nn.Conv2d(widths[-1], 1, 3, 1, 1)

    def forward(self, planes: Tensor, seen: Tensor) -> tuple[Tensor, list[Tensor]]:
        x, features = torch.cat([planes, seen], dim=1) - 0.5, []
        with wholes(planes.device):  # the norm of a weight is a product that takes no two kinds of numbers
            weights = [conv.weight for conv in self.convs]
        for conv, weight in zip(self.convs, weights):
            x = F.leaky_relu(F.conv2d(x, weight, conv.bias, conv.stride, conv.padding), 0.2)
            features.append(x)
        return self.verdict(x).float(), features

    def judge(self, made: Tensor, real: Tensor, seen: Tensor, weight: Tensor) -> Tensor:
        """Its own loss. `seen` (b, 12, h, w) is warp and pose map, `weight` (b, 1, h, w) where a verdict counts."""
        verdicts, _ = self(torch.cat([made.detach(), real]), torch.cat([seen, seen]))
        on_made, on_real = verdicts.chunk(2)
        return (_counted(F.relu(1 + on_made), weight) + _counted(F.relu(1 - on_real), weight)) / 2

    def fool(self, made: Tensor, real: Tensor, seen: Tensor, weight: Tensor, frames: int = 1) -> Tensor:
        """The generator's loss: be taken for real, with like features; the mean over so many frames, one after the other."""
        verdict, features = self(made, seen)
        with torch.no_grad():
            wanted = self(real, seen)[1]
        return _counted(-verdict, weight, frames) + 5 * sum(_counted((a - b).abs().float(), weight, frames) for a, b in zip(features, wanted))


def _counted(values: Tensor, weight: Tensor, frames: int = 1) -> Tensor:
    """Mean of values (frames * b, c, h, w) of any size by a weight (frames * b, 1, h, w), in each frame, and over the frames."""
    share = F.adaptive_avg_pool2d(weight, values.shape[-2:])
    counted, most = (each.unflatten(0, (frames, -1)).flatten(1).sum(1) for each in (share * values, share))
    return (counted / (most * values.shape[1]).clamp(min=1e-3)).mean()
