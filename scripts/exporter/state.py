"""What a forward pass leaves changed behind it, and how to undo it."""

from dataclasses import dataclass

import torch

from exporter.errors import ExportError


@dataclass
class _Buffer:
    owner: torch.nn.Module
    attribute: str
    tensor: torch.Tensor
    version: int
    copy: torch.Tensor


class State:
    """The buffers of a module as they were when this was made.

    Parameters are not copied (they may be gigabytes): writing one is refused instead.
    """

    def __init__(self, module: torch.nn.Module) -> None:
        self._buffers: dict[str, _Buffer] = {}
        for prefix, owner in module.named_modules():
            for attribute, tensor in owner._buffers.items():
                if tensor is not None:
                    name = f"{prefix}.{attribute}" if prefix else attribute
                    copy = tensor.detach().clone()
                    self._buffers[name] = _Buffer(owner, attribute, tensor, tensor._version, copy)
        self._parameters = {
            name: (tensor, tensor._version) for name, tensor in module.named_parameters()
        }

    def mutated(self) -> dict[str, torch.Tensor]:
        """Return copies of the buffers that were written or replaced since, by name.

        A table that was made anew, with the same elements or for another length, is no change that
        a program could make: it writes into buffers, and these have one shape.
        """
        for name, (tensor, version) in self._parameters.items():
            if tensor._version != version:
                raise ExportError(
                    "export.mutation",
                    f"{name}: forward may not write a parameter; make it a buffer",
                )
        return {
            name: buffer.owner._buffers[buffer.attribute].detach().clone()
            for name, buffer in self._buffers.items()
            if _is_changed(buffer) and not _is_made_anew(buffer)
        }

    def restore(self) -> None:
        """Bring every buffer back to what it was."""
        with torch.no_grad():
            for buffer in self._buffers.values():
                if _is_changed(buffer):
                    buffer.tensor.copy_(buffer.copy)
                    buffer.owner._buffers[buffer.attribute] = buffer.tensor
                    buffer.version = buffer.tensor._version


def has_same_bits(first: torch.Tensor, second: torch.Tensor) -> bool:
    """Tell whether two tensors agree in dtype, shape and every bit (NaN equals itself)."""
    if first.shape != second.shape or first.dtype != second.dtype:
        return False
    return torch.equal(
        first.detach().contiguous().flatten().view(torch.uint8),
        second.detach().contiguous().flatten().view(torch.uint8),
    )


def _is_made_anew(buffer: _Buffer) -> bool:
    current = buffer.owner._buffers[buffer.attribute]
    if current is buffer.tensor:
        return False
    return current.shape != buffer.copy.shape or has_same_bits(current, buffer.copy)


def _is_changed(buffer: _Buffer) -> bool:
    current = buffer.owner._buffers[buffer.attribute]
    if current is not buffer.tensor or current._version != buffer.version:
        return True
    # Training batch normalisation writes running statistics without raising their version.
    return not has_same_bits(current, buffer.copy)
