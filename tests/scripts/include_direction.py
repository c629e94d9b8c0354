#!/usr/bin/env python3
"""Checks that includes between the folders of the sources point one way.

    tests/scripts/include_direction.py ROOT

Folders inside one of them may not include from each other in a circle. Prints one line per breach
and exits 1 if there is any, 2 if there was nothing to check.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# Folder: the folders that its files may include from.
ALLOWED = {
    "kernels_l0": {"kernels_l0"},
    "decomposer": {"kernels_l0", "decomposer"},
    "anticheat": {"kernels_l0", "anticheat"},
    "verifier": {"kernels_l0", "decomposer", "anticheat", "verifier"},
    "bindings": {"kernels_l0", "decomposer", "anticheat", "verifier", "bindings"},
    "scripts": {"kernels_l0", "decomposer", "anticheat", "verifier", "bindings", "scripts"},
}

# Library: what its headers begin with, and the files that may include them.
LIBRARIES = {
    "LibTorch": (
        # The last one is ours, and shows tensors.
        ("ATen/", "torch/", "c10/", "caffe2/", "decomposer/load/weights.h"),
        re.compile(
            r"decomposer/(load|schema)/[^/]+\.cpp|decomposer/load/weights\.h"
            r"|(verifier|bindings|scripts/bench)/.+"
        ),
    ),
    "Clang": (("clang/", "clang-c/", "llvm/", "llvm-c/"), re.compile(r"anticheat/.+")),
}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.MULTILINE)
IGNORED_TEXT = re.compile(
    r'R"(?P<delimiter>[^()\\\s]{0,16})\(.*?\)(?P=delimiter)"|/\*.*?\*/|//[^\n]*', re.DOTALL
)


@dataclass(frozen=True)
class Breach:
    """An include that is not allowed: where, and which rule."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


def find_breaches(root: Path) -> tuple[list[Breach], int]:
    """Check every source file below the folders of `ALLOWED`.

    Returns
    -------
    tuple
        The breaches, and the number of files that were read.
    """
    breaches: list[Breach] = []
    count = 0
    edges: dict[tuple[str, str], Breach] = {}
    for folder in ALLOWED:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".h", ".cpp"):
                count += 1
                breaches.extend(breaches_in(root, path))
                for line, _, target in includes_of(path):
                    pair = path.relative_to(root).parts[:-1], Path(target).parts[:-1]
                    if len(pair[0]) == len(pair[1]) == 2 and pair[0][0] == pair[1][0]:
                        ends = "/".join(pair[0]), "/".join(pair[1])
                        name = path.relative_to(root).as_posix()
                        edges.setdefault(ends, Breach(name, line, f"{target}: "))
    return [*breaches, *circles(edges)], count


def circles(edges: dict[tuple[str, str], Breach]) -> Iterator[Breach]:
    """Yield one include of each pair of folders from which one gets back to where one was."""
    reached = {start: {start} for pair in edges for start in pair}
    for _ in reached:
        for source, target in edges:
            for found in reached.values():
                if source in found:
                    found.add(target)
    for (source, target), include in edges.items():
        if source != target and source in reached[target]:
            text = f"{include.message}{source} and {target} include from each other"
            yield Breach(include.file, include.line, text)


def includes_of(path: Path) -> Iterator[tuple[int, str, str]]:
    """Yield line, quote and target of each include."""
    text = IGNORED_TEXT.sub(lambda match: "\n" * match.group().count("\n"), path.read_text())
    for match in INCLUDE.finditer(text):
        yield text.count("\n", 0, match.start(2)) + 1, *match.groups()


def breaches_in(root: Path, path: Path) -> Iterator[Breach]:
    """Yield the breaches of one file. Comments and raw strings (emitted code) do not count."""
    name = path.relative_to(root).as_posix()
    folder = name.partition("/")[0]
    for line, quote, target in includes_of(path):
        top = target.partition("/")[0]
        is_ours = not any(target.startswith(prefixes) for prefixes, _ in LIBRARIES.values())
        if quote == '"' and is_ours and not (root / target).is_file():
            yield Breach(name, line, f'"{target}": quoted includes are paths from the root')
        if top in ALLOWED and top not in ALLOWED[folder]:
            yield Breach(name, line, f"{target}: {folder} may not include from {top}")
        for library, (prefixes, users) in LIBRARIES.items():
            if target.startswith(prefixes) and not users.fullmatch(name):
                yield Breach(name, line, f"{target}: {library} may not be seen here")


def main(arguments: list[str]) -> int:
    """Run the check."""
    breaches, count = find_breaches(Path(arguments[0]))
    for breach in breaches:
        print(breach)
    print(f"{count} files, {len(breaches)} breaches")
    if count == 0:
        return 2
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
