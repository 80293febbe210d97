"""One step of Catmull–Clark subdivision as a matrix, so that it costs nothing per frame."""

import numpy as np
from scipy.sparse import csr_matrix, diags, vstack


def subdivide(corners: np.ndarray, uvs: np.ndarray, uv_corners: np.ndarray, count: int):
    """Splits quads (f, 4) over `count` vertices.

    Returns the matrix (m, count) whose rows are old vertices, edges, faces; the new quads (4f, 4), their texture
    coordinates (k, 2) and the quads over those (4f, 4).
    """
    faces = len(corners)
    face_points = csr_matrix((np.full(4 * faces, 0.25), (np.repeat(np.arange(faces), 4), corners.ravel())), (faces, count))
    sides = np.sort(np.stack([corners, np.roll(corners, -1, axis=1)], axis=2).reshape(-1, 2), axis=1)
    edges, which = np.unique(sides, axis=0, return_inverse=True)
    which = which.reshape(faces, 4)
    used = np.bincount(which.ravel(), minlength=len(edges))
    ones = np.ones(4 * faces)
    edge_of_face = csr_matrix((ones, (which.ravel(), np.repeat(np.arange(faces), 4))), (len(edges), faces))
    middles = csr_matrix((np.full(2 * len(edges), 0.5), (np.repeat(np.arange(len(edges)), 2), edges.ravel())), (len(edges), count))
    inner = used == 2
    edge_points = diags(inner * 0.5 + ~inner * 1.0) @ middles + diags(inner * 0.25) @ edge_of_face @ face_points

    vertex_of_face = csr_matrix((ones, (corners.ravel(), np.repeat(np.arange(faces), 4))), (count, faces))
    ends = np.ones(2 * len(edges))
    vertex_of_edge = csr_matrix((ends, (edges.ravel(), np.repeat(np.arange(len(edges)), 2))), (count, len(edges)))
    valence = np.maximum(np.bincount(edges.ravel(), minlength=count), 1)
    rim = np.zeros(count, dtype=bool)
    rim[edges[~inner].ravel()] = True
    smooth = ~rim / valence
    eye = diags(np.where(rim, 0.5, (valence - 3) / valence))
    rim_edges = vertex_of_edge @ diags((~inner).astype(float))
    rim_count = np.maximum(np.asarray(rim_edges.sum(axis=1)).ravel(), 1)
    vertex_points = (
        eye
        + diags(smooth / valence) @ vertex_of_face @ face_points
        + diags(2 * smooth / valence) @ vertex_of_edge @ middles
        + diags(rim * 0.5 / rim_count) @ rim_edges @ middles
    )
    matrix = vstack([vertex_points, edge_points, face_points]).tocsr()

    own, before, middle = count + which, count + np.roll(which, 1, axis=1), count + len(edges) + np.arange(faces)
    quads = np.stack([corners, own, np.repeat(middle[:, None], 4, axis=1), before], axis=2).reshape(-1, 4)
    at = uvs[uv_corners]  # (f, 4, 2)
    half = (at + np.roll(at, -1, axis=1)) / 2
    centre = np.repeat(at.mean(axis=1, keepdims=True), 4, axis=1)
    new_uvs = np.stack([at, half, centre, np.roll(half, 1, axis=1)], axis=2).reshape(-1, 2)
    return matrix, quads, new_uvs, np.arange(16 * faces).reshape(-1, 4)
