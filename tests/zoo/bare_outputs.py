"""A module that returns parameters and buffers as they are, beside what it computes."""

import torch
from torch import nn


class BareOutputs(nn.Module):
    """Scales a projection; hands out the scale, a view of it, its table, and a sum it keeps."""

    def __init__(self) -> None:
        super().__init__()
        self.projection = nn.Linear(6, 6)
        self.scale = nn.Parameter(torch.rand(6) + 0.5)
        self.register_buffer("table", torch.arange(6.0))
        self.register_buffer("total", torch.zeros(6))

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, ...]:
        y = self.projection(x) * self.scale
        self.total.add_(y.sum(0))
        return y, self.scale, self.scale, self.scale.detach().view(2, 3), self.table, self.total


def make() -> tuple[nn.Module, tuple[torch.Tensor, ...]]:
    """Return the model and its inputs."""
    return BareOutputs(), (torch.randn(4, 6),)
