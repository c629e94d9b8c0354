"""Branches as torch.cond bodies, on shapes and on data, and gradients switched off inside."""

import torch
from torch import nn
from torch._higher_order_ops.while_loop import while_loop


class CondOnShape(nn.Module):
    """A branch on a symbolic size, and a part that runs without gradients."""

    def __init__(self) -> None:
        super().__init__()
        self.long = nn.Linear(8, 8)
        self.short = nn.Linear(8, 8)
        self.head = nn.Linear(8, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.cond(
            x.shape[1] > 5,
            lambda x: torch.relu(self.long(x)) + x,
            lambda x: torch.tanh(self.short(x)),
            (x,),
        )
        with torch.no_grad():
            scale = x.square().mean(-1, keepdim=True).rsqrt()
        return self.head(x * scale)


class CondOnData(nn.Module):
    """A branch on the data's mean, with weights of its own on either side."""

    def __init__(self) -> None:
        super().__init__()
        self.up = nn.Linear(8, 8)
        self.down = nn.Linear(8, 8)
        self.head = nn.Linear(8, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.cond(x.mean() > 0, lambda x: self.up(x), lambda x: torch.relu(self.down(x)), (x,))
        return self.head(x)


class NestedCond(nn.Module):
    """A branch in a branch, with two results, after a layer that is called in both branches."""

    def __init__(self) -> None:
        super().__init__()
        self.shared = nn.Linear(8, 8)
        self.head = nn.Linear(8, 4)

    def forward(self, x: torch.Tensor, flag: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        def strong(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            y = self.shared(x)
            return torch.cond(
                y.amax() > 1,
                lambda x, y: (x * y, y.softmax(-1)),
                lambda x, y: (x + y, y.sigmoid()),
                (x, y),
            )

        def weak(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            return self.shared(x).tanh(), x.cos()

        x, gate = torch.cond(flag, strong, weak, (x,))
        return self.head(x), gate.mean(-1)


class WhileLoop(nn.Module):
    """A loop that ends when the data says so."""

    def __init__(self) -> None:
        super().__init__()
        self.step = nn.Linear(8, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        (x,) = while_loop(lambda x: x.sum() < 1, lambda x: (self.step(x).relu() + 1,), (x,))
        return x


def make() -> tuple[nn.Module, tuple[torch.Tensor, ...]]:
    """Return the branch on a shape and two sequences."""
    return CondOnShape(), (torch.randn(2, 7, 8),)


def make_on_data() -> tuple[nn.Module, tuple[torch.Tensor, ...]]:
    """Return the branch on data and two sequences."""
    return CondOnData(), (torch.randn(2, 7, 8),)


def make_nested() -> tuple[nn.Module, tuple[torch.Tensor, ...]]:
    """Return the nested branches, two sequences and the outer branch's flag."""
    return NestedCond(), (torch.randn(2, 7, 8), torch.tensor(True))


def make_loop() -> tuple[nn.Module, tuple[torch.Tensor, ...]]:
    """Return the loop and two sequences."""
    return WhileLoop(), (torch.randn(2, 7, 8),)
