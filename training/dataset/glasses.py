"""Simple spectacles, modelled on a head: two rims, a bridge, two temples."""

import numpy as np

from heads.head import METRES, Head

from .figure import Extra

RIM_POINTS, TUBE_POINTS = 28, 5


def _tube(path: np.ndarray, radius: float, closed: bool) -> tuple[np.ndarray, np.ndarray]:
    """A tube (n, 3), quads, along a path (k, 3)."""
    along = np.roll(path, -1, axis=0) - np.roll(path, 1, axis=0) if closed else np.gradient(path, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    side = np.cross(along, np.array([0.13, 0.27, 0.95]))
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    above = np.cross(along, side)
    angles = 2 * np.pi * np.arange(TUBE_POINTS) / TUBE_POINTS
    ring = np.cos(angles)[None, :, None] * side[:, None] + np.sin(angles)[None, :, None] * above[:, None]
    points = (path[:, None] + radius * ring).reshape(-1, 3)
    count = len(path)
    i, j = np.meshgrid(np.arange(count if closed else count - 1), np.arange(TUBE_POINTS), indexing="ij")
    i, j = i.ravel(), j.ravel()
    after, beside = (i + 1) % count, (j + 1) % TUBE_POINTS
    return points, np.stack([i * TUBE_POINTS + j, after * TUBE_POINTS + j, after * TUBE_POINTS + beside, i * TUBE_POINTS + beside], axis=1)


def glasses(head: Head, rng: np.random.Generator) -> tuple[Extra, ...]:
    """Frames, and half of the time lenses, that sit on the nose of this head."""
    eyes = head.eye_centres() / METRES
    left, right = eyes[np.argmax(eyes[:, 0])], eyes[np.argmin(eyes[:, 0])]
    body = head.rest[:13380]
    apart = left[0] - right[0]
    between = (np.abs(body[:, 0]) < 0.06) & (np.abs(body[:, 1] - left[1]) < 0.12)
    front = max(body[between, 2].max() + 0.03, body[(np.abs(body[:, 0] - left[0]) < 0.25) & (np.abs(body[:, 1] - left[1]) < 0.2), 2].max() + 0.02)
    width, height = apart * rng.uniform(0.36, 0.44), apart * rng.uniform(0.26, 0.40)
    power, thick = rng.uniform(2, 4.5), rng.uniform(0.012, 0.035)
    angles = 2 * np.pi * np.arange(RIM_POINTS) / RIM_POINTS
    c, s = np.cos(angles), np.sin(angles)
    shape = np.stack([np.sign(c) * np.abs(c) ** (2 / power) * width, np.sign(s) * np.abs(s) ** (2 / power) * height, np.zeros(RIM_POINTS)], axis=1)
    vertices, quads, lenses, lens_quads = [], [], [], []

    def add(path: np.ndarray, radius: float, closed: bool) -> None:
        points, faces = _tube(path, radius, closed)
        quads.append(faces + sum(map(len, vertices)))
        vertices.append(points)

    ear = np.abs(head.template.vertices[:, 0] - 0.68) + np.abs(head.template.vertices[:, 1] - 7.3) + np.abs(head.template.vertices[:, 2] - 0.35)
    ear_place = head.rest[int(np.argmin(ear[:13380]))]
    down = -0.05 * apart
    for eye, sign in ((left, 1), (right, -1)):
        centre = np.array([eye[0] + sign * 0.02, eye[1] + down, front])
        rim = centre + shape
        rim[:, 2] -= 0.22 * np.maximum(0, np.abs(rim[:, 0]) - abs(eye[0])) ** 1.5
        add(rim, thick, True)
        start = rim[0 if sign > 0 else RIM_POINTS // 2] + np.array([0, 0.35 * height, 0])
        end = np.array([sign * abs(ear_place[0]) * 1.02, eye[1] + 0.05, ear_place[2] - 0.1])
        hinge = np.array([max(abs(start[0]) + 0.04, abs(end[0]) * 0.96) * sign, start[1], start[2] - 0.12])
        add(np.stack([start, (start + hinge) / 2, hinge, (hinge + end) / 2, end]), thick, False)
        lenses.append(np.concatenate([rim, centre[None]]))
        n, i = (RIM_POINTS + 1) * (len(lenses) - 1), np.arange(RIM_POINTS)
        lens_quads.append(np.stack([n + i, n + (i + 1) % RIM_POINTS, np.full(RIM_POINTS, n + RIM_POINTS), np.full(RIM_POINTS, n + RIM_POINTS)], axis=1))
    inner = apart / 2 - width
    add(np.array([[inner, left[1] + 0.25 * height + down, front], [0, left[1] + 0.4 * height + down, front + 0.03], [-inner, left[1] + 0.25 * height + down, front]]), thick, False)
    frame = Extra("frames", np.concatenate(vertices), np.concatenate(quads))
    if rng.random() < 0.5:
        return (frame,)
    return frame, Extra("lenses", np.concatenate(lenses), np.concatenate(lens_quads))
