"""The mean of two trained networks: python -m few_shot.blend --weights A.pt B.pt --out C.pt.

Where one went on from the other, on other clips, what lies between them is often better than either, above all on
people that neither saw (M. Wortsman et al., "Model soups", ICML 2022). Networks that began apart have nothing between them.
"""

import argparse
from pathlib import Path

import torch

from .network import Embedder, Generator
from .weights import halved, read, shape_of

State = dict[str, torch.Tensor]


def blended(first: State, second: State, share: float) -> State:
    """`share` of the second, the rest of the first. Raises ValueError where they are of different shapes."""
    if {k: v.shape for k, v in first.items()} != {k: v.shape for k, v in second.items()}:
        raise ValueError("these weights are of networks of different shapes: there is nothing between them")
    return {k: torch.lerp(v, second[k], share) if v.is_floating_point() else second[k] for k, v in first.items()}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--weights", type=Path, nargs=2, required=True, help="files of weights such as weights/few-shot-small.pt")
    arguments.add_argument("--share", type=float, default=0.5, help="of the second")
    arguments.add_argument("--out", type=Path, required=True)
    options = arguments.parse_args()
    state = blended(*map(read, options.weights), options.share)
    shape = shape_of(state)
    networks = torch.nn.ModuleList([Generator(shape), Embedder(shape)])
    networks.load_state_dict(state)
    torch.save(halved(networks), options.out)


if __name__ == "__main__":
    main()
