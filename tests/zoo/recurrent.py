"""Recurrent networks: fused LSTM and GRU, and cells in a Python loop."""

import torch
from torch import nn


class LstmTagger(nn.Module):
    """Embedding, a bidirectional LSTM of two layers, a linear layer for every token."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(50, 16)
        self.lstm = nn.LSTM(16, 24, num_layers=2, batch_first=True, bidirectional=True)
        self.head = nn.Linear(48, 5)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        states, _ = self.lstm(self.embedding(tokens))
        return self.head(states)


class GruClassifier(nn.Module):
    """A GRU over features; the last state decides."""

    def __init__(self) -> None:
        super().__init__()
        self.gru = nn.GRU(12, 24, batch_first=True)
        self.norm = nn.LayerNorm(24)
        self.head = nn.Linear(24, 4)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        _, last = self.gru(features)
        return self.head(self.norm(last[0]))


class CellLoop(nn.Module):
    """LSTM cells called step by step; all states are stacked."""

    def __init__(self) -> None:
        super().__init__()
        self.cell = nn.LSTMCell(8, 16)
        self.head = nn.Linear(16, 3)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        hidden = features.new_zeros(features.shape[0], 16)
        cell = features.new_zeros(features.shape[0], 16)
        states = []
        for step in range(features.shape[1]):
            hidden, cell = self.cell(features[:, step], (hidden, cell))
            states.append(hidden)
        return self.head(torch.stack(states, dim=1))


class VanillaLoop(nn.Module):
    """A recurrence spelled out: the hidden state is a buffer that carries over between calls."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("hidden", torch.zeros(2, 16))
        self.i2h = nn.Linear(8 + 16, 16)
        self.h2o = nn.Linear(16, 3)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        hidden = self.hidden
        outputs = []
        for step in range(features.shape[1]):
            hidden = torch.tanh(self.i2h(torch.cat([features[:, step], hidden], dim=1)))
            outputs.append(self.h2o(hidden))
        return torch.stack(outputs, dim=1)


def make_lstm() -> tuple[nn.Module, tuple[torch.Tensor, ...]]:
    """Return the tagger and two sentences."""
    return LstmTagger(), (torch.randint(0, 50, (2, 7)),)


def make_gru() -> tuple[nn.Module, tuple[torch.Tensor, ...]]:
    """Return the classifier and two sequences."""
    return GruClassifier(), (torch.randn(2, 7, 12),)


def make_cells() -> tuple[nn.Module, tuple[torch.Tensor, ...]]:
    """Return the loop over cells and two sequences."""
    return CellLoop(), (torch.randn(2, 6, 8),)


def make_loop() -> tuple[nn.Module, tuple[torch.Tensor, ...]]:
    """Return the spelled-out recurrence and two sequences."""
    return VanillaLoop(), (torch.randn(2, 6, 8),)
