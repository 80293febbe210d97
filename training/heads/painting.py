"""Painted finishes: oil on canvas, and ink with flat colour."""

import numpy as np
from scipy.ndimage import gaussian_filter, uniform_filter


def kuwahara(picture: np.ndarray, radius: int) -> np.ndarray:
    """Each pixel takes the mean of the calmest of its quadrants: flat dabs with crisp borders."""
    side, margin = radius + 1, radius + 2
    picture = np.pad(picture, ((margin, margin), (margin, margin), (0, 0)), mode="reflect")
    best = np.full(picture.shape[:2], np.inf)
    out = picture.copy()
    means = [uniform_filter(picture[..., c], side, mode="reflect") for c in range(3)]
    squares = [uniform_filter(picture[..., c] ** 2, side, mode="reflect") for c in range(3)]
    mean, variance = np.stack(means, 2), sum(s - m * m for s, m in zip(squares, means))
    shift = (side + 1) // 2
    for dy in (-shift, shift):
        for dx in (-shift, shift):
            spread = np.roll(variance, (dy, dx), (0, 1))
            better = spread < best
            best = np.where(better, spread, best)
            out = np.where(better[..., None], np.roll(mean, (dy, dx), (0, 1)), out)
    return out[margin:-margin, margin:-margin]


def oil(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """An oil painting: dabs, bristle marks that follow the forms, varnish and canvas."""
    dabs = 0.25 * picture + 0.45 * kuwahara(picture, 3) + 0.3 * kuwahara(picture, 5)
    grey = gaussian_filter(dabs.mean(axis=2), 3)
    along_y, along_x = np.gradient(grey)
    angle = gaussian_filter(np.stack([along_x**2 - along_y**2, 2 * along_x * along_y], 2), (5, 5, 0))
    theta = 0.5 * np.arctan2(angle[..., 1], angle[..., 0]) + np.pi / 2
    bristles = _line_blur(rng.standard_normal(grey.shape), theta, 9)
    bristles = bristles / bristles.std()
    weave = _canvas(grey.shape)
    light = 1 + 0.035 * bristles + 0.03 * weave
    varnish = np.array([1.03, 0.985, 0.90])
    return np.clip(dabs * light[..., None] * varnish, 0, 1)


def _line_blur(noise: np.ndarray, theta: np.ndarray, reach: int) -> np.ndarray:
    """Line integral convolution with short straight lines."""
    height, width = noise.shape
    y, x = np.mgrid[:height, :width].astype(np.float64)
    total = np.zeros_like(noise)
    for step in range(-reach, reach + 1):
        column = np.clip(np.rint(x + step * np.cos(theta)), 0, width - 1).astype(int)
        row = np.clip(np.rint(y + step * np.sin(theta)), 0, height - 1).astype(int)
        total += noise[row, column]
    return total


def _canvas(shape: tuple[int, int]) -> np.ndarray:
    y, x = np.mgrid[: shape[0], : shape[1]]
    return np.sin(x * 2 * np.pi / 3.0) * np.sin(y * 2 * np.pi / 3.0)


def comic(picture: np.ndarray) -> np.ndarray:
    """Ink lines (extended difference of Gaussians, Winnemöller 2011) over colour in few tones."""
    flat = kuwahara(kuwahara(picture, 2), 3)
    value = flat.max(axis=2)
    tones, softness = 5, 0.25
    scaled = value * tones
    step = np.floor(scaled) + 0.5 + 0.5 * np.tanh((scaled - np.floor(scaled) - 0.5) / softness)
    toned = flat * (step / tones / np.maximum(value, 1e-3))[..., None]
    grey = toned.mean(axis=2)
    toned = np.clip(grey[..., None] + (toned - grey[..., None]) * 1.35, 0, 1)
    light = kuwahara(picture, 2).mean(axis=2)
    fine, coarse = gaussian_filter(light, 0.9), gaussian_filter(light, 1.5)
    edge = fine - 0.985 * coarse
    ink = np.where(edge > 0.0, 1.0, 1 + np.tanh(55 * edge))
    return np.clip(toned * (0.08 + 0.92 * np.clip(ink, 0, 1))[..., None], 0, 1)
