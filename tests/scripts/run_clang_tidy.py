#!/usr/bin/env python3
"""Runs clang-tidy over the sources of a build, skipping what it has found clean before.

    tests/scripts/run_clang_tidy.py BUILD [--all]

Without --all, files that include LibTorch, Clang or GoogleTest are left out: they take many
seconds each. Of the others a third is checked, another one for each commit, and whatever differs
from the last commit, for all take eleven minutes of two cores. They are read without the
precompiled header: that is quicker here, and shows what they forget to include. A file counts as
unchanged while its text, that of every file of ours it includes, its compile command and
.clang-tidy are the same.
"""

import concurrent.futures
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*"([^"\n]+)"', re.MULTILINE)
SLOW_INCLUDE = re.compile(
    r'^[ \t]*#[ \t]*include[ \t]*[<"](ATen|torch|c10|clang|llvm|gtest|gmock)/', re.MULTILINE
)

PRECOMPILED = re.compile(r" -Winvalid-pch| -Xclang -include(-pch)? -Xclang \S+")


SHARES = 3


def in_share(root: Path, path: Path, changed: set[str], commit: int | None) -> bool:
    """Tell whether a file is among those that this commit's run checks; all are without git."""
    name = str(path.relative_to(root))
    if commit is None or name in changed:
        return True
    share = int(hashlib.sha256(name.encode()).hexdigest(), 16)
    return share % SHARES == commit % SHARES


def state_of(root: Path) -> tuple[set[str], int | None]:
    """Return the files that differ from the last commit and that commit's number."""

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(root), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    try:
        return set(git("diff", "--name-only", "HEAD").split()), int(git("rev-parse", "HEAD"), 16)
    except (OSError, subprocess.CalledProcessError):
        return set(), None


def closure(root: Path, path: Path, seen: dict[Path, str]) -> dict[Path, str]:
    """Return the texts of a file and of everything of ours that it includes."""
    if path not in seen and path.is_file():
        seen[path] = path.read_text()
        for target in INCLUDE.findall(seen[path]):
            closure(root, root / target, seen)
    return seen


def key_of(texts: dict[Path, str], command: str, checks: str) -> str:
    """Return a digest of everything that clang-tidy's answer depends on."""
    digest = hashlib.sha256(f"{command}\n{checks}\n".encode())
    for path in sorted(texts):
        digest.update(f"{path}\n{texts[path]}".encode())
    return digest.hexdigest()


def main(arguments: list[str]) -> int:
    """Check the files; exit 1 if there is a finding, 2 if there was nothing to check."""
    build, run_all = Path(arguments[0]), "--all" in arguments[1:]
    root = Path(__file__).resolve().parents[2]
    checks = (root / ".clang-tidy").read_text()
    cache = build / "clang_tidy_clean"
    cache.mkdir(exist_ok=True)

    changed, commit = (set(), None) if run_all else state_of(root)
    pending: dict[Path, Path] = {}
    entries = []
    count = 0
    for entry in json.loads((build / "compile_commands.json").read_text()):
        path = Path(entry["file"])
        if not path.is_relative_to(root) or path.is_relative_to(build):
            continue
        texts = closure(root, path, {})
        slow = any(SLOW_INCLUDE.search(text) for text in texts.values())
        if not run_all and (slow or not in_share(root, path, changed, commit)):
            continue
        if not slow:
            entry["command"] = PRECOMPILED.sub("", entry["command"])
        entries.append(entry)
        count += 1
        stamp = cache / key_of(texts, entry["command"], checks)
        if not stamp.exists():
            pending[path] = stamp
    (cache / "compile_commands.json").write_text(json.dumps(entries))

    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for path, output in zip(
            pending, pool.map(lambda path: tidy(cache, path), pending), strict=True
        ):
            if output is None:
                pending[path].touch()
            else:
                failed += 1
                print(output)
    print(f"{count} files, {len(pending)} of them checked now, {failed} with findings")
    if count == 0:
        return 2
    return 1 if failed else 0


def tidy(commands: Path, path: Path) -> str | None:
    """Run clang-tidy on one file; return what it says, or None if the file is clean."""
    run = subprocess.run(
        ["clang-tidy-19", "--quiet", "-p", str(commands), str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    return None if run.returncode == 0 else run.stdout + run.stderr


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
