"""Reader for the polygon meshes (Wavefront OBJ) of the asset repositories."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Mesh:
    """Polygons over vertices. `corners[f]` and `uv_corners[f]` index `vertices` and `uvs`."""

    vertices: np.ndarray  # (n, 3) float64, decimetres, y up, the face looks along +z
    uvs: np.ndarray  # (m, 2) float64 in [0, 1], v up
    corners: list[tuple[int, ...]]
    uv_corners: list[tuple[int, ...]]
    groups: list[str]  # group name of each polygon

    def keep(self, mask: np.ndarray) -> "Mesh":
        """The same vertices with only the polygons whose mask entry is true."""
        chosen = np.flatnonzero(mask)
        return Mesh(
            self.vertices,
            self.uvs,
            [self.corners[i] for i in chosen],
            [self.uv_corners[i] for i in chosen],
            [self.groups[i] for i in chosen],
        )


@lru_cache(maxsize=64)
def read_mesh(path: Path) -> Mesh:
    """Reads an OBJ file, once; its arrays are shared. Polygons without texture coordinates get (0, 0)."""
    vertices, uvs, corners, uv_corners, groups = [], [], [], [], []
    group = ""
    for line in path.read_text(errors="replace").splitlines():
        fields = line.split()
        if not fields:
            continue
        if fields[0] == "v":
            vertices.append([float(x) for x in fields[1:4]])
        elif fields[0] == "vt":
            uvs.append([float(x) for x in fields[1:3]])
        elif fields[0] == "g":
            group = fields[1] if len(fields) > 1 else ""
        elif fields[0] == "f":
            parts = [f.split("/") for f in fields[1:]]
            corners.append(tuple(int(p[0]) - 1 for p in parts))
            uv_corners.append(tuple(int(p[1]) - 1 if len(p) > 1 and p[1] else 0 for p in parts))
            groups.append(group)
    return Mesh(np.array(vertices), np.array(uvs or [[0.0, 0.0]]), corners, uv_corners, groups)
