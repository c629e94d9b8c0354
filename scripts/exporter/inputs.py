"""Inputs of a module: how each is drawn anew for a seed."""

from dataclasses import dataclass
from typing import Any

import torch

Input = Any


@dataclass(frozen=True)
class Drawn:
    """A tensor that every seed draws afresh.

    Floats are normal with ``mean`` and ``deviation``, kept within ``low`` and ``high`` where
    these are given. Integers and booleans are uniform over ``low`` to ``high`` inclusive;
    ``ascending`` ones are sorted, and start at ``low``. Where ``strides`` are given, it lies in
    memory like that.
    """

    shape: tuple[int, ...]
    dtype: torch.dtype
    low: float | None = None
    high: float | None = None
    mean: float = 0.0
    deviation: float = 1.0
    ascending: bool = False
    strides: tuple[int, ...] | None = None

    def draw(self, generator: torch.Generator) -> torch.Tensor:
        """Return a new tensor."""
        drawn = self._draw_contiguous(generator)
        if self.strides is None:
            return drawn
        return torch.empty_strided(self.shape, self.strides, dtype=self.dtype).copy_(drawn)

    def _draw_contiguous(self, generator: torch.Generator) -> torch.Tensor:
        if not (self.dtype.is_floating_point or self.dtype.is_complex):
            low, high = int(self.low or 0), int(self.high or 0)
            drawn = torch.randint(low, high + 1, self.shape, generator=generator)
            if self.ascending:
                drawn = drawn.sort().values
                drawn[0] = low
            return drawn.to(self.dtype)
        drawn = torch.randn(self.shape, generator=generator) * self.deviation + self.mean
        if self.low is not None or self.high is not None:
            drawn = drawn.clamp(self.low, self.high)
        return drawn.to(self.dtype)


@dataclass(frozen=True)
class Fixed:
    """A value that is the same for every seed: masks, flags, None."""

    value: Input

    def draw(self, generator: torch.Generator) -> Input:
        """Return the value, as a copy where it is a tensor."""
        del generator
        return self.value.clone() if isinstance(self.value, torch.Tensor) else self.value


@dataclass(frozen=True)
class Padded:
    """Token ids whose masked positions hold the padding token."""

    ids: Drawn
    mask: torch.Tensor
    padding: int

    def draw(self, generator: torch.Generator) -> torch.Tensor:
        """Return new ids."""
        return self.ids.draw(generator).masked_fill(self.mask == 0, self.padding)


@dataclass(frozen=True)
class WithImageTokens:
    """Token ids whose first ``count`` positions, and no others, hold the image's token."""

    ids: Drawn
    token: int
    count: int

    def draw(self, generator: torch.Generator) -> torch.Tensor:
        """Return new ids."""
        ids = self.ids.draw(generator)
        ids = ids.masked_fill(ids == self.token, 0 if self.token != 0 else 1)
        ids[:, : self.count] = self.token
        return ids


def drawn_like(sample: Input) -> Drawn | Fixed:
    """Say how to draw inputs like a sample: same shape and dtype, within its range.

    Floats get its mean and standard deviation; offsets stay ascending; so does the order in memory,
    channels last say. What is no tensor, or has one value throughout, stays as it is.
    """
    if not isinstance(sample, torch.Tensor) or sample.numel() == 0 or sample.dtype.is_complex:
        return Fixed(sample)
    values = sample.detach().to(torch.float64 if sample.dtype.is_floating_point else torch.int64)
    low, high = values.min().item(), values.max().item()
    if sample.numel() > 1 and low == high:
        return Fixed(sample)
    shape = tuple(sample.shape)
    strides = _strides_of(sample)
    if not sample.dtype.is_floating_point:
        ascending = values.ndim == 1 and values.numel() > 1 and bool((values.diff() >= 0).all())
        return Drawn(shape, sample.dtype, low, high, ascending=ascending, strides=strides)
    if sample.numel() == 1:
        return Drawn(shape, sample.dtype, mean=low, deviation=0.1 * abs(low) or 0.1)
    mean, deviation = values.mean().item(), values.std().item()
    return Drawn(shape, sample.dtype, low, high, mean, deviation, strides=strides)


def _strides_of(sample: torch.Tensor) -> tuple[int, ...] | None:
    """Return the strides of a tensor whose dimensions lie in another order, as a copy has them."""
    return None if sample.is_contiguous() else torch.empty_like(sample).stride()
