"""How hair grows: plain data."""

from dataclasses import dataclass


@dataclass(frozen=True)
class HairStyle:
    """How hair grows. Lengths in metres; shares in [0, 1]."""

    region: str = "scalp"  # scalp or beard
    count: int = 26_000
    length: float = 0.06  # at the crown
    side_length: float | None = None  # above the ears and at the nape; None: as at the crown
    flow: str = "whorl"  # whorl, back, part, up, down, out
    part_at: float = 0.03  # side of the parting (flow "part"), metres towards +x
    lift: float = 0.35  # how far the strand leaves the skin before it bends
    gravity: float = 0.3
    free_length: float = 0.11  # metres after which a strand hangs instead of following the skull
    bend: float = 90.0  # how fast a strand turns into the flow, per metre
    hug: float = 0.5  # how strongly strands above the hair's layer sink back to the head
    volume: float = 0.008  # thickness of the layer of hair, metres
    curl_radius: float = 0.0
    curl_turns: float = 0.0
    clump: float = 0.35
    frizz: float = 0.12
    fringe: float | None = None  # length of the hair that falls on the forehead
    strays: bool = True  # keep strands that had to be combed off the face
    recede: float = 0.0  # hairline moved back, metres
    uneven: float = 0.2
    root_radius: float = 0.00042
    tip_radius: float = 0.00016
    melanin: float = 0.8  # 0 white .. 1 black
    redness: float = 0.3
    grey: float = 0.0  # share of white strands
    tint: tuple[float, float, float] | None = None  # dyed; linear RGB
    roughness: float = 0.3
