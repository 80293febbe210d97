"""The one seam to the 3D renderer: what a scene needs, and who can draw it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from .character import Pose
from .head import Head


@dataclass(frozen=True)
class Lamp:
    """A rectangular area light aimed at the face."""

    azimuth: float  # degrees from the camera's side, > 0 towards +x
    elevation: float  # degrees above the face
    distance: float  # metres
    size: float  # metres
    power: float  # watts
    colour: tuple[float, float, float] = (1.0, 1.0, 1.0)


@dataclass(frozen=True)
class Look:
    """Light and camera of a picture."""

    lamps: tuple[Lamp, ...]
    ambient: tuple[float, float, float] = (0.25, 0.26, 0.28)
    focal_length: float = 65.0  # millimetres on 36 mm film
    picture_height: float = 0.345  # metres seen at the face's distance
    face_at: float = 0.45  # height of the face's middle in the picture, from the top, as a share
    exposure: float = 0.0  # stops
    surface: str = "skin"  # skin, marble, bronze, clay, toon


FILM = 36.0  # millimetres; the width of the film that `focal_length` refers to


@dataclass(frozen=True)
class Camera:
    """A camera in front of the face, looking straight ahead; metres."""

    position: np.ndarray  # (3,)
    focal_length: float
    shift: float  # of the picture, in its heights, > 0 moves what is seen down

    @staticmethod
    def facing(head: Head, look: Look) -> "Camera":
        """Where a look puts the camera for a head at rest."""
        return Camera(face_centre(head) + [0, 0, look.picture_height * look.focal_length / FILM],
                      look.focal_length, look.face_at - 0.5)

    def project(self, points: np.ndarray) -> np.ndarray:
        """Picture coordinates (n, 2) in [0, 1], from the top left, of points (n, 3)."""
        relative = points - self.position
        scale = self.focal_length / FILM / -relative[:, 2:]
        return np.array([0.5, 0.5 + self.shift]) + relative[:, :2] * [1, -1] * scale


def face_centre(head: Head) -> np.ndarray:
    """The point that camera and lamps aim at: half way from chin to crown, at the eyes' depth."""
    chin, crown = head.chin_and_crown()
    return np.array([0.0, (chin + crown) / 2, head.eye_centres()[:, 2].mean()])


class HeadRenderer(Protocol):
    """Draws one head; the file it writes is RGBA with straight alpha, without background."""

    def render(self, pose: Pose, path: Path) -> None: ...
