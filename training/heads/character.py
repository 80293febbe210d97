"""What defines a character: shape, pieces, colours. Plain data."""

from dataclasses import dataclass, field

from .hairstyle import HairStyle


@dataclass(frozen=True)
class Piece:
    """A fitted asset, e.g. hair/short01, and its colour (linear RGB; None keeps the texture's)."""

    asset: str
    colour: tuple[float, float, float] | None = None
    texture: str | None = None
    roughness: float = 0.5


@dataclass(frozen=True)
class Shape:
    """Macro parameters and single targets of a head."""

    male: float
    years: float
    ancestry: dict[str, float]
    muscle: float = 0.5
    weight: float = 0.5
    targets: dict[str, float] = field(default_factory=dict)  # e.g. {"nose/nose-hump-incr": 0.4}


@dataclass(frozen=True)
class Skin:
    """Photographed base, its correction and procedural detail."""

    texture: str
    gain: tuple[float, float, float] = (1.0, 1.0, 1.0)
    saturation: float = 1.0
    pores: float = 1.0  # depth of the fine relief
    freckles: float = 0.0
    blush: float = 0.3
    wrinkles: float = 0.0
    lips: tuple[float, float, float] | None = None  # lipstick, linear RGB
    lips_strength: float = 0.0
    eyeshadow: tuple[float, float, float] | None = None
    stubble: float = 0.0
    roughness: float = 0.42
    scalp: tuple[float, float, float] | None = None  # colour under grown hair, linear RGB


@dataclass(frozen=True)
class Character:
    """Everything about a person except pose, light and background."""

    shape: Shape
    skin: Skin
    eyes: str = "brown_eye"
    hair: Piece | None = None
    brows: Piece = Piece("eyebrows/eyebrow001", (0.03, 0.02, 0.015))
    lashes: str = "eyelashes/eyelashes01"
    clothes: tuple[Piece, ...] = ()
    styles: tuple[HairStyle, ...] = ()  # hair and beard grown strand by strand
    teeth: str = "teeth/teeth_base"


@dataclass(frozen=True)
class Pose:
    """One moment: expression unit strengths, head rotation and gaze in degrees."""

    units: dict[str, float] = field(default_factory=dict)  # e.g. {"mouth-open": 0.4}
    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    gaze_yaw: float = 0.0  # relative to the head; > 0 looks to +x
    gaze_pitch: float = 0.0
