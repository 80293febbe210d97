"""Frames between two rendered ones, moved along the head's own geometry."""

import numpy as np
from scipy.interpolate import LinearNDInterpolator, NearestNDInterpolator
from scipy.ndimage import gaussian_filter, map_coordinates, zoom

from .character import Pose
from .head import Head
from .renderer import Camera

GRID = 80  # the flow is smooth; it is sampled this finely across the picture
VERTEX_STRIDE = 2  # every second vertex gives the same flow
NEAR_PARTS = ("skin", "eyes", "lashes", "brows")


def between(before: np.ndarray, after: np.ndarray, poses: tuple[Pose, Pose, Pose], head: Head, camera: Camera) -> np.ndarray:
    """The middle picture (h, w, 4), straight alpha, from its neighbours and the three poses."""
    earlier, (middle, front), later = (_projected(head, pose, camera) for pose in poses)
    chosen = np.flatnonzero(front)[::VERTEX_STRIDE]
    shifts = np.concatenate([other[chosen] - middle[chosen] for other, _ in (earlier, later)], axis=1)
    flow = _flow(middle[chosen], shifts, before.shape[0])
    warped = [_warped(_premultiplied(p), f) for p, f in ((before, flow[..., :2]), (after, flow[..., 2:]))]
    mixed = (warped[0] + warped[1]) / 2
    alpha = mixed[..., 3:]
    return np.concatenate([mixed[..., :3] / np.maximum(alpha, 1e-4), alpha], axis=2).astype(np.float32)


def _projected(head: Head, pose: Pose, camera: Camera) -> tuple[np.ndarray, np.ndarray]:
    """Picture positions of the outer vertices, and which of them face the camera."""
    points, facing = [], []
    for part, vertices in zip(head.parts, head.posed(pose)):
        if part.surface not in NEAR_PARTS and not part.surface.startswith("clothes"):
            continue
        corners = np.array([(c[0], c[1], c[2]) for c in part.mesh.corners])
        a, b, c = (vertices[corners[:, k]] for k in range(3))
        across = np.cross(b - a, c - a)
        normals = np.zeros_like(vertices)
        for k in range(3):
            np.add.at(normals, corners[:, k], across)
        points.append(camera.project(vertices))
        facing.append(np.sum(normals * (camera.position - vertices), axis=1) > 0)
    return np.concatenate(points), np.concatenate(facing)


def _flow(at: np.ndarray, shift: np.ndarray, side: int) -> np.ndarray:
    """Dense displacements (side, side, k) in pixels from scattered ones."""
    axis = (np.arange(GRID) + 0.5) / GRID
    x, y = np.meshgrid(axis, axis)
    inside = LinearNDInterpolator(at, shift)(x, y)
    outside = NearestNDInterpolator(at, shift)(x, y)
    dense = gaussian_filter(np.where(np.isnan(inside), outside, inside), (0.7, 0.7, 0))
    return np.stack([zoom(dense[..., k], side / GRID, order=1) for k in range(shift.shape[1])], axis=2) * side


def _premultiplied(picture: np.ndarray) -> np.ndarray:
    return np.concatenate([picture[..., :3] * picture[..., 3:], picture[..., 3:]], axis=2)


def _warped(picture: np.ndarray, flow: np.ndarray) -> np.ndarray:
    y, x = np.mgrid[: picture.shape[0], : picture.shape[1]].astype(np.float64)
    at = [y + flow[..., 1], x + flow[..., 0]]
    return np.stack([map_coordinates(picture[..., c], at, order=1, mode="nearest") for c in range(4)], axis=2)
