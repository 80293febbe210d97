"""From the rendered head to the finished picture: compositing, photographic and painted finishes."""

import numpy as np
from scipy.ndimage import gaussian_filter

EDGE_SOFTNESS = 0.6  # pixels; few samples leave the outline ragged


def compose(head: np.ndarray, background: np.ndarray, softness: float = EDGE_SOFTNESS) -> np.ndarray:
    """Lays an RGBA head (straight alpha, sRGB) over a background, mixing in linear light; its edges are softened by `softness` pixels."""
    spread = (softness, softness, 0)
    light, sharp = head[..., :3] ** 2.2, head[..., 3:]
    alpha = gaussian_filter(sharp, spread)
    # Along an edge, what lies within: beyond it a renderer leaves black, or whatever a stray sample saw.
    within = gaussian_filter(light * sharp, spread) / np.maximum(alpha, 1e-3)
    edge = 4 * alpha * (1 - alpha)
    mixed = (light + (within - light) * edge) * alpha + background**2.2 * (1 - alpha)
    return np.clip(mixed, 0, 1) ** (1 / 2.2)


def photo(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A camera's traces: a little bloom, vignette and grain."""
    bloom = gaussian_filter(np.clip(picture - 0.75, 0, 1), (9, 9, 0))
    size = picture.shape[0]
    axis = (np.arange(size) + 0.5) / size - 0.5
    vignette = 1 - 0.22 * np.clip(np.hypot(*np.meshgrid(axis, axis)) - 0.25, 0, 1)[..., None]
    grain = gaussian_filter(rng.standard_normal((size, size)), 0.7)[..., None] * 0.012
    return np.clip((picture + 0.35 * bloom) * vignette + grain, 0, 1)


def noir(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Black and white film: contrast, halation, coarse grain."""
    grey = picture @ np.array([0.45, 0.4, 0.15])
    grey = grey + 0.3 * gaussian_filter(np.clip(grey - 0.6, 0, 1), 10)
    grey = np.clip(grey, 0, 1)
    grey = 0.55 * grey + 0.45 * grey * grey * (3 - 2 * grey)
    grain = gaussian_filter(rng.standard_normal(grey.shape), 0.8) * 0.03
    toned = (grey + grain)[..., None] * np.array([1.0, 0.985, 0.955])
    return np.clip(toned, 0, 1)
