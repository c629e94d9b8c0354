"""A GPT-2 block on 1 x 64 x 768 as one flat module."""

import torch
from torch import Tensor, nn
from torch.nn import functional


class Model(nn.Module):
    """Attention and feed-forward with a norm before each and a residual around each."""

    def __init__(self, width: int = 768, heads: int = 12) -> None:
        super().__init__()
        self.heads = heads
        self.ln_1 = nn.LayerNorm(width)
        self.c_attn = nn.Linear(width, 3 * width)
        self.attn_proj = nn.Linear(width, width)
        self.ln_2 = nn.LayerNorm(width)
        self.c_fc = nn.Linear(width, 4 * width)
        self.mlp_proj = nn.Linear(4 * width, width)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Apply the block."""
        batch, length, width = x.shape
        parts = self.c_attn(self.ln_1(x)).split(width, 2)
        shape = (batch, length, self.heads, width // self.heads)
        q, k, v = (part.view(shape).transpose(1, 2) for part in parts)
        probs = torch.softmax(q @ k.transpose(-2, -1) * 0.125 + mask, -1)
        context = (probs @ v).transpose(1, 2).reshape(batch, length, width)
        x = x + self.attn_proj(context)
        hidden = functional.gelu(self.c_fc(self.ln_2(x)), approximate="tanh")
        return x + self.mlp_proj(hidden)


def get_inputs() -> list[Tensor]:
    """Return one call's inputs."""
    return [torch.randn(1, 64, 768), torch.zeros(1, 1, 64, 64)]


def get_init_inputs() -> list[object]:
    """Return the constructor's arguments."""
    return []
