"""Branches on shapes, as torch.cond bodies, and gradients switched off inside."""

import torch
from torch import nn


class CondOnShape(nn.Module):
    """A branch on a symbolic size, and a part that runs without gradients."""

    def __init__(self) -> None:
        super().__init__()
        self.long = nn.Linear(8, 8)
        self.short = nn.Linear(8, 8)
        self.head = nn.Linear(8, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.cond(
            x.shape[1] > 5,
            lambda x: torch.relu(self.long(x)) + x,
            lambda x: torch.tanh(self.short(x)),
            (x,),
        )
        with torch.no_grad():
            scale = x.square().mean(-1, keepdim=True).rsqrt()
        return self.head(x * scale)


class CondOnData(nn.Module):
    """A branch on the data's mean."""

    def __init__(self) -> None:
        super().__init__()
        self.up = nn.Linear(8, 8)
        self.down = nn.Linear(8, 8)
        self.head = nn.Linear(8, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.cond(x.mean() > 0, lambda x: self.up(x), lambda x: torch.relu(self.down(x)), (x,))
        return self.head(x)


def make() -> tuple[nn.Module, tuple[torch.Tensor, ...]]:
    """Return the branch on a shape and two sequences."""
    return CondOnShape(), (torch.randn(2, 7, 8),)


def make_on_data() -> tuple[nn.Module, tuple[torch.Tensor, ...]]:
    """Return the branch on data and two sequences."""
    return CondOnData(), (torch.randn(2, 7, 8),)
