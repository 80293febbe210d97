"""From linear light to the finished frames of a clip: tone, painted styles, a camera's traces."""

import io
import math
from dataclasses import dataclass

import numpy as np
from numba import njit
from PIL import Image
from scipy.ndimage import gaussian_filter


@dataclass(frozen=True)
class Look:
    """How a clip's frames are finished; constant within the clip."""

    style: str  # photo, painted, cartoon
    gain: tuple[float, float, float]  # exposure and white balance
    contrast: float
    saturation: float
    noise: float
    blur: float
    quality: int  # of the JPEG compression; 0 for none
    dab: int  # radius of the brush's dabs, pixels; 0 for none
    tones: int  # steps of each colour channel; 0 for continuous
    outline: float
    canvas: float
    canvas_seed: int


def random_look(rng: np.random.Generator, style: str) -> Look:
    """A look of the style."""
    photo = style == "photo"
    balance = 1 + rng.normal(0, 0.04 if photo else 0.12, 3)
    return Look(
        style, tuple((balance * rng.uniform(0.85, 1.15)).tolist()), float(rng.uniform(0, 0.6)), float(rng.uniform(0.75, 1.25) if rng.random() < 0.9 else 0.0),
        float(rng.exponential(0.008)) if photo else float(rng.choice((0, 0.004))),
        float(rng.uniform(0.2, 1.0)) if rng.random() < 0.7 else float(rng.uniform(1.0, 1.8)),
        int(rng.integers(45, 98)) if rng.random() < 0.7 else 0,
        int(rng.integers(1, 5)) if style == "painted" or (style == "cartoon" and rng.random() < 0.4) else 0,
        int(rng.integers(5, 14)) if style != "photo" and rng.random() < 0.35 else 0,
        float(rng.uniform(0.4, 1.0)) if style == "cartoon" and rng.random() < 0.7 else 0.0,
        float(rng.uniform(0.01, 0.07)) if style == "painted" else 0.0,
        int(rng.integers(2**31)),
    )


@njit(cache=True, fastmath=True)
def calmest(picture, radius):
    """Kuwahara's filter: each pixel takes the mean of the calmest of its four quadrants. uint8-scaled floats (h, w, 3)."""
    height, width = picture.shape[:2]
    sums = np.zeros((height + 1, width + 1, 4))
    for row in range(height):
        line = np.zeros(4)
        for column in range(width):
            r, g, b = picture[row, column, 0], picture[row, column, 1], picture[row, column, 2]
            grey = 0.3 * r + 0.59 * g + 0.11 * b
            line[0] += r
            line[1] += g
            line[2] += b
            line[3] += grey * grey
            for c in range(4):
                sums[row + 1, column + 1, c] = sums[row, column + 1, c] + line[c]
    out = np.empty_like(picture)
    mean = np.zeros(4)
    for row in range(height):
        for column in range(width):
            best = 1e30
            for quadrant in range(4):
                top = row - radius if quadrant < 2 else row
                left = column - radius if quadrant % 2 == 0 else column
                bottom, right = min(height, top + radius + 1), min(width, left + radius + 1)
                top, left = max(0, top), max(0, left)
                area = (bottom - top) * (right - left)
                for c in range(4):
                    mean[c] = (sums[bottom, right, c] - sums[top, right, c] - sums[bottom, left, c] + sums[top, left, c]) / area
                grey = 0.3 * mean[0] + 0.59 * mean[1] + 0.11 * mean[2]
                spread = mean[3] - grey * grey
                if spread < best:
                    best = spread
                    for c in range(3):
                        out[row, column, c] = mean[c]
    return out


def _curve(value: np.ndarray) -> np.ndarray:
    """Display value in [0, 1] of linear light: bright parts roll off."""
    rolled = value * (1 + value / 6.25) / (1 + value * 0.72) * 1.4
    return np.clip(rolled, 0, 1) ** (1 / 2.2)


CURVE_END = 3.0  # linear light at the curve's last entry
TONE_CURVE = _curve(np.linspace(0, CURVE_END**0.5, 2048) ** 2).astype(np.float32)  # by the root of the light


@njit(cache=True, fastmath=True)
def toned(linear, gain, contrast, saturation, curve):
    """Display values (h, w, 3), 0 to 255, of linear light."""
    out = np.empty_like(linear)
    last = len(curve) - 1
    for row in range(linear.shape[0]):
        for column in range(linear.shape[1]):
            grey = 0.0
            for c in range(3):
                v = curve[min(last, int(math.sqrt(max(0.0, linear[row, column, c] * gain[c] / CURVE_END)) * last + 0.5))]
                v += contrast * 0.5 * (v * v * (3 - 2 * v) - v)
                grey += v * (0.3, 0.59, 0.11)[c]
                out[row, column, c] = v
            for c in range(3):
                out[row, column, c] = 255 * min(1.0, max(0.0, grey + (out[row, column, c] - grey) * saturation))
    return out


@njit(cache=True, fastmath=True)
def reduced(picture, side):
    """Area average of a square picture at another, smaller side; values over 1.5 are cut, so that highlights stay small."""
    scale = picture.shape[0] / side
    across = np.zeros((picture.shape[0], side, 3), dtype=np.float32)
    out = np.zeros((side, side, 3), dtype=np.float32)
    for row in range(picture.shape[0]):
        for column in range(side):
            start, end = column * scale, (column + 1) * scale
            for x in range(int(start), min(picture.shape[0], int(math.ceil(end - 1e-9)))):
                share = (min(end, x + 1.0) - max(start, float(x))) / scale
                for c in range(3):
                    across[row, column, c] += share * min(1.5, picture[row, x, c])
    for row in range(side):
        start, end = row * scale, (row + 1) * scale
        for y in range(int(start), min(picture.shape[0], int(math.ceil(end - 1e-9)))):
            share = (min(end, y + 1.0) - max(start, float(y))) / scale
            for column in range(side):
                for c in range(3):
                    out[row, column, c] += share * across[y, column, c]
    return out


def _outlines(depth: np.ndarray) -> np.ndarray:
    """Ink (h, w) in [0, 1] where the distance jumps."""
    distance = np.where(depth > 0, 1 / np.maximum(depth, 1e-3), 9)
    jump = np.zeros_like(distance)
    for axis in (0, 1):
        step = np.abs(np.diff(distance, axis=axis))
        first, second = (slice(None, -1), slice(1, None))
        if axis == 0:
            jump[first] = np.maximum(jump[first], step)
            jump[second] = np.maximum(jump[second], step)
        else:
            jump[:, first] = np.maximum(jump[:, first], step)
            jump[:, second] = np.maximum(jump[:, second], step)
    return np.clip((jump - 0.008) / 0.01, 0, 1)


class Finish:
    """Turns drawn pictures into frames of `side` pixels."""

    def __init__(self, look: Look, side: int) -> None:
        self._look, self._side = look, side
        rng = np.random.default_rng(look.canvas_seed)
        y, x = np.mgrid[:side, :side]
        weave = np.sin(x * 2 * np.pi / rng.uniform(2.5, 5)) * np.sin(y * 2 * np.pi / rng.uniform(2.5, 5))
        self._canvas = (1 + look.canvas * (0.6 * weave + gaussian_filter(rng.standard_normal((side, side)), 0.8)))[..., None].astype(np.float32)

    def frame(self, linear: np.ndarray, depth: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """(side, side, 3) sRGB bytes of a picture in linear light, of this size or larger."""
        look = self._look
        value = reduced(linear, self._side)
        value = toned(value, np.array(look.gain), look.contrast, look.saturation, TONE_CURVE)
        if look.outline:
            ink = reduced(np.repeat(_outlines(depth)[..., None].astype(np.float32), 3, axis=2), self._side)
            value = value * (1 - look.outline * ink)
        if look.dab:
            value = calmest(value, look.dab)
        if look.tones:
            value = np.floor(value / 256 * look.tones + 0.5) * (255 / look.tones)
        if look.blur > 0.3:
            value = gaussian_filter(value, (look.blur * 0.6, look.blur * 0.6, 0), truncate=2.5)
        value = value * self._canvas if look.canvas else value
        if look.noise:
            value = value + 255 * look.noise * rng.standard_normal(value.shape, dtype=np.float32)
        frame = np.clip(value + 0.5, 0, 255).astype(np.uint8)
        if look.quality:
            stored = io.BytesIO()
            Image.fromarray(frame).save(stored, "JPEG", quality=look.quality)
            frame = np.asarray(Image.open(stored).convert("RGB"))
        return frame
