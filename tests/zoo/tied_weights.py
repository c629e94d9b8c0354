"""A language model whose embedding and output projection share one weight."""

import torch
from torch import nn
from torch.nn import functional


class FeedForward(nn.Module):
    """Widen, GELU, narrow."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.wide = nn.Linear(width, 2 * width)
        self.narrow = nn.Linear(2 * width, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.narrow(functional.gelu(self.wide(x)))


class TiedModel(nn.Module):
    """Embedding, two residual feed-forwards of which one object is called twice, tied head."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(50, 16)
        self.body = FeedForward(16)
        self.norm = nn.LayerNorm(16)
        self.head = nn.Linear(16, 50, bias=False)
        self.head.weight = self.embedding.weight

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        x = self.embedding(ids)
        x = x + self.body(x)
        x = x + self.body(x)
        return self.head(self.norm(x))


def make() -> tuple[nn.Module, tuple[torch.Tensor, ...]]:
    """Return the model and two sentences of eight tokens."""
    ids = torch.randint(0, 50, (2, 8))
    ids[0, 0], ids[0, 1] = 0, 49
    return TiedModel(), (ids,)
