"""What is usual for an embedder: the statistics that identities are told apart by."""

import torch
from torch import Tensor

from .network import Embedder
from .shards import Shard, examples_of


@torch.no_grad()
def settle(embedder: Embedder, shards: list[Shard], most: int = 160) -> None:
    """Measures them for an embedder whose weights are averages: the statistics of its last steps are not its own."""
    device = embedder.usual.device
    chosen = shards[:: max(1, len(shards) // most)]
    examples = [examples_of(shard, device) for shard in chosen]
    embedder.train()
    for norm in embedder.norms:
        norm.reset_running_stats()
    for number, start in enumerate(range(0, len(examples), 8), 1):
        for norm in embedder.norms:
            norm.momentum = 1 / number  # plain averages, without asking the device how many there were
        embedder.features(torch.cat(examples[start : start + 8]))
    for norm in embedder.norms:
        norm.momentum = 0.1
    embedder.eval()
    summaries = torch.cat([embedder.attend(*(each[None] for each in embedder.features(e))) for e in examples])
    embedder.usual.copy_(summaries.mean(0))
    embedder.spread.copy_(summaries.std(0))


def identity_share(kernels: Tensor) -> Tensor:
    """How much kernels differ between the identities of a batch, over their size: 0 says the embedder is dead."""
    return (kernels.std(0).mean() / kernels.abs().mean()).detach() if len(kernels) > 1 else kernels.new_zeros(())
