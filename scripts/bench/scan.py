"""The scanner alone: what judging costs beside compiling, and what the cache saves."""

import json
import re
import resource
import subprocess
from pathlib import Path

ADAPTER = """#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "{file}"

extern "C" torch::nn::Module* make() {{ return new {name}::Model; }}

auto forward = &{name}::Model::forward;
"""


def files_below(component: Path) -> list[Path]:
    """Return a component's file and those of everything that it includes."""
    found = [component.resolve()]
    for file in found:
        for child in re.findall(r'^#include "([^"]+)"', file.read_text(), re.MULTILINE):
            path = (file.parent / child).resolve()
            if path not in found:
                found.append(path)
    return found


def write_request(component: Path, folder: Path) -> Path:
    """Write the request to judge and compile a component with its children; return its file."""
    folder.mkdir(parents=True, exist_ok=True)
    adapter = folder / f"{component.stem}.cpp"
    adapter.write_text(ADAPTER.format(file=component.resolve(), name=component.stem))
    files = [{"file": str(adapter), "profile": "adapter"}]
    for file in files_below(component):
        kernel = file.parent.name.startswith("level_0")
        files.append({"file": str(file), "profile": "catalogue_l0" if kernel else "parent"})
    request = {
        "schema": "scan_request/1",
        "main": str(adapter),
        "files": files,
        "include_directories": [],
        "flags": [],
        "object": str(folder / f"{component.stem}.o"),
    }
    file = folder / f"{component.stem}.json"
    file.write_text(json.dumps(request))
    return file


def cpu_seconds(command: list[str]) -> tuple[float, str]:
    """Run a program; return its processor time, for other programs run as well, and its stdout."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return used, done.stdout
