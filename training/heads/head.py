"""Assembly of a posed head from shape targets, fitted pieces, expression units and the neck."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .character import Character, Pose
from .fitting import Binding, read_binding
from .mouth import LIP_LAG, are_lower, lay_tongue, set_teeth, tongue_follows
from .skeleton import Neck, lower_arms, rotation, skin
from .targets import add_target, macro_targets, read_target
from .wavefront import Mesh, read_mesh

METRES = 0.1  # the assets are in decimetres
BODY_VERTICES = 13380  # the base mesh lists the body first, helper geometry after it
BUST_DEPTH = 3.4  # decimetres kept below the neck joint


@dataclass(frozen=True)
class Part:
    """One mesh of the assembled head with the name of its surface (skin, eyes, hair, ...)."""

    surface: str
    asset: str
    mesh: Mesh
    binding: Binding | None  # None: the base mesh itself
    weights: np.ndarray  # (n, 4) neck chain weights


class Head:
    """A character's meshes; `posed` gives their vertices for a pose."""

    def __init__(self, assets: Path, character: Character) -> None:
        self.assets = assets
        self.character = character
        self.template = read_mesh(assets / "mesh" / "base.obj")
        self.rest = self._morph()
        self._neck = Neck(assets / "rig", len(self.rest))
        self._eye_joints = [self._joint("joint-l-eye"), self._joint("joint-r-eye")]
        self.parts = self._assemble()
        self._lips = self._find_lips()

    def _morph(self) -> np.ndarray:
        shape = self.character.shape
        vertices = self.template.vertices.copy()
        names = macro_targets(shape.ancestry, shape.male, shape.years, shape.muscle, shape.weight)
        for name, strength in (*names.items(), *shape.targets.items()):
            add_target(vertices, self.assets / "targets" / f"{name}.target.gz", strength)
        return lower_arms(vertices, self.assets / "rig")

    def _joint(self, group: str) -> list[int]:
        faces = [c for c, g in zip(self.template.corners, self.template.groups) if g == group]
        return sorted({v for face in faces for v in face})

    def eye_centres(self) -> np.ndarray:
        """Centres (2, 3) of the left and right eye, metres, at rest."""
        return np.array([self.rest[j].mean(axis=0) for j in self._eye_joints]) * METRES

    def chin_and_crown(self) -> tuple[float, float]:
        """Heights in metres of the chin's and the skull's extreme points at rest."""
        body = self.rest[: BODY_VERTICES]
        front = body[(np.abs(body[:, 0]) < 0.15) & (body[:, 2] > self.rest[self._eye_joints[0]][:, 2].mean() - 0.4)]
        eye = self.rest[self._eye_joints[0]][:, 1].mean()
        chin_zone = front[(front[:, 1] < eye - 0.8) & (front[:, 1] > eye - 1.7)]
        chin = chin_zone[chin_zone[:, 2] > chin_zone[:, 2].max() - 0.35][:, 1].min()
        return chin * METRES, body[:, 1].max() * METRES

    def lip_points(self) -> tuple[int, int, int, int]:
        """Skin vertices at the middle of the upper and lower lip's edges and at the mouth's corners."""
        return self._lips

    def _find_lips(self) -> tuple[int, int, int, int]:
        base = self.template.vertices
        indices, offsets = read_target(self.assets / "targets/expression/units/caucasian/mouth-open.target.gz")
        drop = np.zeros(len(base))
        drop[indices] = offsets[:, 1]
        body = np.arange(len(base)) < BODY_VERTICES
        front = body & (np.abs(base[:, 0]) < 0.05) & (base[:, 2] > 1.52) & (base[:, 1] > 6.5) & (base[:, 1] < 6.76)
        upper = np.flatnonzero(front & (drop > -0.03))
        lower = np.flatnonzero(front & (drop < -0.1))
        lips = np.zeros(len(base))
        for name in ("lower", "upper"):
            moved, by = read_target(self.assets / f"targets/mouth/mouth-{name}lip-volume-incr.target.gz")
            lips[moved] += np.linalg.norm(by, axis=1)
        mouth = np.flatnonzero(body & (lips > 0.15 * lips.max()))
        return (int(upper[base[upper, 1].argmin()]), int(lower[base[lower, 1].argmax()]),
                int(mouth[base[mouth, 0].argmax()]), int(mouth[base[mouth, 0].argmin()]))

    def _assemble(self) -> list[Part]:
        character = self.character
        pieces = [("eyes", "eyes/high-poly"), ("teeth", character.teeth), ("tongue", "tongue/tongue01")]
        pieces += [("brows", character.brows.asset), ("lashes", character.lashes)]
        pieces += [("hair", character.hair.asset)] if character.hair else []
        pieces += [(f"clothes{i}", piece.asset) for i, piece in enumerate(character.clothes)]
        parts, hidden = [], np.zeros(len(self.rest), dtype=bool)
        for surface, asset in pieces:
            folder, _, variant = asset.partition(":")
            path = self._binding_path(folder, variant)
            binding = read_binding(path)
            mesh = read_mesh(path.parent / binding.mesh_file)
            weights = binding.carry(self._neck.weights)
            if surface == "eyes":
                parts += self._split_eyes(mesh, binding)
                continue
            if surface in ("teeth", "tongue", "brows", "lashes"):
                weights = np.zeros_like(weights)
                weights[:, -1] = 1
            if surface.startswith("clothes"):
                hidden[binding.hidden] = True
                mesh = self._bust(mesh, binding.fit(self.rest, self.rest))
            parts.append(Part(surface, asset, mesh, binding, weights))
        body = np.array([g == "body" for g in self.template.groups])
        skin_mesh = self._bust(self.template.keep(body), self.rest)
        uncovered = np.array([not all(hidden[list(c)]) for c in skin_mesh.corners])
        parts.insert(0, Part("skin", "mesh/base", skin_mesh.keep(uncovered), None, self._neck.weights))
        return parts

    def _binding_path(self, folder: str, variant: str) -> Path:
        found = sorted((self.assets / folder).glob(f"{variant or '*'}.mhclo"))
        if not found:
            raise FileNotFoundError(f"no .mhclo for {folder} under {self.assets}")
        return found[0]

    def _bust(self, mesh: Mesh, vertices: np.ndarray) -> Mesh:
        floor = self._neck.pivots(self.rest)[0, 1] - BUST_DEPTH
        starts = np.cumsum([0] + [len(c) for c in mesh.corners[:-1]])
        heights = vertices[np.fromiter((v for c in mesh.corners for v in c), dtype=np.int64), 1]
        return mesh.keep(np.minimum.reduceat(heights, starts) > floor)

    def _split_eyes(self, mesh: Mesh, binding: Binding) -> list[Part]:
        """Separates the clear shell (its texture area is the sheet's lower right corner) from the ball."""
        weights = np.zeros((len(mesh.vertices), self._neck.weights.shape[1]))
        weights[:, -1] = 1
        clear = np.array([mesh.uvs[list(c)].mean(axis=0)[0] > 0.85 and mesh.uvs[list(c)].mean(axis=0)[1] < 0.15
                          for c in mesh.uv_corners])
        asset = "eyes/high-poly"
        return [Part("eyes", asset, mesh.keep(~clear), binding, weights),
                Part("cornea", asset, mesh.keep(clear), binding, weights)]

    def expressed(self, pose: Pose) -> np.ndarray:
        """The base mesh with an expression, before the neck turns it; decimetres."""
        vertices = self.rest.copy()
        ancestry = self.character.shape.ancestry
        total = sum(ancestry.values())
        for unit, strength in pose.units.items():
            for race, share in ancestry.items():
                path = self.assets / "targets/expression/units" / race / f"{unit}.target.gz"
                add_target(vertices, path, strength * share / total)
        return vertices

    def _moved(self, binding: Binding, expressed: np.ndarray) -> np.ndarray:
        return binding.fit(expressed, self.rest) - binding.fit(self.rest, self.rest)

    def posed(self, pose: Pose) -> list[np.ndarray]:
        """Vertices (n, 3) in metres of every part, in the order of `parts`."""
        expressed = self.expressed(pose)
        transforms = self._neck.transforms(self.rest, pose.yaw, pose.pitch, pose.roll)
        out = []
        for part in self.parts:
            if part.binding is None:
                vertices = expressed
            elif part.surface in ("eyes", "cornea"):
                vertices = self._gazing(part.binding.fit(self.rest, self.rest), pose)
            elif part.surface == "teeth":
                lower, moved = are_lower(part.binding.triangles), self._moved(part.binding, expressed)
                jaw = moved[lower].mean(axis=0)
                moved[lower] *= LIP_LAG
                vertices = set_teeth(part.binding.fit(self.rest, self.rest), lower) + moved
            elif part.surface == "tongue":
                laid = lay_tongue(part.binding.fit(self.rest, self.rest))
                vertices = laid + tongue_follows(laid) * jaw  # the teeth come before it
            else:
                vertices = part.binding.fit(expressed, self.rest)
            out.append(skin(vertices, part.weights, transforms) * METRES)
        return out

    def head_transform(self, pose: Pose) -> np.ndarray:
        """Where the skull goes (3, 4), metres: for what is rigidly attached to it."""
        out = self._neck.transforms(self.rest, pose.yaw, pose.pitch, pose.roll)[-1].copy()
        out[:, 3] *= METRES
        return out

    def _gazing(self, vertices: np.ndarray, pose: Pose) -> np.ndarray:
        turn = rotation(pose.gaze_yaw, pose.gaze_pitch, 0)
        for joint, side in zip(self._eye_joints, (1, -1)):
            centre = self.rest[joint].mean(axis=0)
            mine = vertices[:, 0] * side > 0
            vertices[mine] = (vertices[mine] - centre) @ turn.T + centre
        return vertices
