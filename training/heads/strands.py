"""Hair grown strand by strand: roots on the scalp, a flow over the skull, gravity, clumps, curls."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.spatial import cKDTree

from .hairstyle import HairStyle
from .head import BODY_VERTICES, METRES, Head
from .regions import beard_mask, scalp_mask

POINTS = 12  # along a strand
CLEARANCE = 0.0012  # metres between a strand and the skin
FACE_HALF_WIDTH = 0.066  # metres; hair at the sides stays outside of it
STRAY = 0.005  # metres that a strand may be combed off the face before it counts as astray
GUIDE_SHARE = 0.02  # one strand in fifty leads a clump


@dataclass(frozen=True)
class Strands:
    """Polylines (n, POINTS, 3) in metres at rest; `grey` marks white strands."""

    points: np.ndarray
    grey: np.ndarray
    style: HairStyle
    corners: np.ndarray  # (n, 3) base vertices around each root
    weights: np.ndarray  # (n, 3) and their shares

    def moved(self, rest: np.ndarray, expressed: np.ndarray) -> np.ndarray:
        """The polylines carried along by the skin at their roots; both bodies in decimetres."""
        shift = np.einsum("nk,nkj->nj", self.weights, (expressed - rest)[self.corners]) * METRES
        return self.points + shift[:, None]


def _roots(head: Head, style: HairStyle, rng: np.random.Generator):
    """Root positions, normals and template positions, sampled by area and density."""
    template, rest = head.template.vertices, head.rest * METRES
    grows = partial(scalp_mask, recede=style.recede) if style.region == "scalp" else beard_mask
    mask = grows(template)
    triangles = []
    for corners, group in zip(head.template.corners, head.template.groups):
        if group == "body" and max(mask[list(corners)]) > 0.02:
            triangles += [(corners[0], corners[k], corners[k + 1]) for k in range(1, len(corners) - 1)]
    triangles = np.array(triangles)
    a, b, c = (rest[triangles[:, k]] for k in range(3))
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    share = area * (mask[triangles].max(axis=1) > 0.02)
    chosen = rng.choice(len(triangles), style.count, p=share / share.sum())
    u, v = rng.random((2, style.count))
    u, v = np.where(u + v > 1, 1 - u, u), np.where(u + v > 1, 1 - v, v)
    weights = np.stack([1 - u - v, u, v], 1)
    normals = _normals(head, rest)
    corner = triangles[chosen]
    mix = lambda values: np.einsum("nk,nkj->nj", weights, values[corner])  # noqa: E731
    where = mix(template)
    density = grows(where)
    keep = rng.random(style.count) < np.clip(density * 1.6, 0, 1)
    normal = mix(normals)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    return mix(rest)[keep], normal[keep], where[keep], density[keep], (corner[keep], weights[keep])


def _normals(head: Head, rest: np.ndarray) -> np.ndarray:
    normals = np.zeros_like(rest)
    for corners, group in zip(head.template.corners, head.template.groups):
        if group == "body":
            p = rest[list(corners)]
            normals[list(corners)] += np.cross(p[2] - p[0], p[-1] - p[1])
    return normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)


def _flow(style: HairStyle, root: np.ndarray, template: np.ndarray, normal: np.ndarray) -> np.ndarray:
    """The direction in which the hair lies at each root, tangential to the skull."""
    x, y, z = template.T
    if style.flow == "back":
        way = np.stack([0.35 * np.sign(x) * np.clip(np.abs(x) / 0.7, 0, 1), np.full(len(x), -0.15), np.full(len(x), -1.0)], 1)
    elif style.flow == "part":
        side = np.tanh((x - style.part_at * 10) / 0.06)
        front = np.clip((z - 0.4) / 0.9, 0, 1)
        way = np.stack([side * 1.0, np.full(len(x), -0.35), -0.28 + 0.22 * front], 1)
    elif style.flow == "up":
        way = np.array([0.0, 8.6, 0.0]) - template
    elif style.flow == "down":
        way = np.stack([np.zeros(len(x)), np.full(len(x), -1.0), np.full(len(x), 0.1)], 1)
    elif style.flow == "out":
        way = normal + 0.2 * np.array([0, 1.0, 0])
    else:
        way = template - np.array([0.18, 8.35, -0.35])
        way = way + np.stack([0.5 * (z + 0.35), np.zeros(len(x)), -0.4 * (x - 0.18)], 1)
    tangent = way - np.sum(way * normal, 1, keepdims=True) * normal
    if style.flow == "out":
        tangent = way
    return tangent / np.maximum(np.linalg.norm(tangent, axis=1, keepdims=True), 1e-9)


def _lengths(style: HairStyle, template: np.ndarray, density: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    x, y, z = template.T
    top = np.clip((y - 7.35) / 0.75, 0, 1)
    top = top * top * (3 - 2 * top)
    side = style.length if style.side_length is None else style.side_length
    lengths = side + (style.length - side) * top
    if style.fringe is not None:
        forehead = np.clip((z - 0.95) / 0.2, 0, 1) * (np.abs(x) < 0.5)
        lengths = lengths * (1 - forehead) + style.fringe * forehead
    edge = 0.35 + 0.65 * np.clip(density * 1.4, 0, 1)
    return lengths * edge * rng.uniform(1 - style.uneven, 1 + 0.4 * style.uneven, len(x))


def _fringe_way(style: HairStyle, template: np.ndarray, way: np.ndarray) -> np.ndarray:
    """Combs the hair above the forehead forwards."""
    if style.fringe is None:
        return way
    forehead = (np.clip((template[:, 2] - 0.85) / 0.3, 0, 1) * (np.abs(template[:, 0]) < 0.5))[:, None]
    ahead = np.stack([0.25 * template[:, 0], np.full(len(way), -0.5), np.full(len(way), 1.0)], 1)
    return way * (1 - forehead) + ahead * forehead


def grow(head: Head, style: HairStyle, seed: int) -> Strands:
    """Grows a style on a head at rest."""
    rng = np.random.default_rng(seed)
    root, normal, template, density, anchors = _roots(head, style, rng)
    count = len(root)
    lengths = _lengths(style, template, density, rng)
    way = _fringe_way(style, template, _flow(style, root, template, normal))
    way = way + _wander(root, rng) * style.frizz * 2.0
    skin = head.rest[:BODY_VERTICES] * METRES
    zone = skin[:, 1] > root[:, 1].min() - 0.25
    tree, skin_normals, skin = cKDTree(skin[zone]), _normals(head, head.rest)[:BODY_VERTICES][zone], skin[zone]
    points = np.empty((count, POINTS, 3))
    points[:, 0] = root - normal * 0.0005
    direction = style.lift * normal + (1 - style.lift) * way
    step = (lengths / (POINTS - 1))[:, None]
    layer = CLEARANCE + style.volume * rng.random(count) ** 0.7  # strands lie over one another
    gravity = np.array([0.0, -1.0, 0.0]) * style.gravity
    for k in range(1, POINTS):
        _, near = tree.query(points[:, k - 1])
        outward = skin_normals[near]
        height = np.sum((points[:, k - 1] - skin[near]) * outward, 1)
        fallen = np.clip((step * k - style.free_length) / 0.05, 0, 1)
        lying = way - np.sum(way * outward, 1, keepdims=True) * outward
        lying = lying * (1 - fallen) + np.array([0.0, -1.0, 0.0]) * fallen
        bend = np.clip(step * style.bend, 0, 0.8)
        sink = np.clip((layer - height) * 60, -style.hug, 0.6)[:, None] * outward * (1 - fallen)
        direction = direction * (1 - bend) + bend * lying + sink * bend * 2 + gravity * (step * 40).clip(0, 1) * (k / POINTS)
        direction /= np.maximum(np.linalg.norm(direction, axis=1, keepdims=True), 1e-9)
        new = points[:, k - 1] + direction * step
        _, near = tree.query(new)
        depth = np.sum((new - skin[near]) * skin_normals[near], 1)
        inside = np.clip(np.minimum(layer, CLEARANCE * 2.5) * min(1.0, k / 3) - depth, 0, 0.02)[:, None]
        points[:, k] = new + inside * skin_normals[near]
        if style.region == "scalp":
            _keep_off_the_face(points[:, k], root, template, style, head.eye_centres().mean(axis=0))
    points = _clumped(points, style, rng)
    points = _curled(points, lengths, style, rng)
    jitter = rng.normal(0, 1, (count, 1, 3)) * np.linspace(0, 1, POINTS)[None, :, None] ** 1.5
    points = points + jitter * style.frizz * 0.08 * lengths[:, None, None]
    if style.region == "scalp":
        combed = points[:, :, 0].copy()
        for k in range(3, POINTS):
            _keep_off_the_face(points[:, k], root, template, style, head.eye_centres().mean(axis=0))
        far = np.abs(points[:, :, 0] - combed).max(axis=1)
        tidy = (far < STRAY) | style.strays
        points, anchors = points[tidy], tuple(a[tidy] for a in anchors)
    return Strands(points, rng.random(len(points)) < style.grey, style, *anchors)


def _keep_off_the_face(point: np.ndarray, root, template, style: HairStyle, eyes: np.ndarray) -> None:
    """Combs strand points (n, 3) that fall over the face to its sides, in place, except a fringe."""
    fringe = (style.fringe is not None) & (np.abs(template[:, 0]) < 0.5) & (template[:, 2] > 0.9)
    over = (point[:, 2] > eyes[2] - 0.045) & ~fringe
    room = FACE_HALF_WIDTH * (1 + 0.1 * np.sin(root[:, 1] * 9000))  # uneven, so that no edge shows
    lower = np.interp(point[:, 1] - eyes[1], (0.03, 0.065, 0.085), (1.0, 0.75, 0.0))
    point[:, 0] += over * np.clip(room * lower - np.abs(point[:, 0]), 0, 1) * np.where(root[:, 0] < 0, -1, 1)


def _wander(root: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A smooth random direction field: locks that lie this way and that."""
    total = np.zeros_like(root)
    for _ in range(10):
        wave = rng.normal(0, 55, 3)
        total += rng.normal(0, 0.4, 3) * np.sin(root @ wave + rng.uniform(0, 6.28))[:, None]
    return total


def _clumped(points: np.ndarray, style: HairStyle, rng: np.random.Generator) -> np.ndarray:
    if not style.clump:
        return points
    guides = rng.choice(len(points), max(8, int(len(points) * GUIDE_SHARE)), replace=False)
    _, nearest = cKDTree(points[guides, 0]).query(points[:, 0])
    lead = points[guides[nearest]]
    pull = style.clump * np.linspace(0, 1, POINTS)[None, :, None] ** 1.3
    return points + (lead - points) * pull * rng.uniform(0.4, 1.0, (len(points), 1, 1))


def _curled(points: np.ndarray, lengths: np.ndarray, style: HairStyle, rng: np.random.Generator) -> np.ndarray:
    if not style.curl_radius:
        return points
    count = len(points)
    along = np.linspace(0, 1, POINTS)[None, :]
    phase = rng.uniform(0, 6.28, (count, 1)) + 6.28 * style.curl_turns * along * (lengths / lengths.max())[:, None]
    axis = points[:, -1] - points[:, 0]
    axis /= np.linalg.norm(axis, axis=1, keepdims=True)
    first = np.cross(axis, rng.normal(0, 1, (count, 3)))
    first /= np.linalg.norm(first, axis=1, keepdims=True)
    second = np.cross(axis, first)
    radius = style.curl_radius * np.clip(along * 3, 0, 1)
    return points + (radius * np.cos(phase))[..., None] * first[:, None] + (radius * np.sin(phase))[..., None] * second[:, None]
