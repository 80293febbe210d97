"""A head made ready for drawing many frames: one flat mesh whose vertices are linear in the expression units."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from heads.character import Character, Pose
from heads.head import METRES, Head, Part
from heads.mouth import LIP_LAG, are_lower, lay_tongue, set_teeth, tongue_follows
from heads.skeleton import rotation
from heads.targets import read_target

from .occlusion import seen_from_around
from .raster import smooth_normals
from .subdivision import subdivide

DRAWN_LAST = ("brows", "lashes", "hair", "lenses")  # translucent surfaces
INSIDE_MOUTH = 0.04  # skin that less than this share of directions sees, near the lips, is the mouth's inside
# How light falls off behind the lips, a decimetre, of an opening of SCATTERED: mucous membrane and enamel hand it on, so that
# teeth are as bright as the skin around them, and a tongue is pink, wherever the lips part.
TEETH_FALL, TONGUE_FALL, CAVITY_FALL, SCATTERED = 0.7, 1.3, 0.9, 0.3
CLOSED_LIDS = Pose({"mouth-open": 0.35, "eye-left-closure": 1.0, "eye-right-closure": 1.0})


@dataclass(frozen=True)
class Extra:
    """Something modelled on the head that follows it rigidly: vertices in decimetres, quads, one colour."""

    surface: str
    vertices: np.ndarray
    quads: np.ndarray


def triangulated(quads: np.ndarray) -> np.ndarray:
    """Triangles (2f, 3) of quads (f, 4); a polygon with a repeated corner gives one empty triangle."""
    return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]).astype(np.int32)


def _quads(polygons: list[tuple[int, ...]]) -> np.ndarray:
    return np.array([(*p, p[-1])[:4] if len(p) == 3 else p[:4] for p in polygons], dtype=np.int64).reshape(-1, 4)


class Figure:
    """Flat arrays of all parts of a head, and `place`, which poses them.

    `surfaces` names the materials in the order of `kinds`; `triangles` (m, 3) index vertices, `uv_triangles` (m, 3)
    index `uvs`. The vertices of a part are `spans[surface]`.
    """

    def __init__(self, assets: Path, character: Character, model: Callable[[Head], tuple[Extra, ...]] = lambda head: ()) -> None:
        self.head = head = Head(assets, character)
        self._units = sorted(p.name.removesuffix(".target.gz") for p in (assets / "targets/expression/units/caucasian").iterdir())
        moves = self._unit_moves(assets)
        self.surfaces: list[str] = []
        self.spans: dict[str, slice] = {}
        rest, deltas, weights, triangles, uv_triangles, uvs, kinds = [], [], [], [], [], [], []
        vertex_count = uv_count = 0

        def add(surface, vertices, moved, bones, quads, uv_quads, sheet):
            nonlocal vertex_count, uv_count
            mesh = triangulated(quads)
            rest.append(vertices)
            deltas.append(moved)
            weights.append(bones)
            triangles.append(mesh + vertex_count)
            uv_triangles.append(triangulated(uv_quads) + uv_count)
            uvs.append(sheet)
            kinds.append(np.full(len(mesh), len(self.surfaces), dtype=np.int32))
            self.spans[surface] = slice(vertex_count, vertex_count + len(vertices))
            self.surfaces.append(surface)
            vertex_count += len(vertices)
            uv_count += len(sheet)

        for part in head.parts:
            if part.surface == "cornea" or not part.mesh.corners:
                continue
            add(part.surface, *self._flat(part, moves))
        for extra in model(head):
            bones = np.zeros((len(extra.vertices), 4))
            bones[:, -1] = 1
            corner = np.tile(np.zeros(4, dtype=np.int64), (len(extra.quads), 1))
            add(extra.surface, extra.vertices, np.zeros((len(moves), *extra.vertices.shape)), bones, extra.quads, corner, np.full((1, 2), 0.5))
        self.rest = np.concatenate(rest).astype(np.float32)
        self._deltas = np.concatenate(deltas, axis=1).astype(np.float32).reshape(len(moves), -1)
        self._weights = np.concatenate(weights).astype(np.float32)
        self._still = np.clip(1 - self._weights.sum(axis=1, keepdims=True), 0, 1)
        self._total = self._weights.sum(axis=1, keepdims=True) + self._still
        self.triangles, self.uv_triangles = np.concatenate(triangles), np.concatenate(uv_triangles)
        self.uvs, self.kinds = np.concatenate(uvs).astype(np.float32), np.concatenate(kinds)
        self.occlusion = self._occlusion()
        self._find_cavity()

    def _unit_moves(self, assets: Path) -> np.ndarray:
        """Offsets (units, base vertices, 3) of each expression unit for this ancestry."""
        ancestry = self.head.character.shape.ancestry
        total = sum(ancestry.values())
        out = np.zeros((len(self._units), len(self.head.rest), 3))
        for row, unit in zip(out, self._units):
            for race, share in ancestry.items():
                indices, offsets = read_target(assets / "targets/expression/units" / race / f"{unit}.target.gz")
                row[indices] += offsets * (share / total)
        return out

    def _flat(self, part: Part, moves: np.ndarray):
        head, quads, uv_quads = self.head, _quads(part.mesh.corners), _quads(part.mesh.uv_corners)
        if part.binding is None:
            used, corners = np.unique(quads, return_inverse=True)
            corners = corners.reshape(quads.shape)
            self._skin_vertices = used
            matrix, quads, uvs, uv_quads = subdivide(corners, part.mesh.uvs, uv_quads, len(used))
            moved = np.stack([matrix @ m[used] for m in moves])
            return matrix @ head.rest[used], moved, matrix @ part.weights[used], quads, uv_quads, uvs
        binding = part.binding
        vertices = binding.fit(head.rest, head.rest)
        moved = np.einsum("ni,unij->unj", binding.weights, moves[:, binding.triangles])
        if part.surface == "eyes":
            moved[:] = 0
        if part.surface == "teeth":
            lower = are_lower(binding.triangles)
            vertices = set_teeth(vertices, lower)
            self._jaw_moves = moved[:, lower].mean(axis=1)
            moved[:, lower] *= LIP_LAG
        if part.surface == "tongue":
            vertices = lay_tongue(vertices)
            moved = self._jaw_moves[:, None] * tongue_follows(vertices)
        return vertices, moved, part.weights, quads, uv_quads, part.mesh.uvs

    def place(self, pose: Pose) -> np.ndarray:
        """Vertices (n, 3) in metres."""
        strengths = np.array([pose.units.get(u, 0.0) for u in self._units], dtype=np.float32)
        active = np.flatnonzero(strengths)
        vertices = self.rest.copy()
        for unit in active:
            vertices += (strengths[unit] * self._deltas[unit]).reshape(-1, 3)
        self.mouth_gap = float(np.linalg.norm(vertices[self._lips[0]] - vertices[self._lips[1]])) if hasattr(self, "_lips") else 0.0
        self._gaze(vertices, pose)
        transforms = self.head._neck.transforms(self.head.rest, pose.yaw, pose.pitch, pose.roll).astype(np.float32)
        moved = self._still * vertices
        for bone, turn in enumerate(transforms):
            moved += self._weights[:, bone : bone + 1] * (vertices @ turn[:, :3].T + turn[:, 3])
        return (moved / self._total * METRES).astype(np.float32)

    def _gaze(self, vertices: np.ndarray, pose: Pose) -> None:
        turn = rotation(pose.gaze_yaw, pose.gaze_pitch, 0)
        eyes = vertices[self.spans["eyes"]]
        for centre, side in zip(self.head.eye_centres() / METRES, (1, -1)):
            mine = eyes[:, 0] * side > 0
            eyes[mine] = (eyes[mine] - centre) @ turn.T + centre

    def normals(self, places: np.ndarray, pose: Pose) -> np.ndarray:
        """Unit normals (n, 3); hair takes the skull's, so that its cards do not show."""
        out = np.empty_like(places)
        smooth_normals(places, self.triangles, out)
        out /= np.linalg.norm(out, axis=1, keepdims=True) + 1e-12
        turn = self.head.head_transform(pose)
        centre = turn[:, :3] @ (self._skull * METRES) + turn[:, 3]
        for surface in ("hair", "brows", "lashes"):
            if surface in self.spans:
                span = self.spans[surface]
                away = places[span] - centre
                away /= np.linalg.norm(away, axis=1, keepdims=True)
                own = out[span] * np.sign(np.sum(out[span] * away, axis=1, keepdims=True))
                out[span] = away + 0.35 * own
        return out.astype(np.float32)

    def _occlusion(self) -> np.ndarray:
        self._skull = self.head.eye_centres().mean(axis=0) / METRES + np.array([0.0, 0.2, -0.75])
        solid = ~np.isin(self.kinds, [i for i, s in enumerate(self.surfaces) if s in DRAWN_LAST])
        hair = np.isin(self.kinds, [i for i, s in enumerate(self.surfaces) if s == "hair"])
        shut, rest = self.place(CLOSED_LIDS), self.place(Pose())
        out = seen_from_around(shut, self.triangles[solid], 0.0015)
        eyes = self.spans["eyes"]
        out[eyes] = seen_from_around(rest, self.triangles[solid], 0.0015)[eyes]
        if "hair" in self.spans:
            under = seen_from_around(rest, self.triangles[hair | solid], 0.006)
            span = self.spans["hair"]
            out[span] = 0.25 + 0.75 * under[span]
            out = np.minimum(out, 0.45 * out + 0.55 * under)
        for surface in ("brows", "lashes"):
            out[self.spans[surface]] = 0.5
        return np.clip(2 * out, 0, 1).astype(np.float32)

    def _find_cavity(self) -> None:
        """The mouth's inside: which vertices, and how far behind the lips they lie (decimetres)."""
        upper, lower = (int(np.searchsorted(self._skin_vertices, i)) for i in self.head.lip_points()[:2])
        self._lips = upper, lower
        lip = self.rest[upper]
        away = np.abs(self.rest - lip)
        near = (away[:, 0] < 0.4) & (self.rest[:, 1] < lip[1] + 0.28) & (self.rest[:, 1] > lip[1] - 0.6)
        behind = lip[2] - self.rest[:, 2]
        inside = near & (behind > 0.03) & (behind < 2.5) & (self.occlusion < 2 * INSIDE_MOUTH)
        skin = self.spans["skin"]
        inside[: skin.start] = False
        inside[skin.stop :] = False
        fall = np.full(len(self.rest), CAVITY_FALL, dtype=np.float32)
        for surface, own in (("teeth", TEETH_FALL), ("tongue", TONGUE_FALL)):
            inside[self.spans[surface]] = True
            fall[self.spans[surface]] = own
        self._cavity = np.flatnonzero(inside)
        self._dimming = fall[self._cavity] * np.maximum(behind[self._cavity], 0)

    def openness(self) -> np.ndarray:
        """Share (n,) of the surrounding light that reaches each vertex of the pose placed last."""
        out = self.occlusion.copy()
        out[self._cavity] = np.exp(-self._dimming / (SCATTERED + 1.6 * self.mouth_gap))
        return out
