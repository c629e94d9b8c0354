"""Modules of the user's own: ``--module file.py:function``."""

import dataclasses
import importlib.util
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from torch.utils import _pytree

from exporter.errors import ExportError
from exporter.inputs import drawn_like
from exporter.settings import Settings
from exporter.subject import Subject
from exporter.weights import randomise_scales_and_statistics

TORCH_DTYPES = {
    "fp32": torch.float32,
    "fp16": torch.float16,
    "bf16": torch.bfloat16,
    "fp64": torch.float64,
}


def load_user_module(settings: Settings) -> Subject:
    """Call the user's function and take its module and inputs.

    The function is called with PyTorch's generator seeded; it returns ``(module, inputs)``, where
    inputs is a tuple of positional or a dict of keyword arguments.

    Raises
    ------
    ExportError
        ``export.module`` where the file, the function or what it returns can't be used.
    """
    assert settings.module is not None
    function = _find_function(settings.module)
    torch.manual_seed(settings.seed)
    try:
        answer = function()
    except Exception as error:
        raise ExportError(
            "export.module",
            f"{settings.module}: the function raised {type(error).__name__}: {error}",
        ) from error
    if not (
        isinstance(answer, tuple) and len(answer) == 2 and isinstance(answer[0], torch.nn.Module)
    ):
        raise ExportError(
            "export.module",
            f"{settings.module}: returns (module, inputs); got {type(answer).__name__}",
        )
    module, inputs = answer
    if not isinstance(inputs, tuple | dict):
        raise ExportError(
            "export.module",
            f"{settings.module}: inputs are a tuple or a dict; got {type(inputs).__name__}",
        )
    if settings.randomise:
        randomise_scales_and_statistics(module, settings.seed + 1)
    module.train(settings.train)
    module.register_forward_hook(lambda _, arguments, output: to_plain(output))
    first: tuple[tuple[Any, ...], dict[str, Any]] = (
        ((), inputs) if isinstance(inputs, dict) else (inputs, {})
    )
    if settings.dtype:
        dtype = TORCH_DTYPES[settings.dtype]
        module.to(dtype)
        first = _pytree.tree_map_only(
            torch.Tensor, lambda leaf: leaf.to(dtype) if leaf.is_floating_point() else leaf, first
        )
    name = Path(settings.module.rpartition(":")[0]).name
    return Subject(
        module=module,
        inputs=_pytree.tree_map(drawn_like, first),
        first=first,
        source={"module": f"{name}:{function.__name__}", "seed": settings.seed},
    )


def to_plain(output: Any) -> Any:
    """Return the same as tuples, lists and dicts, which an archive can describe.

    Named tuples become tuples; data classes and other mappings become dicts.
    """
    if dataclasses.is_dataclass(output) and not isinstance(output, Mapping | type):
        names = [field.name for field in dataclasses.fields(output)]
        return {name: to_plain(getattr(output, name)) for name in names}
    if isinstance(output, Mapping):
        return {name: to_plain(part) for name, part in output.items()}
    if isinstance(output, tuple | list):
        parts = [to_plain(part) for part in output]
        return parts if isinstance(output, list) else tuple(parts)
    return output


def _find_function(text: str) -> Callable[[], Any]:
    file_name, colon, function_name = text.rpartition(":")
    path = Path(file_name)
    if not colon or not function_name:
        raise ExportError("export.module", f"--module: written FILE.py:FUNCTION; got '{text}'")
    if not path.is_file():
        raise ExportError("export.module", f"{path}: no such file")
    sys.path.insert(0, str(path.parent.resolve()))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ExportError("export.module", f"{path}: a Python file ends in .py")
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = loaded
    try:
        spec.loader.exec_module(loaded)
    except Exception as error:
        raise ExportError(
            "export.module", f"{path}: importing raised {type(error).__name__}: {error}"
        ) from error
    function = getattr(loaded, function_name, None)
    if not callable(function):
        raise ExportError("export.module", f"{path}: has no function '{function_name}'")
    return function
