"""In-place operations, and a buffer that counts calls."""

import torch
from torch import nn


class InPlaceBlock(nn.Module):
    """Convolution, batch normalisation, ReLU and a residual add, all but the first in place."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)
        self.bn = nn.BatchNorm2d(channels)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.bn(self.conv(x))
        y += x
        return self.relu(y)


class InPlaceModel(nn.Module):
    """Writes into slices of what it makes, never into its input."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, padding=1)
        self.block1 = InPlaceBlock(8)
        self.block2 = InPlaceBlock(8)
        self.register_buffer("calls", torch.zeros((), dtype=torch.int64))
        self.register_buffer("average", torch.zeros(8))
        self.register_buffer("ramp", torch.linspace(0.5, 1.5, 8), persistent=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.calls.add_(1)
        x = torch.relu_(self.stem(x))
        x = self.block2(self.block1(x))
        means = x.mean(dim=(0, 2, 3))
        self.average.mul_(0.9).add_(means, alpha=0.1)
        result = torch.zeros_like(x)
        result[:, :4] = x[:, :4] * 2
        result[:, 4:].copy_(x[:, 4:])
        result.mul_(self.ramp.view(1, 8, 1, 1))
        return result - self.average.view(1, 8, 1, 1)


def make() -> tuple[nn.Module, tuple[torch.Tensor, ...]]:
    """Return the model and an image."""
    return InPlaceModel(), (torch.randn(2, 3, 12, 12),)
