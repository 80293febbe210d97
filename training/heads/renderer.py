"""The one seam to the 3D renderer: what a scene needs, and who can draw it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from .character import Pose


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


class HeadRenderer(Protocol):
    """Draws one head; the file it writes is RGBA with straight alpha, without background."""

    def render(self, pose: Pose, path: Path) -> None: ...
