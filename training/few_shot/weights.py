"""Trained weights: of a run, or of a file of them alone."""

from pathlib import Path

import torch

from . import checkpoint
from .network import Embedder, Generator
from .shape import SHAPES, Shape


def load(run: Path) -> tuple[Generator, Embedder]:
    """The averaged networks of a run's folder, or of a file of weights that `--weights` wrote; on the processor."""
    if run.is_dir():
        saved = checkpoint.load(run)
        if saved is None:
            raise FileNotFoundError(f"{run} holds no {checkpoint.LATEST}")
        state = averaged_of(saved)
    else:
        state = read(run)
    shape = shape_of(state)
    networks = torch.nn.ModuleList([Generator(shape), Embedder(shape)])
    networks.load_state_dict(state)
    return networks[0].eval(), networks[1].eval()


def read(file: Path) -> dict[str, torch.Tensor]:
    """A file of weights, on the processor and as float32."""
    state = torch.load(file, map_location="cpu", weights_only=True)
    return {k: v.float() if v.is_floating_point() else v for k, v in state.items()}


def averaged_of(saved: dict) -> dict[str, torch.Tensor]:
    """The averaged weights of a checkpoint, by the names of generator (0) and embedder (1)."""
    return {k.removeprefix("module."): v for k, v in saved["mean"].items() if k.startswith("module.")}


def shape_of(state: dict[str, torch.Tensor]) -> Shape:
    """Of networks that are known by their weights alone. Raises ValueError where they are of none of SHAPES."""
    for shape in SHAPES.values():
        wanted = torch.nn.ModuleList([Generator(shape), Embedder(shape)]).state_dict()
        if {k: v.shape for k, v in wanted.items()} == {k: v.shape for k, v in state.items()}:
            return shape
    raise ValueError(f"these weights fit none of the shapes {', '.join(SHAPES)}")


def halved(networks: torch.nn.ModuleList) -> dict[str, torch.Tensor]:
    """The state of generator and embedder, large parts as halves."""
    return {k: v.half() if v.is_floating_point() and v.numel() > 64 else v for k, v in networks.state_dict().items()}
