"""Random weights in which nothing is trivially one or zero."""

import torch


def randomise_scales_and_statistics(module: torch.nn.Module, seed: int) -> None:
    """Move what initialisation leaves at one or zero.

    Every one-dimensional floating-point parameter gets ``0.1 * randn`` added; every
    ``running_mean`` too; every ``running_var`` is multiplied by a number from 0.5 to 1.5. A scale
    of one, a bias of zero or unit statistics would hide a forgotten multiplication or addition.

    Parameters
    ----------
    module : torch.nn.Module
        Changed in place.
    seed : int
        Of the noise; independent of the initialisation's.
    """
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in module.parameters():
            if parameter.ndim == 1 and parameter.is_floating_point():
                noise = torch.randn(parameter.shape, generator=generator)
                parameter.add_(noise.to(parameter.dtype), alpha=0.1)
        for name, buffer in module.named_buffers():
            if not buffer.is_floating_point():
                continue
            if name.endswith("running_mean"):
                noise = torch.randn(buffer.shape, generator=generator)
                buffer.add_(noise.to(buffer.dtype), alpha=0.1)
            elif name.endswith("running_var"):
                factor = torch.rand(buffer.shape, generator=generator) + 0.5
                buffer.mul_(factor.to(buffer.dtype))
