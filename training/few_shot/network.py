"""Generator and embedder: few-shot vid2vid (Wang et al., 2019) over landmark-driven warps.

Where the paper learns the flow from the example and from the last output, here both warps come from
the face's mesh, so the network only corrects: it hallucinates what the warps cannot know and says
where to trust which source. Fully convolutional; everything in YUV planes (see planes.py).
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .shape import EXAMPLE_CELLS, HEAD, INPUTS, LINES, PLANES, Kernel, Shape, fineness, kernels

MOMENTUM = 0.02  # of the statistics of summaries, a batch
SPREAD_FLOOR = 0.01
MOST_UNUSUAL = 2.5  # spreads: a picture unlike all of training is taken for the strangest one of it
LEAK = 0.2  # in the embedder, where plain ReLUs die out together: then all identities get the same kernels
# Shear of the mesh, a mean of each place and those around it: more than the tracker's trembling makes of a still face, and less than
# a spoken word does. How far around, and how far the mandate takes to fade in from the face's outline: in cells of a field of 128.
CALM_SHEAR, FULL_SHEAR = 0.03, 0.18
SHEAR_REACH, TAPER_REACH = 4, 4
# Of the past in a frame. A past is resampled each time: of one that is trusted fully a blur is left after ten frames,
# which pays by any distance, being the mean of ten guesses. At a half, what was drawn four frames ago is a sixteenth.
MOST_PAST = 0.5
FLOW_REACH = 0.02  # sides of the picture: what the residual flow can move, five pixels of 256


def convolve(x: Tensor, weight: Tensor, bias: Tensor, stride: int = 1) -> Tensor:
    """A convolution with kernels of its own for each item: x (b, c, h, w), weight (b, o, c, k, k), bias (b, o)."""
    if x.is_cuda:
        return multiplied(x, weight, bias, stride)
    b, c, h, w = x.shape
    out = weight.shape[1]
    side = weight.shape[-1]
    grouped = F.conv2d(x.reshape(1, b * c, h, w), weight.reshape(b * out, c, side, side), bias.reshape(-1),
                       stride=stride, padding=side // 2, groups=b)
    return grouped.reshape(b, out, *grouped.shape[-2:])


def multiplied(x: Tensor, weight: Tensor, bias: Tensor, stride: int = 1) -> Tensor:
    """The same as products of matrices, one for each item: a GPU is slow with hundreds of groups of few channels."""
    b, c = x.shape[:2]
    side = weight.shape[-1]
    around = F.pad(x, (side // 2,) * 4).unfold(2, side, stride).unfold(3, side, stride)  # (b, c, h, w, k, k)
    h, w = around.shape[2:4]
    patches = around.permute(0, 2, 3, 4, 5, 1).reshape(b, h * w, side * side * c)
    matrix = weight.permute(0, 3, 4, 2, 1).reshape(b, side * side * c, -1)
    return torch.baddbmm(bias[:, None], patches, matrix).view(b, h, w, -1).permute(0, 3, 1, 2)


def _conv(inputs: int, outputs: int, side: int = 3, stride: int = 1) -> nn.Conv2d:
    conv = nn.Conv2d(inputs, outputs, side, stride, side // 2)
    nn.init.kaiming_normal_(conv.weight, nonlinearity="relu")
    nn.init.zeros_(conv.bias)
    return conv


def unflatten(flat: Tensor, shape: Shape) -> dict[str, Tensor]:
    """The identity's flat vectors (b, n) as named tensors (b, *dims)."""
    parts = torch.split(flat, [k.length for k in kernels(shape)], dim=1)
    return {k.name: part.reshape(-1, *k.dims) for k, part in zip(kernels(shape), parts)}


class Generator(nn.Module):
    """One frame: inputs (b, 32, h, w) and an identity's kernels to the head's raw channels (b, 16, h, w).

    Layers are called by what they do and the cells in a row of their level: `in64` leads to it, `mid64` works on it, `to64`
    and `skip64` join what comes from below and what the encoder had there, `out64` works on that.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        encoder, decoder = shape.widths
        finest, *below = shape.sizes
        self.add_module(f"in{finest}", _conv(INPUTS, encoder[finest]))
        for finer, size in zip(shape.sizes, below):
            self.add_module(f"in{size}", _conv(encoder[finer], encoder[size], stride=2))
            self.add_module(f"mid{size}", _conv(encoder[size], encoder[size]))
        width = encoder[below[-1]]
        for size, own in decoder.items():
            # The finest level's is drawn out by its channels, not by its places.
            self.add_module(f"to{size}", _conv(width, 4 * own if size == finest else own, 1))
            self.add_module(f"skip{size}", _conv(encoder[size], own, 1))
            self.add_module(f"out{size}", _conv(own, own))
            width = own
        self.head = nn.Conv2d(width, HEAD, 3, padding=1)
        nn.init.normal_(self.head.weight, std=0.01)
        nn.init.zeros_(self.head.bias)
        with torch.no_grad():
            self.head.bias[6], self.head.bias[7] = 0.5, -2.0  # at first: mostly its own, little of the past

    def layer(self, part: str, size: int) -> nn.Conv2d:
        return self.get_submodule(f"{part}{size}")

    def forward(self, inputs: Tensor, flat: Tensor) -> Tensor:
        kernel = unflatten(flat, self.shape)
        finest, *below = self.shape.sizes
        lines = inputs[:, 3 * PLANES : 3 * PLANES + LINES]
        label = torch.relu(convolve(lines, kernel["kernel.label.weight"], kernel["kernel.label.bias"], stride=2))
        labels = {below[0]: label}
        for size in below[1:]:
            labels[size] = F.avg_pool2d(labels[2 * size], 2)

        def spade(x: Tensor, size: int) -> Tensor:
            both = (torch.cat([kernel[f"kernel.spade{size}.{part}.{what}"] for part in ("gamma", "beta")], dim=1) for what in ("weight", "bias"))
            gamma, beta = convolve(labels[size], *both).chunk(2, dim=1)
            return torch.relu(x * gamma + beta)

        seen = {finest: torch.relu(self.layer("in", finest)(inputs))}
        for size in below[:-1]:
            seen[size] = torch.relu(self.layer("mid", size)(torch.relu(self.layer("in", size)(seen[2 * size]))))
        coarsest = below[-1]
        x = spade(self.layer("mid", coarsest)(torch.relu(self.layer("in", coarsest)(seen[2 * coarsest]))), coarsest)
        for size in reversed(below[:-1]):
            joined = torch.relu(_doubled(self.layer("to", size)(x)) + self.layer("skip", size)(seen[size]))
            x = spade(self.layer("out", size)(joined), size)
        x = torch.relu(F.pixel_shuffle(self.layer("to", finest)(x), 2) + self.layer("skip", finest)(seen[finest]))
        x = torch.relu(self.layer("out", finest)(x))
        return self.head(x) + convolve(x, kernel["kernel.colour.weight"], kernel["kernel.colour.bias"])


def _doubled(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2, mode="nearest")


def mandate(displacement: Tensor, contours: Tensor, cells: int) -> Tensor:
    """How far the network may change a pixel, 0 to 1 (b, 1, h, w).

    From the mesh's displacement (b, 2, h, w): where the mesh moved, turned or scaled the picture as a whole, the warp
    is right and a correction can only harm; it may act where the mesh sheared the picture. And from the face's
    contours (b, 1, h, w): hair, neck and what is behind them are sharper from the warp than from any network of this
    size. `cells` are in a row of the field; on half of it, where the mesh moves by half as much, as many stand for it.
    """
    framed = F.pad(displacement * (cells / 4), (1, 1, 1, 1), mode="replicate")
    right = (framed[..., 1:-1, 2:] - framed[..., 1:-1, :-2]) / 2
    down = (framed[..., 2:, 1:-1] - framed[..., :-2, 1:-1]) / 2
    stretch, skew = right[:, :1] - down[:, 1:], right[:, 1:] + down[:, :1]
    shear = torch.sqrt(stretch * stretch + skew * skew + 1e-12)
    shear = _mean_around(shear, fineness(cells) * SHEAR_REACH)
    sheared = ((shear - CALM_SHEAR) / (FULL_SHEAR - CALM_SHEAR)).clamp(0, 1)
    within = _mean_around(enclosed(contours), fineness(cells) * TAPER_REACH)
    return sheared * (2 * within - 1).clamp(min=0)  # a straight outline itself is at a half


def _mean_around(values: Tensor, reach: int) -> Tensor:
    """Of each place and those up to `reach` from it; beyond the edge is the edge."""
    return F.avg_pool2d(F.pad(values, (reach,) * 4, mode="replicate"), 2 * reach + 1, 1)


def enclosed(contours: Tensor) -> Tensor:
    """What lies between lines, to the left and right or above and below: an outline that the picture's edge cuts is closed too."""
    between = []
    for axis in (-1, -2):
        before = contours.cumsum(axis)
        after = before.narrow(axis, -1, 1) - before + contours
        between.append(before.clamp(max=1) * after.clamp(max=1))
    return torch.maximum(*between)


def decide(raw: Tensor, mandated: Tensor) -> dict[str, Tensor]:
    """The head's channels as what the frame is made of, as far as the mandate goes: see docs/few-shot-vid2vid.md."""
    previous = MOST_PAST * mandated * torch.sigmoid(raw[:, 7:8])
    hallucinated = (mandated - previous) * torch.sigmoid(raw[:, 6:7])
    return {
        "residual": hallucinated * raw[:, :PLANES],
        "previous": previous,
        "hallucinated": hallucinated,
        "example": 1 - previous - hallucinated,
        "flow": FLOW_REACH * torch.tanh(raw[:, 8:10]),
    }


class Embedder(nn.Module):
    """Examples of identities to their kernels, with attention over all places of all examples at once."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        a, b, c, d = shape.embedder
        self.convs = nn.ModuleList([_conv(PLANES + LINES, a, stride=2), _conv(a, a), _conv(a, b, stride=2), _conv(b, b),
                                    _conv(b, c, stride=2), _conv(c, d, stride=2), _conv(d, d)])
        # Without these, what all pictures share drowns what tells them apart, and no kernel depends on the identity.
        self.norms = nn.ModuleList([nn.BatchNorm2d(conv.out_channels, affine=False) for conv in self.convs])
        self.places = nn.Parameter(torch.randn(1, d, EXAMPLE_CELLS // 16, EXAMPLE_CELLS // 16) * 0.1)
        self.key, self.value = _conv(d, d // 2, 1), _conv(d, d, 1)
        self.queries = nn.Parameter(torch.randn(shape.queries, d // 2) / math.sqrt(d // 2))
        self.mix = nn.Linear(shape.queries * d, 256)
        # Over identities, as training has met them: what all faces share says nothing about whose it is.
        self.register_buffer("usual", torch.zeros(shape.queries * d))
        self.register_buffer("spread", torch.ones(shape.queries * d))
        self.rest, self.basis, self.codes = nn.ParameterList(), nn.ParameterList(), nn.ModuleList()
        for kernel in kernels(shape):
            self.rest.append(nn.Parameter(_resting(kernel)))
            self.basis.append(nn.Parameter(torch.randn(shape.code, kernel.length) * 0.05 / math.sqrt(shape.code)))
            self.codes.append(nn.Linear(256, shape.code))
            nn.init.zeros_(self.codes[-1].weight), nn.init.zeros_(self.codes[-1].bias)  # at first all have the resting kernels

    def features(self, examples: Tensor) -> tuple[Tensor, Tensor]:
        """Keys (n, d/2, 64) and values (n, d, 64) of examples (n, 12, EXAMPLE_CELLS, EXAMPLE_CELLS)."""
        x = examples - 0.5
        for conv, norm in zip(self.convs, self.norms):
            x = F.leaky_relu(norm(conv(x)), LEAK)
        x = x + self.places
        return self.key(x).flatten(2).float(), self.value(x).flatten(2).float()

    def attend(self, keys: Tensor, values: Tensor) -> Tensor:
        """Examples of identities that have as many each, keys (b, k, d/2, 64) and values (b, k, d, 64), to their summaries (b, queries * d)."""
        flat_keys, flat_values = (each.transpose(1, 2).flatten(2) for each in (keys, values))
        weights = torch.softmax(self.queries @ flat_keys / math.sqrt(flat_keys.shape[1]), dim=-1)
        return (weights @ flat_values.transpose(1, 2)).flatten(1)

    def summaries(self, keys: Tensor, values: Tensor, counts: list[int]) -> Tensor:
        """Of identities (b, queries * d), whose examples come after each other; those that have as many of them together."""
        parts = list(zip(keys.split(counts), values.split(counts)))
        found: dict[int, Tensor] = {}
        for count in sorted(set(counts)):
            whose = [number for number, own in enumerate(counts) if own == count]
            together = self.attend(*(torch.stack([parts[number][which] for number in whose]) for which in (0, 1)))
            found.update(zip(whose, together.unbind()))
        return torch.stack([found[number] for number in range(len(counts))])

    def generate(self, summary: Tensor) -> Tensor:
        """Summaries (b, queries * d) to flat kernels (b, n)."""
        if self.training and len(summary) > 1:
            self._learn_usual(summary.detach())
        unusual = ((summary - self.usual) / (self.spread + SPREAD_FLOOR)).clamp(-MOST_UNUSUAL, MOST_UNUSUAL)
        style = F.leaky_relu(self.mix(unusual), LEAK)
        return torch.cat([rest + code(style) @ basis for rest, basis, code in zip(self.rest, self.basis, self.codes)], dim=1)

    def _learn_usual(self, summaries: Tensor) -> None:
        self.usual += MOMENTUM * (summaries.mean(0) - self.usual)
        self.spread += MOMENTUM * (summaries.std(0) - self.spread)

    def forward(self, examples: Tensor, counts: list[int]) -> Tensor:
        """Examples of several identities after each other (sum of counts, 12, EXAMPLE_CELLS, EXAMPLE_CELLS) to (b, n)."""
        return self.generate(self.summaries(*self.features(examples), counts))


def _resting(kernel: Kernel) -> Tensor:
    """What a kernel is before an identity is known."""
    if kernel.name == "kernel.label.weight":
        return torch.randn(kernel.length) * math.sqrt(2 / (LINES * 9))
    if kernel.name.endswith("weight"):
        return torch.randn(kernel.length) * 0.02
    return torch.ones(kernel.length) if "gamma" in kernel.name else torch.zeros(kernel.length)
