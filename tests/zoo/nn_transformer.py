"""PyTorch's own nn.Transformer, with a causal mask, and its encoder alone."""

import torch
from torch import nn


class Translator(nn.Module):
    """Two encoder and two decoder layers between embeddings and a head."""

    def __init__(self) -> None:
        super().__init__()
        self.source = nn.Embedding(60, 32)
        self.target = nn.Embedding(60, 32)
        self.transformer = nn.Transformer(32, 4, 2, 2, 64, batch_first=True)
        self.head = nn.Linear(32, 60)

    def forward(self, source: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        mask = nn.Transformer.generate_square_subsequent_mask(target.shape[1])
        decoded = self.transformer(
            self.source(source), self.target(target), tgt_mask=mask, tgt_is_causal=True
        )
        return self.head(decoded)


class Encoder(nn.Module):
    """nn.TransformerEncoder with a padding mask, norms first."""

    def __init__(self) -> None:
        super().__init__()
        layer = nn.TransformerEncoderLayer(32, 4, 64, batch_first=True, norm_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2, nn.LayerNorm(32), enable_nested_tensor=False)

    def forward(self, x: torch.Tensor, padding: torch.Tensor) -> torch.Tensor:
        return self.encoder(x, src_key_padding_mask=padding)


def make() -> tuple[nn.Module, tuple[torch.Tensor, ...]]:
    """Return the translator and two pairs of sentences."""
    return Translator(), (torch.randint(0, 60, (2, 9)), torch.randint(0, 60, (2, 7)))


def make_encoder() -> tuple[nn.Module, tuple[torch.Tensor, ...]]:
    """Return the encoder, two sequences and what of them is padding."""
    return Encoder(), (torch.randn(2, 9, 32), torch.arange(9)[None] >= torch.tensor([[9], [6]]))
