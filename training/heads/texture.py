"""Texture sheets: loading, enlarging and recolouring with numpy."""

from pathlib import Path

import numpy as np
from PIL import Image

from .character import Skin

EYE_GAIN = np.array([1.22, 1.25, 1.28])  # the painted whites are grey
EYE_SATURATION = 0.6
SHEET_SIDE = 2048  # the stored 512² sheets are enlarged smoothly so that texels do not show


def load(path: Path, side: int | None = None) -> np.ndarray:
    """(h, w, 4) floats in [0, 1], sRGB, row 0 at the top."""
    picture = Image.open(path).convert("RGBA")
    if side:
        picture = picture.resize((side, side), Image.Resampling.LANCZOS)
    return np.asarray(picture, dtype=np.float32) / 255


def enlarged(picture: np.ndarray, side: int) -> np.ndarray:
    """An RGBA picture at another size; colours are weighed by alpha, so that no fringe appears."""
    if picture.shape[0] == side:
        return picture
    alpha = picture[..., 3:]
    planes = np.concatenate([picture[..., :3] * alpha, alpha], axis=2)
    scaled = [np.asarray(Image.fromarray(planes[..., c]).resize((side, side), Image.Resampling.BICUBIC)) for c in range(4)]
    out = np.clip(np.stack(scaled, axis=2), 0, 1)
    out[..., :3] = np.clip(out[..., :3] / np.maximum(out[..., 3:], 1e-4), 0, 1)
    return out


def skin_picture(assets: Path, look: Skin) -> np.ndarray:
    """The photographed skin with the look's gain and saturation."""
    sheet = load(assets / "textures-512/skins" / f"{look.texture}.png", SHEET_SIDE)[..., :3]
    grey = sheet @ np.array([0.3, 0.59, 0.11], dtype=np.float32)
    sheet = grey[..., None] + (sheet - grey[..., None]) * look.saturation
    return np.clip(sheet * np.array(look.gain, dtype=np.float32), 0, 1)


def hair_picture(texture: np.ndarray, colour: tuple[float, float, float] | None) -> np.ndarray:
    """Strand detail of a sheet in another colour; `colour` is linear RGB of the mean strand."""
    if colour is None:
        return texture
    grey = texture[..., :3] @ np.array([0.3, 0.59, 0.11], dtype=np.float32)
    opaque = texture[..., 3] > 0.5
    mean = float(grey[opaque].mean()) if opaque.any() else 0.5
    detail = np.clip(grey / max(mean, 1e-3), 0.25, 2.2) ** 0.8
    srgb = np.clip(np.array(colour), 0, 1) ** (1 / 2.2)
    return np.concatenate([np.clip(detail[..., None] * srgb, 0, 1), texture[..., 3:]], axis=2).astype(np.float32)


def eye_picture(assets: Path, name: str) -> np.ndarray:
    """An eye's sheet with whiter whites and a less candied iris."""
    sheet = load(assets / "textures-512/eyes" / f"{name}.png", 1024)[..., :3]
    grey = sheet.mean(axis=2, keepdims=True)
    white = np.clip((grey - 0.5) / 0.15, 0, 1) * np.clip(1.4 - 5 * np.ptp(sheet, axis=2, keepdims=True), 0, 1)
    gain = 0.85 * (1 - white) + EYE_GAIN * white
    return np.clip((grey + (sheet - grey) * EYE_SATURATION) * gain, 0, 1).astype(np.float32)
