"""What a run leaves on disk to go on from."""

from pathlib import Path

import torch

LATEST = "checkpoint.pt"


def save(run: Path, state: dict) -> None:
    """The file is whole or not there."""
    draft = (run / LATEST).with_suffix(".part")
    torch.save(state, draft)
    draft.rename(run / LATEST)


def load(run: Path) -> dict | None:
    """On the processor, wherever it was saved; None where the run has none."""
    file = run / LATEST
    return torch.load(file, map_location="cpu", weights_only=True) if file.exists() else None
