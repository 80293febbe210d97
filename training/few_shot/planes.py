"""Pictures as the networks see them: YUV 4:2:0 planes (b, 6, h, w), luma of 2x2 pixels and chroma, in [0, 1]."""

import torch
from torch import Tensor
from torch.nn import functional as F


def luma(planes: Tensor) -> Tensor:
    """(b, 1, 2h, 2w)"""
    return F.pixel_shuffle(planes[:, :4], 2)


def joined(y: Tensor, uv: Tensor) -> Tensor:
    return torch.cat([F.pixel_unshuffle(y, 2), uv], dim=1)


def reduced(planes: Tensor) -> Tensor:
    """The same picture at half the size, (b, 6, h/2, w/2)."""
    return joined(F.avg_pool2d(luma(planes), 2), F.avg_pool2d(planes[:, 4:], 2))


def doubled(field: Tensor) -> Tensor:
    """A field (b, c, h, w) drawn out to twice the size."""
    return F.interpolate(field, scale_factor=2, mode="bilinear", align_corners=False)


def enlarged(planes: Tensor) -> Tensor:
    """The same picture at twice the size, (b, 6, 2h, 2w)."""
    return joined(doubled(luma(planes)), doubled(planes[:, 4:]))


def _sampled(picture: Tensor, flow: Tensor, sides: float) -> Tensor:
    """`picture` where `flow` (b, 2, h, w) in sides of the whole picture points; the window is `sides` of it wide."""
    b, _, h, w = picture.shape
    if flow.shape[-1] != w:
        flow = F.interpolate(flow, size=(h, w), mode="bilinear", align_corners=False)
    ys = (torch.arange(h, device=picture.device, dtype=picture.dtype) * 2 + 1) / h - 1
    xs = (torch.arange(w, device=picture.device, dtype=picture.dtype) * 2 + 1) / w - 1
    own = torch.stack(torch.broadcast_tensors(xs[None, :], ys[:, None]), dim=-1)
    grid = own[None] + flow.permute(0, 2, 3, 1) * (2 / sides)
    return F.grid_sample(picture, grid, mode="bilinear", padding_mode="border", align_corners=False)


def warped(planes: Tensor, flow: Tensor, sides: float) -> Tensor:
    """Planes moved by a flow; `sides` is the window's width in sides of the whole picture (1 without a crop)."""
    return joined(_sampled(luma(planes), flow, sides), _sampled(planes[:, 4:], flow, sides))


def composed(flow: Tensor, before: Tensor, sides: float) -> Tensor:
    """The flow over two frames: from now by `flow`, and from there by `before`."""
    return flow + _sampled(before, flow, sides)


def to_rgb(planes: Tensor) -> Tensor:
    """BT.601 limited range to RGB in [0, 1], (b, 3, 2h, 2w)."""
    y = (luma(planes) * 255 - 16) * 1.164383
    uv = F.interpolate(planes[:, 4:], scale_factor=2, mode="bilinear", align_corners=False) * 255 - 128
    u, v = uv[:, :1], uv[:, 1:]
    rgb = torch.cat([y + 1.596027 * v, y - 0.391762 * u - 0.812968 * v, y + 2.017232 * u], dim=1)
    return (rgb / 255).clamp(0, 1)
