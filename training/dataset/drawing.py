"""Draws a figure: camera, light, materials, and the passes of the rasteriser."""

from dataclasses import dataclass

import numpy as np

from heads.character import Pose

from . import raster
from .figure import DRAWN_LAST, Figure
from .occlusion import frame_towards

SHADOW_SIDE = 320  # pixels of the first lamp's depth picture
SHADOW_RADIUS = 0.24  # metres around the head that it covers


@dataclass(frozen=True)
class View:
    """A pinhole camera: `scale` is the focal length in heights of the picture; metres, looking along -z."""

    position: np.ndarray
    scale: float
    centre: tuple[float, float] = (0.5, 0.5)  # where the optical axis meets the picture
    roll: float = 0.0  # radians

    def project(self, places: np.ndarray, side: int) -> np.ndarray:
        """(n, 3): pixels and the inverse distance."""
        relative = places - self.position.astype(np.float32)
        q = -1 / relative[:, 2]
        x, y = relative[:, 0] * q * self.scale, -relative[:, 1] * q * self.scale
        c, s = np.cos(self.roll), np.sin(self.roll)
        return np.stack([(self.centre[0] + c * x - s * y) * side, (self.centre[1] + s * x + c * y) * side, q], axis=1).astype(np.float32)


@dataclass(frozen=True)
class Light:
    """Lamps (k, 6): unit direction towards the lamp, linear colour; the sky (3, 3): mean, by height, by side."""

    lamps: np.ndarray
    sky: np.ndarray
    shadows: bool = True


@dataclass(frozen=True)
class Material:
    """A surface: its sheet (h, w, 4) of sRGB bytes, soft edge of its shade, highlights; `levels` > 0 draws flat tones."""

    sheet: np.ndarray
    wrap: tuple[float, float, float] = (0.1, 0.1, 0.1)
    gloss: float = 0.0
    sharpness: float = 20.0
    levels: float = 0.0
    strand: bool = False
    bias: float = 0.0
    behind: bool = False  # in the mouth: its occlusion dims the lamps too


class Canvas:
    """Draws one figure with fixed materials; owns its buffers of `side` pixels."""

    def __init__(self, figure: Figure, materials: list[Material], side: int) -> None:
        self._figure, self._side = figure, side
        self._sheets = np.concatenate([m.sheet.reshape(-1, 4) for m in materials])
        starts = np.cumsum([0] + [m.sheet.shape[0] * m.sheet.shape[1] for m in materials[:-1]])
        self._sheet_table = np.array([[s, *m.sheet.shape[:2]] for s, m in zip(starts, materials)], dtype=np.int64)
        self._materials = np.array(
            [[*m.wrap, m.gloss, m.sharpness, m.levels, m.strand, m.bias, m.behind] for m in materials], dtype=np.float32)
        last = [i for i, s in enumerate(figure.surfaces) if s in DRAWN_LAST]
        self._always_blended = np.array([s in ("brows", "lashes", "lenses") for s in figure.surfaces])
        late = np.isin(figure.kinds, last)
        hair = np.isin(figure.kinds, [i for i, s in enumerate(figure.surfaces) if s == "hair"])
        self._solid, self._hair, self._late = np.flatnonzero(~late), np.flatnonzero(hair), np.flatnonzero(late)
        casts = [i for i, s in enumerate(figure.surfaces) if s not in ("brows", "lashes", "lenses", "hair", "teeth", "tongue")]
        self._casting = figure.triangles[np.isin(figure.kinds, casts)]
        self._order = np.concatenate([self._solid, self._hair])

    def draw(self, pose: Pose, view: View, light: Light, background: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The picture (side, side, 3) in linear light over `background`, and its inverse depth, 0 where no figure is."""
        f, side = self._figure, self._side
        places = f.place(pose)
        normals, open_ = f.normals(places, pose), f.openness()
        points = view.project(places, side)
        depth = np.zeros((side, side), dtype=np.float32)
        index = np.full((side, side), raster.NOTHING, dtype=np.int32)
        tables = (f.uvs, f.uv_triangles, self._materials, self._sheets, self._sheet_table)
        for chosen, tested in ((self._solid, False), (self._hair, True)):
            if len(chosen):
                part = np.full_like(index, raster.NOTHING)
                raster.see(points, f.triangles[chosen], f.kinds[chosen], f.uvs, f.uv_triangles[chosen], *tables[2:], tested, depth, part)
                index = np.where(part >= 0, chosen[part], index).astype(np.int32)
        shadow, frame = self._shadow(places, light)
        shading = (points, f.triangles, f.kinds, f.uvs, f.uv_triangles, places, normals, open_, *tables[2:],
                   view.position.astype(np.float32), light.lamps.astype(np.float32), light.sky.astype(np.float32), shadow, frame)
        picture = background.astype(np.float32).copy()
        raster.colour(index, *shading, picture)
        if len(self._late):
            far = points[f.triangles[self._late], 2].sum(axis=1)
            raster.blend(self._late[np.argsort(far)].astype(np.int32), *shading, self._always_blended, depth, picture)
        return picture, depth

    def _shadow(self, places: np.ndarray, light: Light) -> tuple[np.ndarray, np.ndarray]:
        if not light.shadows or not len(light.lamps):
            return np.zeros((1, 1), dtype=np.float32), np.zeros((3, 4), dtype=np.float32)
        eyes = places[self._figure.spans["eyes"]].mean(axis=0)
        frame = frame_towards(light.lamps[0, :3], eyes - np.array([0, 0.04, 0.06]), SHADOW_RADIUS, SHADOW_SIDE)
        seen = (places @ frame[:, :3].T + frame[:, 3]).astype(np.float32)
        shadow = np.full((SHADOW_SIDE, SHADOW_SIDE), np.inf, dtype=np.float32)
        raster.nearest(seen, self._casting, shadow)
        return shadow, frame.astype(np.float32)
