#!/usr/bin/env python3
"""Export models of the zoo into one folder, each with its recorded outputs.

    tests/zoo/export_zoo.py OUT [--all | NAME ...]      without names: those of CI

What is there already, made with the same arguments by nothing newer, is left alone. One process
exports them all.
"""

import shlex
import sys
import time
from collections.abc import Iterable
from pathlib import Path

ZOO = Path(__file__).resolve().parent
SCRIPTS = ZOO.parent.parent / "scripts"
sys.path[:0] = [str(SCRIPTS), str(ZOO)]

from zoo_models import CI, MODELS, REFUSED  # noqa: E402

KNOWN = {**MODELS, **REFUSED}


def is_current(name: str, folder: Path) -> bool:
    """Tell whether the files of a model are newer than everything they are made from."""
    made = [
        folder / f"{name}.pt2",
        folder / f"{name}.recorded.safetensors",
        folder / f"{name}.recorded.json",
        folder / f"{name}.arguments",
    ]
    if not all(path.exists() for path in made) or made[-1].read_text() != KNOWN[name]:
        return False
    sources = [SCRIPTS / "export_model.py", *(SCRIPTS / "exporter").glob("*.py")]
    sources += [path for path in ZOO.glob("*.py") if f"/{path.name}:" in KNOWN[name]]
    return min(path.stat().st_mtime for path in made) > max(
        path.stat().st_mtime for path in sources
    )


def export_stale(names: Iterable[str], folder: Path) -> None:
    """Export what is missing or not current; print a line for each."""
    for name in names:
        if is_current(name, folder):
            continue
        from export_model import export_model
        from exporter.settings import read_settings

        start = time.perf_counter()
        out = ["--out", str(folder / f"{name}.pt2")]
        lines = export_model(read_settings(shlex.split(KNOWN[name]) + out))
        (folder / f"{name}.arguments").write_text(KNOWN[name])
        print(f"{time.perf_counter() - start:5.1f} s  {lines[0]}; {lines[1].rpartition('; ')[2]}")


def main(arguments: list[str]) -> int:
    """Export what is missing."""
    folder, names = Path(arguments[0]), arguments[1:]
    if names == ["--all"]:
        names = list(KNOWN)
    export_stale(names or CI, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
