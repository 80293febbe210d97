"""Where training computes: a GPU where there is one, else the processor."""

import argparse
from contextlib import AbstractContextManager, nullcontext

import torch

DEVICES = ("auto", "cpu", "cuda")


def add_device(arguments: argparse.ArgumentParser) -> None:
    arguments.add_argument("--device", choices=DEVICES, default="auto", help="what computes; auto takes a GPU where PyTorch finds one")


def device_of(name: str) -> torch.device:
    """One of DEVICES as a device. Raises SystemExit where a GPU is asked for and there is none."""
    found = torch.cuda.is_available()
    if name == "cuda" and not found:
        raise SystemExit("--device cuda: PyTorch finds no GPU here; --device cpu does without")
    # With its number: a device without one is none that a tensor names as its own.
    return torch.device("cuda", torch.cuda.current_device()) if found and name != "cpu" else torch.device("cpu")


def halves(device: torch.device, on: bool = True) -> AbstractContextManager:
    """Within it, convolutions and products compute in bfloat16."""
    return torch.autocast(device.type, torch.bfloat16) if on else nullcontext()


def wholes(device: torch.device) -> AbstractContextManager:
    """Within it, all is computed in float32, whatever is around it."""
    return torch.autocast(device.type, enabled=False) if device.type in DEVICES else nullcontext()


def wait_for(device: torch.device) -> None:
    """Until all that a GPU was given is done: only then does a clock tell what it took."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
