"""The record: inputs and eager outputs of several seeds, and the conditions they hold under.

``NAME.recorded.json`` (schema ``recorded_outputs/1``) describes; the tensors themselves are in
``NAME.recorded.safetensors``. Inputs are in the order of the program's user inputs, outputs in the
order of its user outputs.
"""

import json
import math
import platform
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from torch.export.graph_signature import InputKind
from torch.utils import _pytree

from exporter.archive import sha256_of
from exporter.errors import ExportError
from exporter.settings import Settings
from exporter.state import State, has_same_bits
from exporter.subject import Subject

SEEDS = 3

Tensors = dict[str, torch.Tensor]


def set_conditions(settings: Settings) -> None:
    """Fix what changes the bits of a result: threads, and PyTorch's fused encoder path (off)."""
    torch.set_num_threads(settings.threads)
    torch.backends.mha.set_fastpath_enabled(False)


def conditions(subject: Subject, settings: Settings) -> dict[str, Any]:
    """Return the conditions in effect, for the record."""
    parameters = list(subject.module.parameters())
    return {
        "torch_version": torch.__version__,
        "threads": torch.get_num_threads(),
        "cpu_capability": torch.backends.cpu.get_cpu_capability(),
        "machine": platform.machine(),
        "mkldnn": torch.backends.mkldnn.is_available() and torch.backends.mkldnn.enabled,
        "grad_mode": settings.grad,
        "training": settings.train,
        "parameters_requiring_grad": sum(parameter.requires_grad for parameter in parameters),
        "parameters": len(parameters),
        "fused_encoder_path": False,
        "deterministic_algorithms": torch.are_deterministic_algorithms_enabled(),
        "float32_matmul_precision": torch.get_float32_matmul_precision(),
    }


def record_seeds(
    subject: Subject, program: torch.export.ExportedProgram, settings: Settings
) -> tuple[dict[str, Any], Tensors]:
    """Run the module eagerly for each seed.

    Before each run, PyTorch's generator is seeded with the seed and the buffers are as exported.

    Returns
    -------
    tuple
        The ``inputs``, ``outputs``, ``seeds`` and ``exported_program`` entries of the record, and
        the tensors by key.
    """
    state = State(subject.module)
    # user_inputs holds the values of inputs that are constants, not their names.
    names = [
        spec.arg.name
        for spec in program.graph_signature.input_specs
        if spec.kind is InputKind.USER_INPUT
    ]
    tensors: Tensors = {}
    runs: list[dict[str, Any]] = []
    for index in range(SEEDS):
        args, kwargs = subject.arguments(settings.seed + index, is_first=index == 0)
        leaves = _pytree.tree_leaves((args, kwargs))
        if len(leaves) != len(names):
            raise ExportError(
                "export.record", f"inputs: the program takes {len(names)}; got {len(leaves)}"
            )
        run: dict[str, Any] = {"seed": settings.seed + index}
        run["inputs"] = _describe_all(leaves, f"seed_{index}/input", tensors)
        try:
            outputs = _call(subject.module, args, kwargs, settings.seed + index, settings.grad)
        except Exception as error:
            raise ExportError(
                "export.record",
                f"{type(subject.module).__name__}: must run on inputs like those given, drawn anew "
                f"for seed {settings.seed + index}; got {type(error).__name__}: "
                f"{str(error).partition(chr(10))[0]}; give inputs that stay valid when they change "
                "within their range",
            ) from error
        run["outputs"] = _describe_all(outputs, f"seed_{index}/output", tensors)
        run["mutated_inputs"] = [
            {"input": place, **_describe(leaf, f"seed_{index}/mutated_input_{place}", tensors)}
            for place, leaf in enumerate(leaves)
            if isinstance(leaf, torch.Tensor)
            and not has_same_bits(leaf, tensors[run["inputs"][place]["tensor"]])
        ]
        run["mutated_buffers"] = {
            name: _describe(buffer, f"seed_{index}/buffer/{name}", tensors)
            for name, buffer in sorted(state.mutated().items())
        }
        state.restore()
        runs.append(run)
        if index == 0:
            agreement = _compare_with_program(subject, program, outputs, settings)
            state.restore()
    return {"input_names": names, "exported_program": agreement, "seeds": runs}, tensors


def _call(module: torch.nn.Module, args: Any, kwargs: Any, seed: int, grad: bool) -> list[Any]:
    """Call a module with PyTorch's generator seeded; return the leaves of what it returns."""
    torch.manual_seed(seed)
    with torch.set_grad_enabled(grad):
        return _pytree.tree_leaves(module(*args, **kwargs))


def _compare_with_program(
    subject: Subject,
    program: torch.export.ExportedProgram,
    expected: list[Any],
    settings: Settings,
) -> dict[str, Any]:
    """Run the exported program in Python on the first seed, to tell what export itself changed."""
    args, kwargs = subject.arguments(settings.seed, is_first=True)
    got = _call(program.module(check_guards=False), args, kwargs, settings.seed, settings.grad)
    pairs = [
        (first, second)
        for first, second in zip(expected, got, strict=True)
        if isinstance(first, torch.Tensor)
    ]
    errors = [
        (first.double() - second.double()).abs().nan_to_num().max().item()
        for first, second in pairs
        if first.numel() and not first.is_complex()
    ]
    return {
        "bit_equal_to_eager": all(has_same_bits(first, second) for first, second in pairs),
        "max_abs_error": max(errors, default=0.0),
    }


def _describe_all(leaves: list[Any], prefix: str, tensors: Tensors) -> list[dict[str, Any]]:
    return [_describe(leaf, f"{prefix}_{index}", tensors) for index, leaf in enumerate(leaves)]


def _describe(leaf: Any, key: str, tensors: Tensors) -> dict[str, Any]:
    """Describe one value; a tensor is copied into ``tensors`` under the key."""
    if isinstance(leaf, torch.Tensor):
        tensors[key] = leaf.detach().clone(memory_format=torch.contiguous_format)
        return {
            "kind": "tensor",
            "tensor": key,
            "dtype": str(leaf.dtype).removeprefix("torch."),
            "shape": list(leaf.shape),
        }
    if leaf is None:
        return {"kind": "none"}
    if isinstance(leaf, float) and not math.isfinite(leaf):
        return {"kind": "float", "value": str(leaf)}
    for kind, python_type in (("bool", bool), ("int", int), ("float", float), ("string", str)):
        if isinstance(leaf, python_type):
            return {"kind": kind, "value": leaf}
    raise ExportError("export.record", f"{key}: can't record a {type(leaf).__name__}")


def write_record(
    folder: Path, archive: Path, entries: dict[str, Any], tensors: Tensors
) -> tuple[Path, Path]:
    """Write the two files into a folder.

    Parameters
    ----------
    folder : Path
        The staging folder.
    archive : Path
        The archive that the record belongs to.
    entries : dict
        ``source``, ``conditions`` and what `record_seeds` returned.
    tensors : dict
        By key.

    Returns
    -------
    tuple of Path
        The tensors' file and the JSON.
    """
    tensor_path = folder / f"{archive.stem}.recorded.safetensors"
    json_path = folder / f"{archive.stem}.recorded.json"
    tensor_path.write_bytes(safetensors.torch.save(tensors))
    document = {
        "schema": "recorded_outputs/1",
        "archive": {
            "file": archive.name,
            "bytes": archive.stat().st_size,
            "sha256": sha256_of(archive),
        },
        "tensors": {"file": tensor_path.name, "sha256": sha256_of(tensor_path)},
        **entries,
    }
    json_path.write_text(json.dumps(document, indent=2, allow_nan=False) + "\n")
    return tensor_path, json_path
