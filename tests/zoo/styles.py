"""The ways people write modules: functional code, containers, losses, tuples, dictionaries."""

import math
from typing import Any

import torch
from torch import nn
from torch.nn import functional

Made = tuple[nn.Module, Any]


class FunctionalMlp(nn.Module):
    """Parameters of its own and functions: no child module at all."""

    def __init__(self) -> None:
        super().__init__()
        self.w1 = nn.Parameter(torch.randn(32, 16) / 4)
        self.b1 = nn.Parameter(torch.randn(32))
        self.w2 = nn.Parameter(torch.randn(16, 32) / 6)
        self.scale = nn.Parameter(torch.ones(16))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = functional.gelu(x @ self.w1.t() + self.b1)
        h = functional.linear(h, self.w2)
        h = h / h.norm(dim=-1, keepdim=True).clamp_min(1e-6) * self.scale
        return x + functional.softmax(h, dim=-1) * math.sqrt(16)


class FunctionalAttention(nn.Module):
    """Attention by einsum, twice, with a residual; no frames inside."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.ParameterList([nn.Parameter(torch.randn(3, 4, 16, 4) / 4) for _ in range(2)])
        self.out = nn.ParameterList([nn.Parameter(torch.randn(4, 4, 16) / 4) for _ in range(2)])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for qkv, out in zip(self.qkv, self.out, strict=True):
            q, k, v = torch.einsum("bsd,thde->tbhse", x, qkv).unbind(0)
            scores = torch.einsum("bhse,bhte->bhst", q, k) / 2.0
            scores = scores.masked_fill(
                torch.ones(x.shape[1], x.shape[1], dtype=torch.bool).triu(1), float("-inf")
            )
            x = x + torch.einsum("bhst,bhte,hed->bsd", scores.softmax(-1), v, out)
        return x


class SequentialStack(nn.Module):
    """Only containers: Sequential in Sequential."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            *[
                nn.Sequential(nn.Linear(16, 16), nn.LayerNorm(16), nn.ReLU(), nn.Dropout(0.1))
                for _ in range(4)
            ],
            nn.Linear(16, 3),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.body(x)


class LossOutput(nn.Module):
    """Logits and a loss; targets are an input."""

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(12, 24), nn.Tanh(), nn.Linear(24, 5))

    def forward(self, x: torch.Tensor, target: torch.Tensor) -> dict[str, torch.Tensor]:
        logits = self.net(x)
        loss = functional.cross_entropy(logits, target, label_smoothing=0.1)
        return {"loss": loss, "logits": logits, "prediction": logits.argmax(-1)}


class HingeLoss(nn.Module):
    """No parameter at all: arithmetic and clamps on predictions and targets."""

    def forward(self, predictions: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        return torch.mean(torch.clamp(1 - predictions * targets, min=0))


class TripletLoss(nn.Module):
    """A module that is a loss."""

    def __init__(self) -> None:
        super().__init__()
        self.loss = nn.TripletMarginLoss(margin=1.0)

    def forward(self, a: torch.Tensor, p: torch.Tensor, n: torch.Tensor) -> torch.Tensor:
        return self.loss(a, p, n)


class TreesInAndOut(nn.Module):
    """Dictionaries, lists and numbers as inputs and outputs; one output is an input."""

    def __init__(self) -> None:
        super().__init__()
        self.left = nn.Linear(8, 8)
        self.right = nn.Linear(8, 8)

    def forward(self, batch: dict, extra: tuple) -> dict:
        a = self.left(batch["a"])
        b = self.right(batch["b"]) + extra[1]
        return {"sum": a + b, "parts": [a, (b, extra[0])], "count": 2, "none": None, "same": a}


class MultiplyAndScale(nn.Module):
    """Linear, scale, residual scale, clamp, logsumexp, mish: a chain of pointwise operations."""

    def __init__(self) -> None:
        super().__init__()
        self.matmul = nn.Linear(16, 32)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.matmul(x)
        x = x * 2.0
        x = x + x
        x = torch.clamp(x, -10.0, 10.0)
        x = torch.logsumexp(x, dim=1, keepdim=True)
        return x * functional.mish(x)


class ConvStack(nn.Module):
    """Three-dimensional convolutions, group norm, min, mean, transposed convolution."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv3d(3, 8, 3, padding=1)
        self.group_norm = nn.GroupNorm(4, 8)
        self.up = nn.ConvTranspose3d(8, 4, 2, stride=2)
        self.bias = nn.Parameter(torch.randn(4, 1, 1, 1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = functional.hardswish(self.group_norm(self.conv(x)))
        x = self.up(functional.max_pool3d(x, 2)) + self.bias
        x = torch.min(x, dim=2)[0]
        return torch.logsumexp(x, dim=1, keepdim=True).sigmoid().mean(dim=(2, 3))


class Cumulative(nn.Module):
    """Scans: cumulative sums and products, reversed, exclusive, masked."""

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, ...]:
        forwards = torch.cumsum(x * mask, dim=1)
        backwards = torch.flip(torch.cumsum(torch.flip(x, [1]), dim=1), [1])
        exclusive = torch.cat([torch.zeros_like(x[:, :1]), torch.cumsum(x, 1)[:, :-1]], dim=1)
        return forwards, backwards, exclusive, torch.cumprod(x, dim=1)


class IntegerOutputs(nn.Module):
    """Results that are indices, counts and booleans."""

    def __init__(self) -> None:
        super().__init__()
        self.scores = nn.Linear(8, 6)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, ...]:
        scores = self.scores(x)
        values, indices = torch.topk(scores, 2, dim=-1)
        order = torch.argsort(scores, dim=-1, descending=True)
        return values, indices, order, (scores > 0).sum(-1), scores.isfinite().all()


class SharedLayers(nn.Module):
    """One block called three times, one weight used twice, a list of blocks run backwards."""

    def __init__(self) -> None:
        super().__init__()
        self.block = nn.Sequential(
            nn.Linear(16, 32), nn.GELU(), nn.Linear(32, 16), nn.LayerNorm(16)
        )
        self.blocks = nn.ModuleList([nn.Linear(16, 16) for _ in range(3)])
        self.embedding = nn.Embedding(20, 16)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        x = self.embedding(tokens)
        for _ in range(3):
            x = x + self.block(x)
        for layer in reversed(self.blocks):
            x = torch.relu(layer(x))
        return functional.linear(x, self.embedding.weight)


class MixtureByMask(nn.Module):
    """Experts in a Python loop, each on all tokens, weighted by a router."""

    def __init__(self) -> None:
        super().__init__()
        self.router = nn.Linear(16, 4)
        self.experts = nn.ModuleList(
            [nn.Sequential(nn.Linear(16, 32), nn.SiLU(), nn.Linear(32, 16)) for _ in range(4)]
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        gates = self.router(x).softmax(-1)
        top, index = gates.topk(2, dim=-1)
        gates = torch.zeros_like(gates).scatter(-1, index, top / top.sum(-1, keepdim=True))
        out = torch.zeros_like(x)
        for place, expert in enumerate(self.experts):
            out = out + gates[..., place : place + 1] * expert(x)
        return out


class WindowedImage(nn.Module):
    """Unfold, roll, pixel shuffle, interpolation and grid sampling."""

    def __init__(self) -> None:
        super().__init__()
        self.mix = nn.Conv2d(12, 12, 1)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        x = functional.pixel_unshuffle(image, 2)
        x = torch.roll(self.mix(x), (1, -1), (2, 3))
        x = functional.pixel_shuffle(x, 2)
        x = functional.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
        grid = functional.affine_grid(torch.eye(2, 3)[None] * 0.9, [1, 3, 8, 8])
        return functional.grid_sample(x, grid, align_corners=False) + functional.avg_pool2d(
            image, 2
        )


class KeywordInputs(nn.Module):
    """Keyword inputs, an optional one left out, a flag."""

    def __init__(self) -> None:
        super().__init__()
        self.proj = nn.Linear(8, 8)

    def forward(
        self,
        x: torch.Tensor,
        mask: torch.Tensor | None = None,
        scale: float = 1.0,
        flag: bool = False,
    ) -> torch.Tensor:
        x = self.proj(x) * scale
        if mask is not None:
            x = x.masked_fill(mask, 0.0)
        return x.sum(1) if flag else x


class RandomNoise(nn.Module):
    """Noise drawn in eval mode, as variational models do."""

    def __init__(self) -> None:
        super().__init__()
        self.encode = nn.Linear(8, 8)
        self.decode = nn.Linear(4, 8)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, ...]:
        mean, log_variance = self.encode(x).chunk(2, dim=-1)
        z = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
        return self.decode(z), mean, log_variance


def make_functional_mlp() -> Made:
    """Return the network and three rows."""
    return FunctionalMlp(), (torch.randn(3, 16),)


def make_functional_attention() -> Made:
    """Return the attention and two sequences."""
    return FunctionalAttention(), (torch.randn(2, 5, 16),)


def make_sequential() -> Made:
    """Return the stack and four rows."""
    return SequentialStack(), (torch.randn(4, 16),)


def make_loss() -> Made:
    """Return the network, six rows and their classes."""
    return LossOutput(), (torch.randn(6, 12), torch.randint(0, 5, (6,)))


def make_hinge() -> Made:
    """Return the loss, predictions and signs."""
    return HingeLoss(), (torch.randn(8, 1), torch.randint(0, 2, (8, 1)).float() * 2 - 1)


def make_triplet() -> Made:
    """Return the loss and three batches."""
    return TripletLoss(), tuple(torch.randn(4, 8) for _ in range(3))


def make_trees() -> Made:
    """Return the module, a dictionary and a tuple."""
    return TreesInAndOut(), ({"a": torch.randn(2, 8), "b": torch.randn(2, 8)}, (torch.randn(2), 3))


def make_scale() -> Made:
    """Return the chain and four rows."""
    return MultiplyAndScale(), (torch.randn(4, 16),)


def make_conv3d() -> Made:
    """Return the stack and a volume."""
    return ConvStack(), (torch.randn(1, 3, 8, 8, 8),)


def make_cumulative() -> Made:
    """Return the scans, three rows and a mask."""
    return Cumulative(), (torch.randn(3, 10), torch.rand(3, 10) > 0.5)


def make_integers() -> Made:
    """Return the module and three rows."""
    return IntegerOutputs(), (torch.randn(3, 8),)


def make_shared() -> Made:
    """Return the module and two sentences."""
    return SharedLayers(), (torch.randint(0, 20, (2, 5)),)


def make_experts() -> Made:
    """Return the mixture and two sequences."""
    return MixtureByMask(), (torch.randn(2, 5, 16),)


def make_image() -> Made:
    """Return the module and an image."""
    return WindowedImage(), (torch.randn(1, 3, 16, 16),)


def make_keywords() -> Made:
    """Return the module and its keyword inputs."""
    return KeywordInputs(), {
        "x": torch.randn(2, 3, 8),
        "mask": torch.rand(2, 3, 8) > 0.7,
        "flag": True,
    }


def make_random() -> Made:
    """Return the module and three rows."""
    return RandomNoise(), (torch.randn(3, 8),)
