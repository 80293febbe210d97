"""The sizes of the networks, and the list of kernels that an identity owns."""

from dataclasses import dataclass

PLANES = 6  # Y of 2x2 pixels, U, V
LINES = 6
STROKES = (0, 1, 3)  # of these, contours, lips and lids are lines, a cell wide; the others are filled
INPUTS = 3 * PLANES + 2 * LINES + 2  # warp, previous warped, previous, lines now, lines before, displacement
HEAD = 16  # 0-3 Y, 4 U, 5 V, 6 hallucination logit, 7 previous logit, 8-9 flow; the rest fills a vector register


COARSEST = 128  # cells in a row of the coarsest field, in which lengths are told that are meant in sides of the picture
EXAMPLE_CELLS = 128  # of what the embedder sees, whatever the generator works on: see docs/few-shot-vid2vid.md


@dataclass(frozen=True)
class Shape:
    """The field that the networks work on, and channels per level, each of half the rows and columns of the one before."""

    cells: int  # in a row of the field, the finest level: half the side of the picture that the generator sees
    encoder: tuple[int, ...]  # from the finest to the coarsest
    decoder: tuple[int, ...]  # from the coarsest but one to the finest
    label: int
    embedder: tuple[int, int, int, int]
    queries: int
    code: int

    @property
    def sizes(self) -> tuple[int, ...]:
        """Cells in a row of each level, from the finest to the coarsest."""
        return tuple(self.cells >> level for level in range(len(self.encoder)))

    @property
    def widths(self) -> tuple[dict[int, int], dict[int, int]]:
        """Channels of encoder and decoder, by size."""
        return dict(zip(self.sizes, self.encoder)), dict(zip(reversed(self.sizes[:-1]), self.decoder))


# Of a finer field the large one has a level more, at its fine end: it sees as much of the picture around a place.
SHAPES = {
    "small": Shape(128, (16, 48, 64, 96, 128), (96, 64, 48, 32), 16, (32, 64, 96, 128), 16, 96),
    "large": Shape(256, (32, 64, 96, 128, 192, 256), (192, 128, 96, 64, 32), 16, (48, 96, 160, 256), 16, 64),
}


def fineness(cells: int) -> int:
    """Cells of a field to one of the coarsest: what is meant in sides of the picture is so many times as many of them."""
    return cells // COARSEST


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
    label, (encoder, decoder) = shape.label, shape.widths
    finest, *normalised = shape.sizes
    out = [Kernel("kernel.label.weight", (label, LINES, 3, 3)), Kernel("kernel.label.bias", (label,))]
    for size in reversed(normalised):
        width, side = decoder.get(size, encoder[size]), spade_side(shape, size)
        for part in ("gamma", "beta"):
            out += [Kernel(f"kernel.spade{size}.{part}.weight", (width, label, side, side)),
                    Kernel(f"kernel.spade{size}.{part}.bias", (width,))]
    return out + [Kernel("kernel.colour.weight", (HEAD, decoder[finest], 1, 1)), Kernel("kernel.colour.bias", (HEAD,))]


def spade_side(shape: Shape, size: int) -> int:
    """Of a level's generated kernels: the two finest look around, which is what an identity's numbers are spent on."""
    return 3 if size in shape.sizes[1:3] else 1
