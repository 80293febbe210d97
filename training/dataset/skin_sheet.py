"""The skin's texture: a photographed sheet, enlarged, with procedural detail painted on the head."""

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
from numba import njit
from PIL import Image

from heads.regions import region_masks
from heads.wavefront import read_mesh

from .figure import triangulated

SIDE = 2048
HEAD_FROM = 5.6  # decimetres of the unmorphed base: detail is painted above this height
MASKS = ("lips", "lids", "cheeks", "freckled", "beard", "scalp", "socket")


@dataclass(frozen=True)
class SkinPaint:
    """What is painted; colours are sRGB, strengths in [0, 1]."""

    texture: str
    gain: tuple[float, float, float] = (1.0, 1.0, 1.0)
    saturation: float = 1.0
    contrast: float = 1.0
    base: tuple[float, float, float] | None = None  # replaces the photographed colour
    mottle: float = 0.3
    pores: float = 0.4
    freckles: float = 0.0
    freckle: tuple[float, float, float] = (0.55, 0.33, 0.22)
    blush: float = 0.2
    lips: tuple[float, float, float] = (0.7, 0.3, 0.3)
    lips_strength: float = 0.0
    eyeshadow: tuple[float, float, float] = (0.4, 0.3, 0.4)
    eyeshadow_strength: float = 0.0
    stubble: float = 0.0  # dots of a shaved beard
    beard: float = 0.0  # a painted beard
    beard_colour: tuple[float, float, float] = (0.15, 0.1, 0.08)
    scalp: float = 0.0  # painted short hair, or what shows between hair
    scalp_colour: tuple[float, float, float] = (0.15, 0.1, 0.08)
    wrinkles: float = 0.0
    rings: float = 0.0  # dark rings around the eyes
    pattern: float = 0.0  # blotches in another colour, as of stone or paint
    pattern_scale: float = 4.0  # per decimetre
    pattern_bands: float = 0.0  # 0 blotches .. 1 bands
    pattern_colour: tuple[float, float, float] = (0.3, 0.5, 0.7)
    seed: int = field(default=0)


@dataclass(frozen=True)
class SkinChart:
    """Which texels (n,) lie on the head, where on the base mesh (n, 3) they are, and its masks (n, k) there."""

    texels: np.ndarray
    places: np.ndarray
    masks: np.ndarray


@njit(cache=True)
def _chart(corners, triangles, values, side, texel_of, out):
    """Interpolates `values` (v, k) over triangles in texture space; returns how many texels were hit."""
    count = 0
    hit = np.zeros(side * side, dtype=np.uint8)
    for t in range(triangles.shape[0]):
        x0, y0 = corners[t, 0, 0] * side, (1 - corners[t, 0, 1]) * side
        x1, y1 = corners[t, 1, 0] * side, (1 - corners[t, 1, 1]) * side
        x2, y2 = corners[t, 2, 0] * side, (1 - corners[t, 2, 1]) * side
        area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        if abs(area) < 1e-9:
            continue
        for row in range(max(0, int(min(y0, y1, y2)) - 1), min(side, int(max(y0, y1, y2)) + 2)):
            for column in range(max(0, int(min(x0, x1, x2)) - 1), min(side, int(max(x0, x1, x2)) + 2)):
                px, py = column + 0.5, row + 0.5
                a = ((x1 - px) * (y2 - py) - (x2 - px) * (y1 - py)) / area
                b = ((x2 - px) * (y0 - py) - (x0 - px) * (y2 - py)) / area
                c = 1 - a - b
                if min(a, b, c) < -0.25 or hit[row * side + column]:
                    continue
                hit[row * side + column] = 1
                texel_of[count] = row * side + column
                i, j, k = triangles[t, 0], triangles[t, 1], triangles[t, 2]
                for n in range(values.shape[1]):
                    out[count, n] = a * values[i, n] + b * values[j, n] + c * values[k, n]
                count += 1
    return count


@lru_cache(maxsize=1)
def skin_chart(assets: Path) -> SkinChart:
    """The chart of the base mesh's head."""
    mesh = read_mesh(assets / "mesh/base.obj")
    chosen = [i for i, (g, c) in enumerate(zip(mesh.groups, mesh.corners)) if g == "body" and mesh.vertices[list(c), 1].min() > HEAD_FROM and len(c) == 4]
    quads = np.array([mesh.corners[i] for i in chosen])
    uv = mesh.uvs[triangulated(np.array([mesh.uv_corners[i] for i in chosen]))]
    masks = region_masks(assets, mesh.vertices)
    x, y, z = np.abs(mesh.vertices[:, 0]), mesh.vertices[:, 1], mesh.vertices[:, 2]
    masks["socket"] = np.exp(-(((x - 0.33) / 0.22) ** 2 + ((y - 7.22) / 0.13) ** 2)) * (z > 0.7)
    values = np.concatenate([mesh.vertices, np.stack([masks[m] for m in MASKS], axis=1)], axis=1).astype(np.float32)
    texels, out = np.empty(SIDE * SIDE, dtype=np.int64), np.empty((SIDE * SIDE, values.shape[1]), dtype=np.float32)
    count = _chart(uv, triangulated(quads), values, SIDE, texels, out)
    return SkinChart(texels[:count].copy(), out[:count, :3].copy(), out[:count, 3:].copy())


@njit(cache=True, fastmath=True)
def _hash(x, y, z, seed):
    n = (x * 73856093) ^ (y * 19349663) ^ (z * 83492791) ^ (seed * 2654435761)
    n = (n ^ (n >> 13)) * 1274126177 & 0x7FFFFFFF
    n = (n ^ (n >> 16)) * 668265263 & 0x7FFFFFFF
    return ((n ^ (n >> 15)) & 0xFFFF) / 65535.0


@njit(cache=True, fastmath=True)
def noise(x, y, z, seed):
    """Value noise in [0, 1] with one cell per unit."""
    i, j, k = int(np.floor(x)), int(np.floor(y)), int(np.floor(z))
    fx, fy, fz = x - i, y - j, z - k
    fx, fy, fz = fx * fx * (3 - 2 * fx), fy * fy * (3 - 2 * fy), fz * fz * (3 - 2 * fz)
    a = _hash(i, j, k, seed) * (1 - fx) + _hash(i + 1, j, k, seed) * fx
    b = _hash(i, j + 1, k, seed) * (1 - fx) + _hash(i + 1, j + 1, k, seed) * fx
    c = _hash(i, j, k + 1, seed) * (1 - fx) + _hash(i + 1, j, k + 1, seed) * fx
    d = _hash(i, j + 1, k + 1, seed) * (1 - fx) + _hash(i + 1, j + 1, k + 1, seed) * fx
    return (a * (1 - fy) + b * fy) * (1 - fz) + (c * (1 - fy) + d * fy) * fz


@njit(cache=True, fastmath=True)
def _dots(x, y, z, seed, share):
    """Distance to the nearest of the scattered dots around a place, in cells; 9 when none is near."""
    i, j, k = int(np.floor(x)), int(np.floor(y)), int(np.floor(z))
    best = 9.0
    for a in range(-1, 2):
        for b in range(-1, 2):
            for c in range(-1, 2):
                if _hash(i + a, j + b, k + c, seed) > share:
                    continue
                px = i + a + 0.15 + 0.7 * _hash(i + a, j + b, k + c, seed + 1)
                py = j + b + 0.15 + 0.7 * _hash(i + a, j + b, k + c, seed + 2)
                pz = k + c + 0.15 + 0.7 * _hash(i + a, j + b, k + c, seed + 3)
                size = 0.5 + _hash(i + a, j + b, k + c, seed + 4)
                best = min(best, ((px - x) ** 2 + (py - y) ** 2 + (pz - z) ** 2) ** 0.5 / size)
    return best


@njit(cache=True, fastmath=True)
def _mix(colour, other, share):
    for c in range(3):
        colour[c] += (other[c] - colour[c]) * share


@njit(cache=True, fastmath=True)
def _paint(sheet, texels, places, masks, strengths, colours, seed):
    colour = np.zeros(3)
    mottle, pores, freckles, blush, lips, shadow, stubble, beard, scalp, wrinkles, rings, pattern, scale, bands = strengths
    for n in range(len(texels)):
        x, y, z = places[n, 0], places[n, 1], places[n, 2]
        t = texels[n]
        for c in range(3):
            colour[c] = sheet[t, c]
        if mottle > 0:
            m = noise(x * 7, y * 7, z * 7, seed) + 0.5 * noise(x * 19, y * 19, z * 19, seed + 1) - 0.75
            colour[0] *= 1 + 0.10 * mottle * m
            colour[1] *= 1 - 0.16 * mottle * m
            colour[2] *= 1 - 0.16 * mottle * m
        if pattern > 0:
            m = noise(x * scale, y * scale, z * scale, seed + 20) * 0.6 + noise(x * scale * 2.3, y * scale * 2.3, z * scale * 2.3, seed + 21) * 0.4
            w = 0.5 + 0.5 * np.sin(6.28 * (y * scale + 2 * m))
            m = m * (1 - bands) + w * bands
            _mix(colour, colours[5], pattern * min(1.0, max(0.0, (m - 0.45) * 8)))
        if pores > 0:
            p = noise(x * 85, y * 85, z * 85, seed + 2) * 0.6 + noise(x * 40, y * 40, z * 40, seed + 3) * 0.5 - 0.55
            for c in range(3):
                colour[c] *= 1 + 0.28 * pores * p
        if wrinkles > 0:
            forehead = max(0.0, min(1.0, (y - 7.4) * 4)) * max(0.0, min(1.0, (z - 0.9) * 4))
            w = noise(x * 2.0, y * 22 + 2 * noise(x * 2, y * 3, z, seed + 5), z * 2, seed + 4)
            line = max(0.0, w - 0.62) * 2.6 * forehead
            fine = abs(noise(x * 18, y * 30, z * 18, seed + 6) - 0.5)
            line += max(0.0, 0.12 - fine) * 3 * (0.4 + 0.6 * masks[n, 6])
            for c in range(3):
                colour[c] *= 1 - wrinkles * min(0.6, line) * (0.6 + 0.2 * c)
        if rings > 0:
            for c in range(3):
                colour[c] *= 1 - rings * 0.35 * masks[n, 6] * (0.7 + 0.15 * c)
        if blush > 0:
            b = blush * 0.45 * masks[n, 2]
            colour[1] *= 1 - 0.5 * b
            colour[2] *= 1 - 0.4 * b
        if freckles > 0:
            d = _dots(x * 26, y * 26, z * 26, seed + 7, 0.5)
            _mix(colour, colours[0], freckles * masks[n, 3] * min(1.0, max(0.0, (0.42 - d) * 5)))
        if shadow > 0:
            _mix(colour, colours[2], shadow * 0.7 * masks[n, 1])
        if lips > 0:
            _mix(colour, colours[1], lips * min(1.0, max(0.0, (masks[n, 0] - 0.4) * 2.5)))
        if stubble > 0:
            d = _dots(x * 75, y * 75, z * 75, seed + 8, 0.8)
            _mix(colour, colours[3], stubble * masks[n, 4] * (0.25 + 0.6 * min(1.0, max(0.0, (0.5 - d) * 4))))
        if beard > 0:
            s = noise(x * 60 + 6 * noise(x * 8, y * 8, z * 8, seed + 9), y * 14, z * 60, seed + 10)
            edge = min(1.0, max(0.0, (masks[n, 4] - 0.2 + 0.5 * (s - 0.5)) * 3))
            for c in range(3):
                colour[c] += (colours[3, c] * (0.55 + 0.9 * s) - colour[c]) * beard * edge
        if scalp > 0:
            s = noise(x * 70, y * 30 + z * 20, z * 50, seed + 11)
            edge = min(1.0, max(0.0, (masks[n, 5] + 0.4 * (s - 0.5)) * 1.4))
            for c in range(3):
                colour[c] += (colours[4, c] * (0.6 + 0.8 * s) - colour[c]) * scalp * edge
        for c in range(3):
            sheet[t, c] = min(255, max(0, int(colour[c] + 0.5)))


def skin_sheet(assets: Path, paint: SkinPaint) -> np.ndarray:
    """The finished sheet (2048, 2048, 4), sRGB bytes."""
    photo = np.asarray(Image.open(assets / "textures-512/skins" / f"{paint.texture}.png").convert("RGB"), dtype=np.float32) / 255
    grey = photo @ np.array([0.3, 0.59, 0.11], dtype=np.float32)
    if paint.base is not None:
        detail = 0.5 + (grey[..., None] - 0.5) * 1.0
        photo = np.array(paint.base, dtype=np.float32) * (1 + (detail / 0.6 - 1) * 0.5 * paint.contrast)
    else:
        photo = grey[..., None] + (photo - grey[..., None]) * paint.saturation
        mean = photo[100:430, 330:500].mean(axis=(0, 1))
        photo = mean + (photo - mean) * paint.contrast
    photo = np.clip(photo * np.array(paint.gain, dtype=np.float32) * 255, 0, 255).astype(np.uint8)
    sheet = np.full((SIDE, SIDE, 4), 255, dtype=np.uint8)
    sheet[..., :3] = np.asarray(Image.fromarray(photo).resize((SIDE, SIDE), Image.Resampling.BICUBIC))
    chart = skin_chart(assets)
    strengths = np.array([paint.mottle, paint.pores, paint.freckles, paint.blush, paint.lips_strength, paint.eyeshadow_strength,
                          paint.stubble, paint.beard, paint.scalp, paint.wrinkles, paint.rings, paint.pattern, paint.pattern_scale, paint.pattern_bands])
    colours = 255 * np.array([paint.freckle, paint.lips, paint.eyeshadow, paint.beard_colour, paint.scalp_colour, paint.pattern_colour])
    _paint(sheet.reshape(-1, 4), chart.texels, chart.places, chart.masks, strengths, colours, paint.seed % 100_000)
    return sheet
