"""The block by calls of its children."""

from children.kernels import Attention, Mlp, Norm
from torch import Tensor, nn


class RefactoredModel(nn.Module):
    """The block."""

    def __init__(self) -> None:
        super().__init__()
        self.ln_1 = Norm()
        self.attn = Attention()
        self.ln_2 = Norm()
        self.mlp = Mlp()

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Apply the block."""
        x = x + self.attn(self.ln_1(x), mask)
        return x + self.mlp(self.ln_2(x))
