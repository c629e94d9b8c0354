"""Batch normalisation in training mode: running statistics and a counter are written."""

import torch
from torch import nn


class ConvNormAct(nn.Module):
    """Convolution, batch normalisation, ReLU."""

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels_in, channels_out, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(channels_out)
        self.act = nn.ReLU()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.act(self.norm(self.conv(x)))


class TrainingBatchNorm(nn.Module):
    """Three such layers, pooling and a head with a one-dimensional norm."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(ConvNormAct(3, 8), ConvNormAct(8, 8), ConvNormAct(8, 16))
        self.head = nn.Linear(16, 4)
        self.norm = nn.BatchNorm1d(4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.norm(self.head(self.layers(x).mean((2, 3))))


def make() -> tuple[nn.Module, tuple[torch.Tensor, ...]]:
    """Return the network and four images."""
    return TrainingBatchNorm(), (torch.randn(4, 3, 12, 12),)
