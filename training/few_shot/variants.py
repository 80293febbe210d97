"""Model folders to compare with: python -m few_shot.variants --run FOLDER --shards FOLDER --out FOLDER.

`averaged` knows no identity (everyone has the mean of the training identities' kernels), `no-previous`
neither sees nor uses its last output. `npm run quality` measures them as rows of their own.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper

from .device import add_device, device_of
from .export import OPSET, embedder_model, generator_model, kernel_table, value
from .network import Embedder, Generator
from .shape import EXAMPLE_CELLS, INPUTS, LINES, PLANES
from .shards import examples_of, find_shards
from .weights import load

FIRST_LINES = 3 * PLANES
MOST = 400  # identities that the mean is taken over


@torch.no_grad()
def mean_kernels(embedder: Embedder, shards_folder: Path) -> np.ndarray:
    shards = find_shards(shards_folder, held_out=False)[:MOST]
    flats = [embedder(examples, [len(examples)])[0] for examples in (examples_of(shard, embedder.usual.device) for shard in shards)]
    return torch.stack(flats).mean(0).cpu().numpy()


def constant_embedder(flat: np.ndarray) -> onnx.ModelProto:
    """Answers every identity with the same kernels."""
    constant = numpy_helper.from_array(flat.astype(np.float32), "constant")
    graph = helper.make_graph([helper.make_node("Identity", ["constant"], ["kernels"])], "embedder",
                              [value("examples", "K", PLANES + LINES, EXAMPLE_CELLS, EXAMPLE_CELLS)], [value("kernels", len(flat))], [constant])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8, producer_name="understudy")


def without_previous(generator: Generator) -> onnx.ModelProto:
    """The generator as at its first frame, at every frame."""
    with torch.no_grad():
        generator.head.weight[7] = 0
        generator.head.bias[7] = -40
    model = generator_model(generator)
    for node in model.graph.node:
        node.input[:] = ["seen" if name == "input" else name for name in node.input]
    cuts = {"warp": (0, PLANES), "lines": (FIRST_LINES, FIRST_LINES + LINES), "moved": (INPUTS - 2, INPUTS)}
    first = []
    for name, ends in cuts.items():
        bounds = []
        for label, number in zip(("start", "end", "axis"), (*ends, 1)):
            model.graph.initializer.append(numpy_helper.from_array(np.array([number], np.int64), f"{name}_{label}"))
            bounds.append(f"{name}_{label}")
        first.append(helper.make_node("Slice", ["input", *bounds], [name]))
    first.append(helper.make_node("Concat", ["warp", "warp", "warp", "lines", "lines", "moved"], ["seen"], axis=1))
    for node in reversed(first):
        model.graph.node.insert(0, node)
    return model


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--run", type=Path, required=True, help="a run's folder, or a file of weights such as weights/few-shot-small.pt")
    arguments.add_argument("--shards", type=Path, required=True)
    arguments.add_argument("--out", type=Path, required=True, help="receives one folder a variant")
    add_device(arguments)
    options = arguments.parse_args()
    generator, embedder = load(options.run)
    mean = mean_kernels(embedder.to(device_of(options.device)), options.shards)
    embedder.cpu()
    models = {"averaged": (generator_model(generator), constant_embedder(mean))}
    models["no-previous"] = (without_previous(generator), embedder_model(embedder))
    for name, (drawing, embedding) in models.items():
        folder = options.out / name
        folder.mkdir(parents=True, exist_ok=True)
        onnx.save(drawing, folder / "generator.onnx")
        onnx.save(embedding, folder / "embedder.onnx")
        (folder / "kernels.json").write_text(json.dumps(kernel_table(generator.shape), indent=1) + "\n")
        print(folder)


if __name__ == "__main__":
    main()
