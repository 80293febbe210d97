"""Ambient occlusion of a mesh at rest: from how many directions each vertex is seen."""

import numpy as np

from .raster import nearest, seen_share

SIDE = 160  # pixels of the depth pictures
DIRECTIONS = 28


def _directions() -> np.ndarray:
    """Evenly spread unit vectors (a Fibonacci lattice), those from straight below left out."""
    i = np.arange(DIRECTIONS) + 0.5
    y = 1 - 2 * i / DIRECTIONS
    around = np.pi * (1 + 5**0.5) * i
    r = np.sqrt(1 - y * y)
    return np.stack([r * np.cos(around), y, r * np.sin(around)], axis=1)[y > -0.8]


def frame_towards(direction: np.ndarray, centre: np.ndarray, radius: float, side: int) -> np.ndarray:
    """(3, 4): pixel column, pixel row and depth (metres) of a point seen from `direction`."""
    direction = direction / np.linalg.norm(direction)
    up = np.array([0.0, 1.0, 0.0]) if abs(direction[1]) < 0.95 else np.array([0.0, 0.0, 1.0])
    right = np.cross(up, direction)
    right /= np.linalg.norm(right)
    above = np.cross(direction, right)
    scale = side / (2 * radius)
    rows = np.stack([right * scale, -above * scale, -direction])
    shift = np.array([side / 2, side / 2, 0]) - rows @ centre
    return np.concatenate([rows, shift[:, None]], axis=1)


def seen_from_around(places: np.ndarray, triangles: np.ndarray, tolerance: float) -> np.ndarray:
    """Share (n,) of the directions from which nothing hides a vertex; about 0.5 on an open plain. Metres."""
    low, high = np.percentile(places, 1, axis=0), np.percentile(places, 99, axis=0)
    centre, radius = (low + high) / 2, float(np.linalg.norm(high - low)) / 2
    count = np.zeros(len(places))
    lattice = _directions()
    for direction in lattice:
        frame = frame_towards(direction, centre, radius, SIDE)
        points = (places @ frame[:, :3].T + frame[:, 3]).astype(np.float32)
        depth = np.full((SIDE, SIDE), np.inf, dtype=np.float32)
        nearest(points, triangles, depth)
        seen_share(points, depth, tolerance + 2 * radius / SIDE, count)
    return count / len(lattice)
