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
    x, y, z = base.T
    front = np.clip((z - 0.55) / 0.4, 0, 1)
    masks["freckled"] = front * np.exp(-(((y - 6.95) / 0.38) ** 2)) * (1 - masks["lips"])
    line = 6.78 - 0.55 * np.clip(np.abs(x) - 0.25, -0.1, 0.3) + 0.9 * np.clip(np.abs(x) - 0.62, 0, 0.5)
    jaw = np.clip((line - y) / 0.12, 0, 1) * np.clip((y - 5.85) / 0.2, 0, 1)
    nose = np.exp(-(((x / 0.22) ** 2 + ((y - 6.86) / 0.12) ** 2) ** 2))
    masks["beard"] = jaw * np.clip((z - 0.15) / 0.35, 0, 1) * (1 - masks["lips"]) * (1 - nose)
    masks["scalp"] = scalp_mask(assets, base)
    return masks


def scalp_mask(assets: Path, base: np.ndarray, recede: float = 0.0) -> np.ndarray:
    """Where head hair grows, (n,) in [0, 1]; `recede` moves the hairline back, metres."""
    x, y, z = base.T
    back = 10 * recede
    # The hairline as seen from the side: how far forward hair grows at each height.
    limit = np.interp(y, (6.2, 6.9, 7.02, 7.3, 7.55, 7.75, 7.92, 8.02, 8.12), (-0.35, -0.10, 0.50, 0.60, 0.62, 0.92, 1.18, 1.38, 1.9))
    limit = limit - back * np.clip((y - 7.3) / 0.5, 0, 1) * (1 + 0.8 * np.clip(np.abs(x) / 0.5, 0, 1))
    mask = np.clip((limit - z) / 0.07 + 0.5, 0, 1) * np.clip((y - 6.42) / 0.15, 0, 1)
    for ear in ("l", "r"):
        indices, offsets = read_target(assets / f"targets/ears/{ear}-ear-scale-incr.target.gz")
        size = np.linalg.norm(offsets, axis=1)
        mask[indices[size > 0.2 * size.max()]] = 0
    return mask
