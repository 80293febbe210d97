"""Writes the product's model files from a run: python -m few_shot.export --run FOLDER --out ../models/few-shot-vid2vid.

The graphs are written node by node, so that they hold what the product needs and nothing else. The
generator's identity kernels are names that nothing defines: whoever loads it appends them to the file,
as constants for one identity or as inputs for a batch of several. A manifest beside the folder gets
the files' checksums.
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from .network import CALM_SHEAR, FLOW_REACH, FULL_SHEAR, LEAK, MOST_PAST, MOST_UNUSUAL, SHEAR_REACH, SPREAD_FLOOR, TAPER_REACH, Embedder, Generator
from .shape import EXAMPLE_CELLS, INPUTS, LINES, PLANES, Shape, fineness, kernels, spade_side
from .weights import halved, load

OPSET = 17
FIELD_KEY = "field_cells"  # under which the file says how many cells are in a row of its field


class Graph:
    """Nodes and weights of an ONNX graph, in the order of the flow."""

    def __init__(self, halves: bool) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []
        self.halves = halves
        self._count = 0

    def add(self, kind: str, *inputs: str, out: str | None = None, **attributes: object) -> str:
        self._count += 1
        name = out or f"t{self._count}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], name=f"{kind}{self._count}", **attributes))
        return name

    def weight(self, value: np.ndarray, exact: bool = False) -> str:
        """A constant; large ones are stored as halves and cast when loaded."""
        self._count += 1
        name = f"w{self._count}"
        if value.dtype == np.float32 and self.halves and not exact and value.size > 64:
            self.weights.append(numpy_helper.from_array(value.astype(np.float16), name))
            return self.add("Cast", name, to=TensorProto.FLOAT)
        self.weights.append(numpy_helper.from_array(value, name))
        return name

    def conv(self, x: str, layer: torch.nn.Conv2d) -> str:
        pad, stride = layer.padding[0], layer.stride[0]
        return self.add("Conv", x, self.weight(array(layer.weight)), self.weight(array(layer.bias)),
                        kernel_shape=list(layer.kernel_size), pads=[pad] * 4, strides=[stride] * 2)

    def relu(self, x: str) -> str:
        return self.add("Relu", x)

    def cut(self, x: str, start: int, end: int, out: str | None = None) -> str:
        return self.add("Slice", x, *(self.weight(np.array([v], np.int64)) for v in (start, end, 1)), out=out)

    def model(self, name: str, inputs: list[onnx.ValueInfoProto], outputs: list[onnx.ValueInfoProto]) -> onnx.ModelProto:
        graph = helper.make_graph(self.nodes, name, inputs, outputs, self.weights)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8, producer_name="understudy")


def array(parameter: torch.Tensor) -> np.ndarray:
    return parameter.detach().float().contiguous().numpy()


def value(name: str, *dims: int | str) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, list(dims))


def generator_model(generator: Generator, halves: bool = True) -> onnx.ModelProto:
    """The generator for its whole field, or any part of it: how many rows and columns, each run decides."""
    g = Graph(halves)
    shape = generator.shape
    finest, *below = shape.sizes
    doubling = g.weight(np.array([1, 1, 2, 2], np.float32), exact=True)

    def made(x: str, name: str, size: int, stride: int = 1) -> str:
        return g.add("Conv", x, f"{name}.weight", f"{name}.bias", kernel_shape=[size] * 2, pads=[size // 2] * 4, strides=[stride] * 2)

    def doubled(x: str) -> str:
        return g.add("Resize", x, "", doubling, mode="nearest", nearest_mode="floor", coordinate_transformation_mode="asymmetric")

    def layer(x: str, part: str, size: int) -> str:
        return g.conv(x, generator.layer(part, size))

    labels = {below[0]: g.relu(made(g.cut("input", 3 * PLANES, 3 * PLANES + LINES), "kernel.label", 3, 2))}
    for size in below[1:]:
        labels[size] = g.add("AveragePool", labels[2 * size], kernel_shape=[2, 2], strides=[2, 2])

    def spade(x: str, size: int) -> str:
        scaled = g.add("Mul", x, made(labels[size], f"kernel.spade{size}.gamma", spade_side(shape, size)))
        return g.relu(g.add("Add", scaled, made(labels[size], f"kernel.spade{size}.beta", spade_side(shape, size))))

    seen = {finest: g.relu(layer("input", "in", finest))}
    for size in below[:-1]:
        seen[size] = g.relu(layer(g.relu(layer(seen[2 * size], "in", size)), "mid", size))
    coarsest = below[-1]
    x = spade(layer(g.relu(layer(seen[2 * coarsest], "in", coarsest)), "mid", coarsest), coarsest)
    for size in reversed(below[:-1]):
        joined = g.relu(g.add("Add", doubled(layer(x, "to", size)), layer(seen[size], "skip", size)))
        x = spade(layer(joined, "out", size), size)
    fine = g.add("DepthToSpace", layer(x, "to", finest), blocksize=2, mode="CRD")
    x = g.relu(g.add("Add", fine, layer(seen[finest], "skip", finest)))
    x = g.relu(layer(x, "out", finest))
    raw = g.add("Add", g.conv(x, generator.head), made(x, "kernel.colour", 1))

    one = g.weight(np.array(1, np.float32), exact=True)
    mandated = mandate(g, shape.cells)
    most_past = g.weight(np.array(MOST_PAST, np.float32), exact=True)
    previous = g.add("Mul", g.add("Mul", mandated, most_past), g.add("Sigmoid", g.cut(raw, 7, 8)), out="previous")
    own = g.add("Mul", g.add("Sub", mandated, previous), g.add("Sigmoid", g.cut(raw, 6, 7)))
    g.add("Mul", own, g.cut(raw, 0, PLANES), out="residual")
    g.add("Sub", g.add("Sub", one, previous), own, out="example")
    g.add("Mul", g.add("Tanh", g.cut(raw, 8, 10)), g.weight(np.array(FLOW_REACH, np.float32), exact=True), out="flow")
    part = ("rows", "columns")
    model = g.model("generator", [value("input", 1, INPUTS, *part)],
                    [value("residual", 1, PLANES, *part), value("previous", 1, 1, *part),
                     value("flow", 1, 2, *part), value("example", 1, 1, *part)])
    helper.set_model_props(model, {FIELD_KEY: str(shape.cells)})
    return model


def mandate(g: Graph, cells: int) -> str:
    """How far the network may change a pixel: as in network.py, with the differences as a convolution."""
    right, down = np.zeros((2, 3, 3), np.float32)
    right[1, 0], right[1, 2] = -cells / 8, cells / 8
    down[0, 1], down[2, 1] = -cells / 8, cells / 8
    stretch_and_skew = np.stack([np.stack([right, -down]), np.stack([down, right])])

    def framed(x: str, width: int) -> str:
        return g.add("Pad", x, g.weight(np.array([0, 0, width, width] * 2, np.int64)), mode="edge")

    def mean_around(x: str, reach: int) -> str:
        return g.add("AveragePool", framed(x, reach), kernel_shape=[2 * reach + 1] * 2)

    moved = framed(g.cut("input", INPUTS - 2, INPUTS), 1)
    parts = g.add("Conv", moved, g.weight(stretch_and_skew, exact=True), kernel_shape=[3, 3])
    shear = g.add("ReduceL2", parts, axes=[1])
    calm = mean_around(shear, fineness(cells) * SHEAR_REACH)
    numbers = (g.weight(np.array(v, np.float32), exact=True) for v in (CALM_SHEAR, FULL_SHEAR - CALM_SHEAR, 0, 1))
    least, reach, none, all_ = numbers
    sheared = g.add("Clip", g.add("Div", g.add("Sub", calm, least), reach), none, all_)

    # Running sums are products with a triangle of ones, which every device multiplies fast.
    upper = g.weight(np.triu(np.ones((cells, cells), np.float32)))
    lower = g.weight(np.tril(np.ones((cells, cells), np.float32)))
    corner = g.weight(np.zeros(2, np.int64))
    sides = g.add("Shape", "input", start=2, end=4)

    def square(triangle: str, axis: int) -> str:
        return g.add("Slice", triangle, corner, g.add("Gather", sides, g.weight(np.array([axis, axis], np.int64))))

    contours = g.cut("input", 3 * PLANES, 3 * PLANES + 1)

    def clipped(kind: str, *inputs: str) -> str:
        return g.add("Min", g.add(kind, *inputs), all_)

    across = g.add("Mul", clipped("MatMul", contours, square(upper, 1)), clipped("MatMul", contours, square(lower, 1)))
    upright = g.add("Mul", clipped("MatMul", square(lower, 0), contours), clipped("MatMul", square(upper, 0), contours))
    inside = mean_around(g.add("Max", across, upright), fineness(cells) * TAPER_REACH)
    within = g.add("Max", g.add("Sub", g.add("Add", inside, inside), all_), none)
    return g.add("Mul", sheared, within)


def embedder_model(embedder: Embedder, halves: bool = True) -> onnx.ModelProto:
    """Examples (K, 12, EXAMPLE_CELLS, EXAMPLE_CELLS) to flat kernels."""
    g = Graph(halves)
    width = embedder.value.out_channels
    x = g.add("Sub", "examples", g.weight(np.array(0.5, np.float32), exact=True))
    for conv, norm in zip(embedder.convs, embedder.norms):
        x = g.add("LeakyRelu", g.conv(x, torch.nn.utils.fusion.fuse_conv_bn_eval(conv, norm)), alpha=LEAK)
    x = g.add("Add", x, g.weight(array(embedder.places)))

    def tokens(y: str, channels: int) -> str:
        rows = g.add("Transpose", y, perm=[0, 2, 3, 1])
        return g.add("Reshape", rows, g.weight(np.array([-1, channels], np.int64)))

    keys, values = tokens(g.conv(x, embedder.key), width // 2), tokens(g.conv(x, embedder.value), width)
    scaled = g.weight(array(embedder.queries) / np.sqrt(width // 2).astype(np.float32))
    weights = g.add("Softmax", g.add("MatMul", scaled, g.add("Transpose", keys, perm=[1, 0])), axis=1)
    summary = g.add("Reshape", g.add("MatMul", weights, values), g.weight(np.array([1, -1], np.int64)))

    def linear(y: str, layer: torch.nn.Linear) -> str:
        return g.add("Gemm", y, g.weight(array(layer.weight)), g.weight(array(layer.bias)), transB=1)

    centred = g.add("Sub", summary, g.weight(array(embedder.usual), exact=True))
    spread = g.weight(array(embedder.spread) + np.float32(SPREAD_FLOOR), exact=True)
    ends = (g.weight(np.array(v, np.float32), exact=True) for v in (-MOST_UNUSUAL, MOST_UNUSUAL))
    summary = g.add("Clip", g.add("Div", centred, spread), *ends)
    style = g.add("LeakyRelu", linear(summary, embedder.mix), alpha=LEAK)
    parts = []
    for rest, basis, code in zip(embedder.rest, embedder.basis, embedder.codes):
        parts.append(g.add("Add", g.add("MatMul", linear(style, code), g.weight(array(basis))), g.weight(array(rest))))
    flat = g.add("Concat", *parts, axis=1)
    g.add("Reshape", flat, g.weight(np.array([-1], np.int64)), out="kernels")
    count = sum(k.length for k in kernels(embedder.shape))
    return g.model("embedder", [value("examples", "K", PLANES + LINES, EXAMPLE_CELLS, EXAMPLE_CELLS)], [value("kernels", count)])


def kernel_table(shape: Shape) -> list[dict]:
    """Where each generated tensor lies in the flat vector."""
    table, offset = [], 0
    for kernel in kernels(shape):
        table.append({"name": kernel.name, "dims": list(kernel.dims), "offset": offset, "length": kernel.length})
        offset += kernel.length
    return table


def with_kernels(model: onnx.ModelProto, shape: Shape, flat: np.ndarray) -> bytes:
    """The generator's file with an identity baked in, as the product bakes it."""
    constants = [numpy_helper.from_array(flat[k["offset"] : k["offset"] + k["length"]].reshape(k["dims"]), k["name"])
                 for k in kernel_table(shape)]
    addition = onnx.ModelProto(graph=onnx.GraphProto(initializer=constants))
    return model.SerializeToString() + addition.SerializeToString()


def worst_error(generator: Generator, embedder: Embedder, model: onnx.ModelProto, embedding: onnx.ModelProto) -> float:
    """How far onnxruntime's answers are from PyTorch's, as a share of the answer's size."""
    import onnxruntime

    from .network import decide, mandate

    torch.manual_seed(0)
    cells, fine = generator.shape.cells, fineness(generator.shape.cells)
    examples, inputs = torch.rand(3, PLANES + LINES, EXAMPLE_CELLS, EXAMPLE_CELLS), torch.rand(1, INPUTS, cells, cells)
    y, x = torch.meshgrid(torch.arange(float(cells)) - 60 * fine, torch.arange(float(cells)) - 70 * fine, indexing="ij")
    contours = inputs[:, 3 * PLANES : 3 * PLANES + 1]
    contours[:] = ((torch.hypot(x, y) - 40 * fine).abs() < 1).float()  # a face has an inside and an outside
    with torch.no_grad():
        flat = embedder(examples, [3])
        wanted = decide(generator(inputs, flat), mandate(inputs[:, -2:], contours, cells))
    made = onnxruntime.InferenceSession(embedding.SerializeToString()).run(None, {"examples": examples.numpy()})[0]
    session = onnxruntime.InferenceSession(with_kernels(model, generator.shape, made))
    worst = float(np.abs(made - flat.numpy()).max() / np.abs(flat.numpy()).max())

    def compare(part: torch.Tensor, wanted: dict[str, torch.Tensor]) -> None:
        nonlocal worst
        for output, got in zip(session.get_outputs(), session.run(None, {"input": part.numpy()})):
            want = wanted[output.name].numpy()
            worst = max(worst, float(np.abs(got - want).max() / max(1e-3, np.abs(want).max())))

    compare(inputs, wanted)
    part = inputs[..., 16 * fine : 112 * fine, 32 * fine : 112 * fine].contiguous()
    with torch.no_grad():
        compare(part, decide(generator(part, flat), mandate(part[:, -2:], part[:, 3 * PLANES : 3 * PLANES + 1], cells)))
    return worst


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--run", type=Path, required=True, help="a run's folder, or a file of weights such as weights/few-shot-small.pt")
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument("--weights", type=Path, help="also the weights alone, as halves, which train --begin-with goes on from")
    options = arguments.parse_args()
    generator, embedder = load(options.run)
    if options.weights:
        options.weights.parent.mkdir(parents=True, exist_ok=True)
        torch.save(halved(torch.nn.ModuleList([generator, embedder])), options.weights)
    model, embedding = generator_model(generator), embedder_model(embedder)
    worst = worst_error(generator, embedder, model, embedding)
    if worst > 0.02:
        raise SystemExit(f"onnxruntime and PyTorch differ by {worst:.3f}: nothing written")
    options.out.mkdir(parents=True, exist_ok=True)
    onnx.save(model, options.out / "generator.onnx")
    onnx.save(embedding, options.out / "embedder.onnx")
    (options.out / "kernels.json").write_text(json.dumps(kernel_table(generator.shape), indent=1) + "\n")
    sums = {}
    for name in ("generator.onnx", "embedder.onnx", "kernels.json"):
        content = (options.out / name).read_bytes()
        sums[name] = hashlib.sha256(content).hexdigest()
        print(f"{name}: {len(content)} bytes, sha256 {sums[name]}")
    manifest = options.out.parent / "manifest.json"
    if manifest.exists():
        listed = json.loads(manifest.read_text())
        listed["fewShotVid2vid"] = sums
        manifest.write_text(json.dumps(listed, indent=2, ensure_ascii=False) + "\n")
    print(f"largest difference between onnxruntime and PyTorch: {worst:.2e}")


if __name__ == "__main__":
    main()
