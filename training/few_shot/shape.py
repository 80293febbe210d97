"""The sizes of the networks, and the list of kernels that an identity owns."""

from dataclasses import dataclass

PLANES = 6  # Y of 2x2 pixels, U, V
LINES = 6
STROKES = (0, 1, 3)  # of these, contours, lips and lids are lines, a cell wide; the others are filled
INPUTS = 3 * PLANES + 2 * LINES + 2  # warp, previous warped, previous, lines now, lines before, displacement
HEAD = 16  # 0-3 Y, 4 U, 5 V, 6 hallucination logit, 7 previous logit, 8-9 flow; the rest fills a vector register


@dataclass(frozen=True)
class Shape:
    """Channels per level, from the finest (half the network's side) to the coarsest (a sixteenth of that)."""

    encoder: tuple[int, int, int, int, int]
    decoder: tuple[int, int, int, int]  # from the coarsest but one to the finest
    label: int
    embedder: tuple[int, int, int, int]
    queries: int
    code: int


SHAPES = {
    "small": Shape((16, 48, 64, 96, 128), (96, 64, 48, 32), 16, (32, 64, 96, 128), 16, 96),
    "large": Shape((48, 96, 128, 192, 256), (192, 96, 96, 64), 16, (48, 96, 160, 256), 16, 64),
}


@dataclass(frozen=True)
class Kernel:
    """One tensor that the embedder makes for an identity."""

    name: str
    dims: tuple[int, ...]

    @property
    def length(self) -> int:
        count = 1
        for d in self.dims:
            count *= d
        return count


def kernels(shape: Shape) -> list[Kernel]:
    """All generated tensors in the order in which they lie in the flat vector."""
    label, (d16, d32, d64, d128) = shape.label, shape.decoder
    d8 = shape.encoder[-1]
    out = [Kernel("kernel.label.weight", (label, LINES, 3, 3)), Kernel("kernel.label.bias", (label,))]
    for name, width, side in (("8", d8, 1), ("16", d16, 1), ("32", d32, 3), ("64", d64, 3)):
        for part in ("gamma", "beta"):
            out += [Kernel(f"kernel.spade{name}.{part}.weight", (width, label, side, side)),
                    Kernel(f"kernel.spade{name}.{part}.bias", (width,))]
    return out + [Kernel("kernel.colour.weight", (HEAD, d128, 1, 1)), Kernel("kernel.colour.bias", (HEAD,))]
