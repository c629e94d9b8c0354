"""Residual blocks of one class, some of which have a downsampling branch."""

import torch
from torch import nn


class ResidualBlock(nn.Module):
    """Two convolutions; the shortcut is projected where shape or width change."""

    def __init__(self, channels_in: int, channels_out: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels_in, channels_out, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels_out)
        self.conv2 = nn.Conv2d(channels_out, channels_out, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels_out)
        self.has_downsample = stride != 1 or channels_in != channels_out
        if self.has_downsample:
            self.downsample = nn.Sequential(
                nn.Conv2d(channels_in, channels_out, 1, stride, bias=False),
                nn.BatchNorm2d(channels_out),
            )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        shortcut = self.downsample(x) if self.has_downsample else x
        y = torch.relu(self.bn1(self.conv1(x)))
        return torch.relu(self.bn2(self.conv2(y)) + shortcut)


class DownsampleModel(nn.Module):
    """Four blocks, two of them with a downsampling branch."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, padding=1)
        self.blocks = nn.Sequential(
            ResidualBlock(8, 8, 1),
            ResidualBlock(8, 16, 2),
            ResidualBlock(16, 16, 1),
            ResidualBlock(16, 32, 2),
        )
        self.fc = nn.Linear(32, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.blocks(self.stem(x))
        return self.fc(x.mean(dim=(2, 3)))


def make() -> tuple[nn.Module, tuple[torch.Tensor, ...]]:
    """Return the network and an image."""
    return DownsampleModel(), (torch.randn(1, 3, 16, 16),)
