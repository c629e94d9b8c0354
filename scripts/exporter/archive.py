"""Tracing with torch.export, and files that appear whole or not at all."""

import contextlib
import hashlib
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch.utils import _pytree

from exporter.errors import ExportError
from exporter.settings import Settings
from exporter.state import State
from exporter.subject import Subject


@contextlib.contextmanager
def staging_folder(target: Path) -> Iterator[Path]:
    """Yield a new folder beside the target, removed at the end whatever happens.

    Files are made there under their final names (an archive's root folder is called like its
    file) and moved into place with `move_into_place`.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".export-", dir=target.parent))
    except OSError as error:
        raise ExportError("export.out", f"{target.parent}: can't write here: {error}") from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def move_into_place(staged: Path, folder: Path) -> Path:
    """Rename a staged file into its folder, over an older one of the same name."""
    return staged.replace(folder / staged.name)


def sha256_of(path: Path) -> str:
    """Return the file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def trace(subject: Subject, settings: Settings) -> torch.export.ExportedProgram:
    """Export the module on the first seed's inputs.

    Raises
    ------
    ExportError
        ``export.trace`` with PyTorch's reason where the module can't be exported.
    """
    args, kwargs = subject.arguments(settings.seed, is_first=True)
    modules = called_modules(subject, settings) if settings.signatures else ()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with torch.set_grad_enabled(settings.grad):
                return torch.export.export(
                    subject.module,
                    args,
                    kwargs=kwargs,
                    strict=settings.strict,
                    preserve_module_call_signature=modules,
                    dynamic_shapes=_dynamic_shapes(settings.dynamic, args, kwargs),
                )
    except Exception as error:
        reason = " ".join(line.strip() for line in str(error).split("\n")[:3])
        raise ExportError(
            "export.trace",
            f"{type(subject.module).__name__}: torch.export refused it: "
            f"{type(error).__name__}: {reason}",
        ) from error


def save(program: torch.export.ExportedProgram, path: Path) -> None:
    """Write the archive.

    Raises
    ------
    ExportError
        ``export.save`` with PyTorch's reason where it can't write what it traced.
    """
    try:
        torch.export.save(program, path)
    except OSError:
        raise
    except Exception as error:
        raise ExportError(
            "export.save",
            f"{path.name}: torch.export can't write what it traced: {type(error).__name__}: "
            f"{str(error).partition(chr(10))[0]}",
        ) from error


def called_modules(subject: Subject, settings: Settings) -> tuple[str, ...]:
    """Run the module once; return the names of the modules in it that were called, in order.

    Those that take anything but tensors, numbers and None are left out: torch.export can't keep
    their signature. Buffers are as they were afterwards.
    """
    called: dict[str, bool] = {}

    def note(name: str, args: Any, kwargs: Any) -> None:
        leaves = _pytree.tree_leaves((args, kwargs))
        plain = all(isinstance(leaf, torch.Tensor | int | float | None) for leaf in leaves)
        called[name] = called.get(name, True) and plain

    hooks = [
        module.register_forward_pre_hook(
            lambda _, args, kwargs, name=name: note(name, args, kwargs), with_kwargs=True
        )
        for name, module in subject.module.named_modules()
        if name
    ]
    state = State(subject.module)
    args, kwargs = subject.arguments(settings.seed, is_first=True)
    try:
        with torch.set_grad_enabled(settings.grad):
            subject.module(*args, **kwargs)
    finally:
        for hook in hooks:
            hook.remove()
        state.restore()
    return tuple(name for name, plain in called.items() if plain)


def _dynamic_shapes(dimension: int | None, args: Any, kwargs: Any) -> Any:
    if dimension is None:
        return None
    shape = {dimension: torch.export.Dim.DYNAMIC}
    is_wide_enough = lambda leaf: isinstance(leaf, torch.Tensor) and leaf.ndim > dimension  # noqa: E731
    shapes = _pytree.tree_map(lambda leaf: shape if is_wide_enough(leaf) else None, (args, kwargs))
    return shapes[0] if not kwargs else shapes[1]
