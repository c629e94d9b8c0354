"""What gets exported: a module and the way to make its inputs."""

from dataclasses import dataclass, field
from typing import Any

import torch

Arguments = tuple[tuple[Any, ...], dict[str, Any]]


@dataclass
class Subject:
    """A module with its inputs.

    Attributes
    ----------
    module : torch.nn.Module
        In the mode (eval or train) that it is exported in.
    inputs : tuple
        ``(args, kwargs)`` whose leaves have a ``draw`` method (see `exporter.inputs`).
    first : tuple or None
        ``(args, kwargs)`` of the first seed, where the user gave them; None draws those as well.
    source : dict
        Where the module came from, for the record.
    """

    module: torch.nn.Module
    inputs: Arguments
    first: Arguments | None = None
    source: dict[str, Any] = field(default_factory=dict)

    def arguments(self, seed: int, is_first: bool) -> Arguments:
        """Return ``(args, kwargs)`` for a seed, as tensors that nobody else holds."""
        if is_first and self.first is not None:
            return torch.utils._pytree.tree_map_only(torch.Tensor, torch.clone, self.first)
        generator = torch.Generator().manual_seed(seed)
        is_leaf = lambda leaf: hasattr(leaf, "draw")  # noqa: E731
        return torch.utils._pytree.tree_map(
            lambda leaf: leaf.draw(generator), self.inputs, is_leaf=is_leaf
        )
