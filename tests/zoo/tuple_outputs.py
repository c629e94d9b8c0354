"""Modules that pass and return tuples, and a program with repeated, None and integer outputs."""

from typing import Any

import torch
from torch import nn


class Split(nn.Module):
    """One projection, cut into two halves: a tuple between modules."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.projection = nn.Linear(width, 2 * width)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        gate, value = self.projection(x).chunk(2, dim=-1)
        return gate, value


class Gated(nn.Module):
    """Sigmoid gate; returns what it made and the gate."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.split = Split(width)
        self.out = nn.Linear(width, width)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        gate, value = self.split(x)
        gate = torch.sigmoid(gate)
        return self.out(gate * value), gate


class TupleModel(nn.Module):
    """Two gated layers and a top-k; many kinds of output."""

    def __init__(self) -> None:
        super().__init__()
        self.first = Gated(12)
        self.second = Gated(12)

    def forward(self, x: torch.Tensor, *, scale: torch.Tensor) -> Any:
        y, gate1 = self.first(x)
        y = x + y
        z, gate2 = self.second(y * scale)
        z = y + z
        values, indices = torch.topk(z, 3, dim=-1)
        return {"top": (values, indices), "gates": [gate1, gate2]}, None, z, z, z.shape[-1]


def make() -> tuple[nn.Module, dict[str, torch.Tensor]]:
    """Return the model and keyword inputs."""
    return TupleModel(), {"x": torch.randn(2, 5, 12), "scale": torch.rand(12) + 0.5}
