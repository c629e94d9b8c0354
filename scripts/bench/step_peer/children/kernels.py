"""The block's children."""

import torch
from torch import Tensor, nn
from torch.nn import functional


class Norm(nn.Module):
    """A layer norm."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(768)

    def forward(self, x: Tensor) -> Tensor:
        """Normalise."""
        return self.norm(x)


class Attention(nn.Module):
    """Attention with its projections."""

    def __init__(self) -> None:
        super().__init__()
        self.c_attn = nn.Linear(768, 2304)
        self.c_proj = nn.Linear(768, 768)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Attend."""
        parts = self.c_attn(x).split(768, 2)
        q, k, v = (part.view(1, 64, 12, 64).transpose(1, 2) for part in parts)
        probs = torch.softmax(q @ k.transpose(-2, -1) * 0.125 + mask, -1)
        return self.c_proj((probs @ v).transpose(1, 2).reshape(1, 64, 768))


class Mlp(nn.Module):
    """The feed-forward part."""

    def __init__(self) -> None:
        super().__init__()
        self.c_fc = nn.Linear(768, 3072)
        self.c_proj = nn.Linear(3072, 768)

    def forward(self, x: Tensor) -> Tensor:
        """Feed forward."""
        return self.c_proj(functional.gelu(self.c_fc(x), approximate="tanh"))
