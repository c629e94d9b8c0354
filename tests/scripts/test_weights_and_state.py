"""Randomised weights, and the undoing of what a forward pass changes."""

import pytest
import torch
from torch import nn

from exporter.errors import ExportError
from exporter.state import State
from exporter.weights import randomise_scales_and_statistics


def test_no_scale_stays_one_and_no_bias_zero() -> None:
    module = nn.Sequential(nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4), nn.LayerNorm(4))
    matrix = module[0].weight.clone()
    randomise_scales_and_statistics(module, seed=1)
    norm = module[1]
    for tensor in (norm.weight, norm.running_var, module[2].weight):
        assert (tensor != 1).all()
        assert (tensor > 0).all()
    for tensor in (norm.bias, norm.running_mean, module[2].bias):
        assert (tensor != 0).all()
    assert torch.equal(module[0].weight, matrix)


def test_the_seed_decides_the_noise() -> None:
    first, second, third = (nn.LayerNorm(8) for _ in range(3))
    for module, seed in ((first, 1), (second, 1), (third, 2)):
        randomise_scales_and_statistics(module, seed)
    assert torch.equal(first.weight, second.weight)
    assert not torch.equal(first.weight, third.weight)


class Counter(nn.Module):
    """Writes one buffer in place, replaces a second, reads a third."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("written", torch.zeros(2))
        self.register_buffer("replaced", torch.zeros(()), persistent=False)
        self.register_buffer("read", torch.ones(2))

    def forward(self) -> torch.Tensor:
        self.written.add_(self.read)
        self.replaced = self.replaced + 1
        return self.written


def test_written_and_replaced_buffers_are_reported_and_restored() -> None:
    module = nn.Sequential()
    module.add_module("inner", Counter())
    state = State(module)
    assert state.mutated() == {}
    for _ in range(2):
        module.inner()
        mutated = state.mutated()
        assert sorted(mutated) == ["inner.replaced", "inner.written"]
        assert mutated["inner.written"].tolist() == [1, 1]
        assert mutated["inner.replaced"].item() == 1
        state.restore()
        assert state.mutated() == {}
        assert module.inner.written.tolist() == [0, 0]
        assert module.inner.replaced.item() == 0


def test_a_table_made_anew_is_no_change() -> None:
    module = torch.nn.Module()
    module.register_buffer("table", torch.arange(4.0))
    state = State(module)
    module.table = torch.arange(4.0)
    assert state.mutated() == {}
    module.table = torch.arange(6.0)
    assert state.mutated() == {}
    state.restore()
    assert module.table.shape == (4,)


def test_writing_a_parameter_is_refused() -> None:
    module = nn.Linear(2, 2)
    state = State(module)
    with torch.no_grad():
        module.weight.mul_(2)
    with pytest.raises(ExportError, match=r"\[export.mutation\] weight"):
        state.mutated()
