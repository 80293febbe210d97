"""Fitting of eyes, teeth, hair and clothes onto a morphed base mesh (the .mhclo format)."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Binding:
    """Each vertex follows three base vertices, plus an offset scaled with the body."""

    triangles: np.ndarray  # (n, 3) base vertex indices
    weights: np.ndarray  # (n, 3)
    offsets: np.ndarray  # (n, 3) decimetres on the reference body
    scales: list[tuple[int, int, float]]  # per axis: two base vertices, their reference distance
    hidden: np.ndarray  # base vertices covered by this piece
    mesh_file: str

    def fit(self, base: np.ndarray, rest: np.ndarray) -> np.ndarray:
        """Vertices (n, 3) on `base`; `rest` is the body whose size scales the offsets."""
        size = np.array(
            [abs(rest[a, axis] - rest[b, axis]) / ref for axis, (a, b, ref) in enumerate(self.scales)]
        )
        return np.einsum("ni,nij->nj", self.weights, base[self.triangles]) + self.offsets * size

    def carry(self, values: np.ndarray) -> np.ndarray:
        """Per-vertex values (n, k) taken over from per-base-vertex values, e.g. bone weights."""
        return np.einsum("ni,nij->nj", self.weights, values[self.triangles])


def _vertex_ranges(fields: list[str]) -> list[int]:
    """Expands rows like `4 7 - 9` to [4, 7, 8, 9]."""
    out: list[int] = []
    i = 0
    while i < len(fields):
        if fields[i] == "-":
            out.extend(range(out[-1] + 1, int(fields[i + 1]) + 1))
            i += 1
        else:
            out.append(int(fields[i]))
        i += 1
    return out


@lru_cache(maxsize=64)
def read_binding(path: Path) -> Binding:
    """Reads a .mhclo file, once; single-number rows copy one base vertex."""
    scales = {"x": (0, 1, 1.0), "y": (0, 1, 1.0), "z": (0, 1, 1.0)}
    triangles, weights, offsets, hidden = [], [], [], []
    mesh_file, section = "", ""
    for line in path.read_text(errors="replace").splitlines():
        fields = line.split()
        if not fields or fields[0].startswith("#"):
            continue
        if fields[0] == "verts" or fields[0] == "delete_verts":
            section = fields[0]
        elif fields[0] == "obj_file":
            mesh_file = fields[1]
        elif fields[0][1:] == "_scale":
            scales[fields[0][0]] = (int(fields[1]), int(fields[2]), float(fields[3]))
        elif section == "verts" and fields[0].lstrip("-").isdigit():
            if len(fields) == 1:
                triangles.append([int(fields[0])] * 3)
                weights.append([1.0, 0.0, 0.0])
                offsets.append([0.0, 0.0, 0.0])
            else:
                triangles.append([int(x) for x in fields[:3]])
                weights.append([float(x) for x in fields[3:6]])
                offsets.append([float(x) for x in (fields[6:9] or ["0"] * 3)])
        elif section == "delete_verts" and fields[0].isdigit():
            hidden.extend(_vertex_ranges(fields))
    return Binding(
        np.array(triangles),
        np.array(weights),
        np.array(offsets),
        [scales[axis] for axis in "xyz"],
        np.array(hidden, dtype=np.int64),
        mesh_file,
    )
