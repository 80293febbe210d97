"""Soft masks of the base mesh's face regions, read off what the shape targets move."""

from pathlib import Path

import numpy as np

from .targets import read_target

REGION_TARGETS = {
    "lips": (("mouth/mouth-lowerlip-volume-incr", "mouth/mouth-upperlip-volume-incr"), 0.35),
    "lids": (("expression/units/caucasian/eye-left-closure", "expression/units/caucasian/eye-right-closure"), 0.5),
    "cheeks": (("cheek/l-cheek-volume-incr", "cheek/r-cheek-volume-incr"), 0.8),
}


def region_masks(assets: Path, base: np.ndarray) -> dict[str, np.ndarray]:
    """Masks (n,) in [0, 1] over the unmorphed base vertices (decimetres)."""
    masks = {}
    for region, (names, full_at) in REGION_TARGETS.items():
        mask = np.zeros(len(base))
        for name in names:
            indices, offsets = read_target(assets / "targets" / f"{name}.target.gz")
            size = np.linalg.norm(offsets, axis=1)
            mask[indices] = np.maximum(mask[indices], size / (size.max() * full_at))
        masks[region] = np.clip(mask, 0, 1)
    _, y, z = base.T
    front = np.clip((z - 0.55) / 0.4, 0, 1)
    masks["freckled"] = front * np.exp(-(((y - 6.95) / 0.38) ** 2)) * (1 - masks["lips"])
    masks["beard"] = beard_mask(base)
    masks["scalp"] = scalp_mask(base)
    return masks


# The hairline as seen from the side: how far forward (z) hair grows at each height (y), decimetres.
HAIRLINE_Y = (6.2, 6.85, 7.0, 7.12, 7.2, 7.45, 7.62, 7.75, 7.88, 7.97, 8.04, 8.12)
HAIRLINE_Z = (-0.3, 0.25, 0.25, 0.27, 0.74, 0.79, 0.86, 0.97, 1.12, 1.26, 1.42, 1.9)


def scalp_mask(points: np.ndarray, recede: float = 0.0) -> np.ndarray:
    """Where head hair grows, (n,) in [0, 1], at points of the unmorphed base (decimetres).

    `recede` moves the hairline back at the temples and over the forehead, metres.
    """
    x, y, z = points.T
    back = 10 * recede
    limit = np.interp(y, HAIRLINE_Y, HAIRLINE_Z)
    limit = limit - back * np.clip((y - 7.45) / 0.4, 0, 1) * (1 + 0.9 * np.clip(np.abs(x) / 0.5, 0, 1))
    mask = np.clip((limit - z) / 0.09 + 0.5, 0, 1) * np.clip((y - 6.45) / 0.15, 0, 1)
    ear = (y > 6.75) & (y < 7.48) & (z > 0.24) & (z < 0.64) & (np.abs(x) > 0.5)
    throat = (y < 6.9) & (z > 0.2)
    return mask * ~ear * ~throat


def beard_mask(points: np.ndarray) -> np.ndarray:
    """Where a beard grows, (n,) in [0, 1], at points of the unmorphed base (decimetres)."""
    x, y, z = np.abs(points[:, 0]), points[:, 1], points[:, 2]
    cheek = np.interp(x, (0.0, 0.26, 0.34, 0.50, 0.66, 0.75), (6.79, 6.79, 6.66, 6.66, 6.95, 7.15))
    jaw = 6.12 + 0.62 * np.clip(1.32 - z, 0, 1)
    mask = np.clip((cheek - y) / 0.07 + 0.3, 0, 1) * np.clip((y - jaw) / 0.07, 0, 1) * np.clip((z - 0.62) / 0.08, 0, 1)
    mouth = np.clip(1.6 - ((x / 0.27) ** 2 + ((y - 6.615) / 0.085) ** 2), 0, 1)
    bare = 0.75 * np.exp(-(((x - 0.14) / 0.08) ** 2 + ((y - 6.50) / 0.05) ** 2))  # beside the tuft under the lip
    return mask * (1 - mouth) * (1 - bare)
