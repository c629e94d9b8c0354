"""The judge, run as programs of its own.

A judge must not share a process with what it judges, nor fork one that has threads; a Python
process that has imported numpy or torch has them.
"""

import json
import re
import subprocess
import tempfile
from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import Any

from strata._strata import PROGRAMS
from strata.errors import Error

Document = dict[str, Any]


def verify(folder: str | PathLike[str], *options: str) -> Document:
    """Judge a folder that decompose wrote: every step and the whole.

    Parameters
    ----------
    folder
        The folder; the reports are written into it.
    *options
        Further options of `strata verify`, such as "--step", "NAME".

    Returns
    -------
    dict
        The document of `strata verify --json`; "verdict" is "pass", "fail" or "error".

    Raises
    ------
    Error
        Where nothing can be judged.
    """
    return _document(_run("strata", "verify", folder, "--json", *options))


def verify_step(
    original: str | PathLike[str], refactored: str | PathLike[str], *options: str
) -> Document:
    """Judge one refactoring against its original.

    Parameters
    ----------
    original
        A component file, "model.pt2", or "model.pt2:module.path".
    refactored
        A component file; its children are found through its includes.
    *options
        Further options of `verify_step`, such as "--weight-map", "map.json".

    Returns
    -------
    dict
        The report, "verification_result/1"; "verdict" is "pass", "fail" or "error".

    Raises
    ------
    Error
        Where nothing can be judged.
    """
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "report.json"
        sides = ("--original", original, "--refactored", refactored)
        ended = _run("verify_step", *sides, "--output", report, *options)
        if not report.exists():
            raise _error(ended)
        return json.loads(report.read_text())


def scan(files: Sequence[str | PathLike[str]], *options: str) -> Document:
    """Judge component files by the anti-cheat policy, without running them.

    Parameters
    ----------
    files
        Component files; their children are found through their includes.
    *options
        Further options of `strata scan`, such as "--profile", "user_kernel".

    Returns
    -------
    dict
        The document of `strata scan --json`; clean files have no "findings" and no "errors".

    Raises
    ------
    Error
        Where the files can't be read.
    """
    return _document(_run("strata", "scan", "--json", *options, *files))


def _run(program: str, *arguments: str | PathLike[str]) -> subprocess.CompletedProcess[str]:
    command = [str(Path(PROGRAMS) / program), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _document(ended: subprocess.CompletedProcess[str]) -> Document:
    try:
        return json.loads(ended.stdout)
    except json.JSONDecodeError:
        raise _error(ended) from None


def _error(ended: subprocess.CompletedProcess[str]) -> Error:
    message = ended.stderr.strip() or f"{ended.args[0]}: exit code {ended.returncode}"
    found = re.search(r"\[([a-z_0-9.]+)\] .*", message, re.DOTALL)
    if found:
        return Error(found[1], found[0])
    return Error("python.program", message)
