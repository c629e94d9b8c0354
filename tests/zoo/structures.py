"""Structures that other libraries are made of, each in a small module."""

from typing import Any

import torch
from torch import nn
from torch.nn import functional

Made = tuple[nn.Module, Any]


class VectorQuantizer(nn.Module):
    """The nearest code of a codebook; gradients pass straight through."""

    def __init__(self) -> None:
        super().__init__()
        self.encode = nn.Linear(8, 4)
        self.codes = nn.Parameter(torch.randn(12, 4))
        self.decode = nn.Linear(4, 8)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, ...]:
        z = self.encode(x)
        nearest = torch.cdist(z, self.codes).argmin(-1)
        code = functional.embedding(nearest, self.codes)
        loss = functional.mse_loss(code.detach(), z) + functional.mse_loss(code, z.detach())
        return self.decode(z + (code - z).detach()), nearest, loss


class FourierOperator(nn.Module):
    """Layers that mix the low frequencies by complex weights."""

    def __init__(self) -> None:
        super().__init__()
        self.lift = nn.Linear(3, 8)
        self.weights = nn.ParameterList(
            [nn.Parameter(torch.randn(8, 8, 3, 3, dtype=torch.cfloat) / 8) for _ in range(3)]
        )
        self.convolutions = nn.ModuleList([nn.Conv2d(8, 8, 1) for _ in range(3)])
        self.project = nn.Linear(8, 1)

    def forward(self, field: torch.Tensor) -> torch.Tensor:
        places = torch.linspace(0, 1, 12)
        grid = torch.stack(torch.meshgrid(places, places, indexing="ij"), -1)
        x = torch.cat([field, grid.expand(field.shape[0], -1, -1, -1)], -1)
        x = self.lift(x).permute(0, 3, 1, 2)
        for weight, convolution in zip(self.weights, self.convolutions, strict=True):
            waves = torch.fft.rfft2(x)
            mixed = torch.zeros_like(waves)
            mixed[..., :3, :3] = torch.einsum("bixy,ioxy->boxy", waves[..., :3, :3], weight)
            x = functional.gelu(torch.fft.irfft2(mixed * 1j, s=(12, 12)) + convolution(x))
        return self.project(x.permute(0, 2, 3, 1))


class EdgeConvolutions(nn.Module):
    """Each point's nearest neighbours, found anew in every layer."""

    def __init__(self) -> None:
        super().__init__()
        self.start = nn.Sequential(nn.Conv1d(3, 16, 1), nn.BatchNorm1d(16), nn.ReLU())
        self.edges = nn.ModuleList(
            [
                nn.Sequential(nn.Conv2d(32, 16, 1), nn.BatchNorm2d(16), nn.LeakyReLU(0.2))
                for _ in range(2)
            ]
        )
        self.classify = nn.Linear(16, 5)

    def forward(self, points: torch.Tensor) -> torch.Tensor:
        x = self.start(points)
        for edge in self.edges:
            rows = x.transpose(1, 2)
            squares = rows.pow(2).sum(-1, keepdim=True)
            distances = squares - 2 * rows @ x + squares.transpose(1, 2)
            near = distances.topk(4, largest=False).indices
            first = torch.arange(x.shape[0])[:, None, None] * x.shape[2]
            neighbours = rows.flatten(0, 1)[near + first]
            centre = rows[:, :, None].expand_as(neighbours)
            x = edge(torch.cat([neighbours - centre, centre], -1).permute(0, 3, 1, 2)).amax(-1)
        return self.classify(x.mean(-1))


class Quantised(nn.Module):
    """Weights of eight and of four bits, one of them read in two ways."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("bytes", torch.randint(-127, 127, (8, 16), dtype=torch.int8))
        self.register_buffer("nibbles", torch.randint(0, 255, (8, 8), dtype=torch.uint8))
        self.register_buffer("scale", torch.rand(8) / 50)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, ...]:
        step = x.abs().amax(-1, keepdim=True) / 127
        rounded = torch.clamp(torch.round(x / step), -128, 127).to(torch.int8)
        whole = torch.matmul(rounded.to(torch.int32), self.bytes.t().to(torch.int32))
        half = x.to(torch.bfloat16) @ self.bytes.t().to(torch.bfloat16)
        pairs = torch.stack([self.nibbles & 15, self.nibbles >> 4], -1).flatten(1)
        return whole * step * self.scale, half.float(), x @ (pairs.to(x.dtype) - 8).t()


class Recommender(nn.Module):
    """Bags of ids with offsets and weights, crossed with numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.bag = nn.EmbeddingBag(20, 8, mode="sum")
        self.history = nn.EmbeddingBag(20, 8, mode="mean")
        self.numbers = nn.Sequential(nn.Linear(4, 8), nn.ReLU())
        self.top = nn.Sequential(nn.Linear(11, 8), nn.ReLU(), nn.Linear(8, 1), nn.Sigmoid())

    def forward(
        self,
        ids: torch.Tensor,
        offsets: torch.Tensor,
        weights: torch.Tensor,
        history: torch.Tensor,
        numbers: torch.Tensor,
    ) -> torch.Tensor:
        dense = self.numbers(numbers)
        parts = [dense, self.bag(ids, offsets, per_sample_weights=weights), self.history(history)]
        stacked = torch.stack(parts, 1)
        crossed = torch.bmm(stacked, stacked.transpose(1, 2))
        rows, columns = torch.tril_indices(3, 3, offset=-1)
        return self.top(torch.cat([dense, crossed[:, rows, columns]], 1)).squeeze(1)


class AttentiveDecoder(nn.Module):
    """A recurrent decoder that looks at all that was read, step by step."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(20, 8)
        self.encoder = nn.GRU(8, 8, batch_first=True, bidirectional=True)
        self.decoder = nn.GRUCell(24, 16)
        self.look = nn.Linear(32, 16)
        self.score = nn.Linear(16, 1, bias=False)
        self.classify = nn.Linear(16, 20)

    def forward(self, source: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        read, _ = self.encoder(self.embedding(source))
        state = read.mean(1)
        logits = []
        for step in range(target.shape[1]):
            pairs = torch.cat([read, state[:, None].expand_as(read)], -1)
            attention = self.score(torch.tanh(self.look(pairs))).softmax(1)
            token = self.embedding(target[:, step])
            state = self.decoder(torch.cat([token, (attention * read).sum(1)], -1), state)
            logits.append(self.classify(state))
        return torch.stack(logits, 1)


def make_vector_quantizer() -> Made:
    """Return the quantizer and two sequences."""
    return VectorQuantizer(), (torch.randn(2, 5, 8),)


def make_fourier_operator() -> Made:
    """Return the operator and two fields."""
    return FourierOperator(), (torch.randn(2, 12, 12, 1),)


def make_edge_convolutions() -> Made:
    """Return the network and two clouds of points."""
    return EdgeConvolutions(), (torch.randn(2, 3, 10),)


def make_quantised() -> Made:
    """Return the module and three rows."""
    return Quantised(), (torch.randn(3, 16),)


def make_recommender() -> Made:
    """Return the recommender and two users."""
    return Recommender(), (
        torch.randint(0, 20, (9,)),
        torch.tensor([0, 4]),
        torch.rand(9),
        torch.randint(0, 20, (2, 5)),
        torch.randn(2, 4),
    )


def make_attentive_decoder() -> Made:
    """Return the decoder and two pairs of sentences."""
    return AttentiveDecoder(), (torch.randint(0, 20, (2, 5)), torch.randint(0, 20, (2, 4)))
