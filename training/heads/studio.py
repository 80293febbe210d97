"""Light set-ups and painted backgrounds."""

import numpy as np
from scipy.ndimage import gaussian_filter

from .renderer import Lamp

DAYLIGHT, LAMPLIGHT, SKY = (1.0, 0.97, 0.93), (1.0, 0.82, 0.62), (0.80, 0.89, 1.0)

LIGHTS: dict[str, tuple[Lamp, ...]] = {
    # A window on the left, a wall that throws light back, a rim that lifts the hair off the background.
    "window": (Lamp(-48, 28, 1.1, 0.9, 22, DAYLIGHT), Lamp(55, 5, 1.3, 1.0, 5, SKY), Lamp(150, 40, 1.0, 0.4, 14)),
    "window-right": (Lamp(45, 30, 1.1, 0.9, 22, DAYLIGHT), Lamp(-60, 5, 1.3, 1.0, 5, SKY), Lamp(-150, 40, 1.0, 0.4, 14)),
    "beauty": (Lamp(-8, 42, 1.0, 0.8, 17, DAYLIGHT), Lamp(5, -35, 0.9, 0.8, 5, DAYLIGHT), Lamp(140, 35, 1.0, 0.5, 5), Lamp(-140, 35, 1.0, 0.5, 5)),
    "warm": (Lamp(-40, 25, 1.1, 0.8, 20, LAMPLIGHT), Lamp(60, 10, 1.3, 1.0, 5, SKY), Lamp(155, 35, 1.0, 0.4, 9, LAMPLIGHT)),
    "old-master": (Lamp(-42, 24, 1.2, 0.7, 22, (1.0, 0.86, 0.68)), Lamp(55, 5, 1.3, 1.0, 3.0, (0.95, 0.75, 0.55)), Lamp(150, 40, 1.0, 0.4, 8, (1.0, 0.8, 0.6))),
    "neon": (Lamp(-62, 10, 1.0, 0.7, 17, (1.0, 0.12, 0.55)), Lamp(58, 15, 1.0, 0.7, 17, (0.08, 0.55, 1.0)), Lamp(0, 25, 1.3, 0.8, 6.5, (1.0, 0.88, 0.82)), Lamp(165, 40, 1.0, 0.4, 12, (0.5, 0.3, 1.0))),
    "noir": (Lamp(-42, 30, 1.1, 0.5, 22), Lamp(60, 0, 1.4, 1.0, 2.5), Lamp(145, 30, 1.0, 0.35, 30)),
    "museum": (Lamp(-45, 45, 1.2, 0.7, 20, DAYLIGHT), Lamp(60, 10, 1.3, 1.0, 4.5, SKY), Lamp(150, 25, 1.0, 0.5, 12)),
}


def _grid(size: int) -> tuple[np.ndarray, np.ndarray]:
    axis = (np.arange(size) + 0.5) / size
    return np.meshgrid(axis, axis)


def _rectangle(canvas: np.ndarray, left: float, top: float, right: float, bottom: float, colour) -> None:
    size = canvas.shape[0]
    canvas[int(top * size) : int(bottom * size), int(left * size) : int(right * size)] = colour


def _disc_blur(canvas: np.ndarray, radius: float) -> np.ndarray:
    """Blur with a flat disc, as a lens does, so that lights become discs."""
    size = canvas.shape[0]
    axis = np.minimum(np.arange(size), size - np.arange(size))
    distance = np.hypot(*np.meshgrid(axis, axis))
    kernel = np.clip(radius - distance + 0.5, 0, 1)
    spectrum = np.fft.rfft2(kernel / kernel.sum())
    pad = canvas
    return np.stack([np.fft.irfft2(np.fft.rfft2(pad[..., c]) * spectrum, s=(size, size)) for c in range(3)], axis=2)


def _room(rng: np.random.Generator, size: int, wall, accents, window: float | None) -> np.ndarray:
    """A wall with shelves or pictures and maybe a bright window, out of focus; linear light."""
    big = size * 2  # drawn with a margin, so that the blur's wrap-around is cut off
    canvas = np.empty((big, big, 3))
    x, y = _grid(big)
    canvas[:] = np.array(wall) * (1.15 - 0.4 * np.hypot(x - 0.4, y - 0.4))[..., None]
    if window is not None:
        _rectangle(canvas, window, 0.2, window + 0.17, 0.62, (0.85, 0.92, 1.0))
        _rectangle(canvas, window + 0.08, 0.2, window + 0.09, 0.62, np.array(wall) * 0.8)
        _rectangle(canvas, window, 0.40, window + 0.17, 0.41, np.array(wall) * 0.8)
    side = 0.56 if window is not None and window < 0.5 else 0.25
    for shelf in (0.34, 0.46, 0.58):
        _rectangle(canvas, side, shelf, side + 0.2, shelf + 0.01, np.array(wall) * 0.35)
        left = side
        while left < side + 0.18:
            width, height = rng.uniform(0.008, 0.024), rng.uniform(0.05, 0.1)
            if rng.random() < 0.8:
                colour = np.array(accents[rng.integers(len(accents))]) * rng.uniform(0.5, 1.2)
                _rectangle(canvas, left, shelf - height, left + width, shelf, colour)
            left += width + 0.002
    blurred = _disc_blur(canvas, big * 0.022)
    return blurred[size // 2 : size // 2 + size, size // 2 : size // 2 + size]


def _lights(rng: np.random.Generator, size: int, base, colours, count: int) -> np.ndarray:
    """A night with lamps out of focus; linear light."""
    big = size * 2
    x, y = _grid(big)
    canvas = np.array(base) * (1.3 - 0.8 * y)[..., None]
    for _ in range(count):
        cx, cy, radius = rng.uniform(0.2, 0.8), rng.uniform(0.2, 0.75), rng.uniform(0.0015, 0.004)
        colour = np.array(colours[rng.integers(len(colours))]) * rng.uniform(12, 50)
        canvas[np.hypot(x - cx, y - cy) < radius] = colour
    blurred = _disc_blur(canvas, big * 0.026)
    return blurred[size // 2 : size // 2 + size, size // 2 : size // 2 + size]


def _backdrop(rng: np.random.Generator, size: int, centre, edge) -> np.ndarray:
    """A hand-painted studio backdrop: a pool of light and soft clouds; linear light."""
    x, y = _grid(size)
    pool = np.exp(-(((x - 0.5) / 0.42) ** 2 + ((y - 0.42) / 0.46) ** 2))
    clouds = sum(gaussian_filter(rng.standard_normal((size, size)), size * s, mode="wrap") * size * s for s in (0.015, 0.04, 0.09))
    clouds = clouds / np.abs(clouds).max()
    mix = np.clip(pool + 0.16 * clouds, 0, 1)[..., None]
    return np.array(edge) * (1 - mix) + np.array(centre) * mix


def background(kind: str, size: int, seed: int) -> np.ndarray:
    """A background (size, size, 3), sRGB in [0, 1]."""
    rng = np.random.default_rng(seed)
    name, _, variant = kind.partition(":")
    if name == "room":
        wall, accents, window = {
            "study": ((0.36, 0.33, 0.29), [(0.3, 0.12, 0.08), (0.1, 0.16, 0.2), (0.45, 0.36, 0.2), (0.12, 0.2, 0.12)], 0.27),
            "loft": ((0.5, 0.5, 0.49), [(0.1, 0.14, 0.2), (0.6, 0.55, 0.45), (0.5, 0.25, 0.15)], 0.6),
            "sage": ((0.28, 0.35, 0.29), [(0.6, 0.5, 0.36), (0.15, 0.2, 0.14), (0.5, 0.4, 0.3)], 0.6),
            "terracotta": ((0.48, 0.25, 0.17), [(0.7, 0.5, 0.3), (0.15, 0.1, 0.1), (0.3, 0.35, 0.3)], 0.27),
            "plain": ((0.42, 0.44, 0.46), [(0.3, 0.33, 0.36), (0.5, 0.48, 0.44), (0.22, 0.26, 0.3)], 0.62),
        }[variant]
        linear = _room(rng, size, wall, accents, window)
    elif name == "night":
        linear = _lights(rng, size, (0.012, 0.012, 0.035), [(1, 0.1, 0.5), (0.1, 0.5, 1), (0.5, 0.2, 1), (1, 0.55, 0.2)], 34)
    else:
        centre, edge = {
            "umber": ((0.16, 0.105, 0.06), (0.015, 0.010, 0.007)),
            "slate": ((0.22, 0.25, 0.28), (0.045, 0.052, 0.06)),
            "plum": ((0.21, 0.10, 0.15), (0.03, 0.014, 0.025)),
            "teal": ((0.10, 0.25, 0.26), (0.012, 0.04, 0.05)),
            "ochre": ((0.50, 0.33, 0.12), (0.12, 0.06, 0.02)),
            "grey": ((0.20, 0.20, 0.20), (0.012, 0.012, 0.013)),
            "sky": ((0.45, 0.68, 0.85), (0.14, 0.32, 0.55)),
            "coral": ((0.90, 0.52, 0.36), (0.62, 0.22, 0.18)),
        }[variant]
        linear = _backdrop(rng, size, centre, edge)
    linear = linear + rng.normal(0, 0.0015, linear.shape)
    return np.clip(linear, 0, 1) ** (1 / 2.2)
