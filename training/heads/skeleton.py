"""The neck and head joints: bone weights and linear blend skinning."""

import json
from functools import lru_cache
from pathlib import Path

import numpy as np

NECK_CHAIN = ("neck01", "neck02", "neck03", "head")
# How much of a head rotation each joint takes, from the chest up: a turn starts in the neck.
TURN_SHARES = (0.16, 0.18, 0.2, 0.46)


def rotation(yaw: float, pitch: float, roll: float) -> np.ndarray:
    """Rotation matrix for degrees. Yaw > 0 turns the face to +x, pitch > 0 up, roll > 0 tilts to +x."""
    y, p, r = np.radians([yaw, -pitch, -roll])
    about_y = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(p), -np.sin(p)], [0, np.sin(p), np.cos(p)]])
    about_z = np.array([[np.cos(r), -np.sin(r), 0], [np.sin(r), np.cos(r), 0], [0, 0, 1]])
    return about_y @ about_x @ about_z


@lru_cache(maxsize=4)
def _read_json(path: Path) -> dict:
    return json.loads(path.read_text())


ARM_DROP = 34.0  # degrees from the sculpted pose, arms held out, to arms hanging


def lower_arms(vertices: np.ndarray, rig_folder: Path) -> np.ndarray:
    """The base mesh with its arms hanging: shoulders slope as in a portrait."""
    skeleton = _read_json(rig_folder / "default.mhskel")
    table = _read_json(rig_folder / "default_weights.mhw")["weights"]
    arm = ("upperarm", "lowerarm", "wrist", "finger", "metacarpal")
    out = vertices
    for side, sign in (("L", -1.0), ("R", 1.0)):
        for joint, share, names in (("shoulder01", 0.3, ("shoulder01", *arm)), ("upperarm01", 0.7, arm)):
            weights = np.zeros((len(vertices), 1))
            for bone, rows in table.items():
                if bone.endswith(side) and bone.startswith(names):
                    indices, values = zip(*rows)
                    np.add.at(weights[:, 0], np.array(indices), np.array(values))
            pivot = out[skeleton["joints"][f"{joint}.{side}____head"]].mean(axis=0)
            turn = np.zeros((1, 3, 4))
            turn[0, :, :3] = rotation(0, 0, -sign * ARM_DROP * share)
            turn[0, :, 3] = pivot - turn[0, :, :3] @ pivot
            out = skin(out, np.clip(weights, 0, 1), turn)
    return out


class Neck:
    """Carries head rotations to vertices through the neck chain."""

    def __init__(self, rig_folder: Path, vertex_count: int) -> None:
        skeleton = _read_json(rig_folder / "default.mhskel")
        table = _read_json(rig_folder / "default_weights.mhw")["weights"]
        self._joints = [skeleton["joints"][f"{bone}____head"] for bone in NECK_CHAIN]
        self.weights = np.zeros((vertex_count, len(NECK_CHAIN)))
        for bone, rows in table.items():
            link = self._link(skeleton["bones"], bone)
            if link is not None:
                indices, values = zip(*rows)
                np.add.at(self.weights[:, link], np.array(indices), np.array(values))
        # Helper geometry around the head is unweighted in places: what lies above the jaw follows the head.
        self.weights = np.clip(self.weights, 0, 1)

    @staticmethod
    def _link(bones: dict, bone: str) -> int | None:
        """The chain link that moves a bone: itself or its nearest ancestor in the chain."""
        while bone:
            if bone in NECK_CHAIN:
                return NECK_CHAIN.index(bone)
            bone = bones[bone]["parent"] if bone in bones else None
        return None

    def pivots(self, rest: np.ndarray) -> np.ndarray:
        """Joint centres (4, 3) of a rest body."""
        return np.array([rest[joint].mean(axis=0) for joint in self._joints])

    def transforms(self, rest: np.ndarray, yaw: float, pitch: float, roll: float) -> np.ndarray:
        """World transforms (4, 3, 4) of the chain for a head rotation in degrees."""
        world = np.eye(4)
        out = []
        for pivot, share in zip(self.pivots(rest), TURN_SHARES):
            turn = np.eye(4)
            turn[:3, :3] = rotation(yaw * share, pitch * share, roll * share)
            turn[:3, 3] = pivot - turn[:3, :3] @ pivot
            world = world @ turn
            out.append(world[:3])
        return np.array(out)


def skin(vertices: np.ndarray, weights: np.ndarray, transforms: np.ndarray) -> np.ndarray:
    """Linear blend skinning; the weight missing to 1 stays where it is."""
    still = np.clip(1 - weights.sum(axis=1, keepdims=True), 0, 1)
    total = weights.sum(axis=1, keepdims=True) + still
    moved = np.einsum("kij,nj->nki", transforms[:, :, :3], vertices) + transforms[:, :, 3]
    return (np.einsum("nk,nki->ni", weights, moved) + still * vertices) / total
