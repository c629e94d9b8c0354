#!/usr/bin/env python3
"""A plain verify_step in Python, as the guide describes it: what ours is measured against.

    scripts/bench/step_peer/verify_step.py OUTPUT

Scans the refactored module's syntax tree, moves the weights by the map, compares three seeds.
"""

import ast
import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import torch

HERE = Path(__file__).resolve().parent
COMPUTE = {
    "linear",
    "softmax",
    "relu",
    "gelu",
    "layer_norm",
    "batch_norm",
    "matmul",
    "bmm",
    "einsum",
    "where",
    "mse_loss",
    "cross_entropy",
}


def scan(path: Path) -> list[str]:
    """Find compute in forward and raw modules in __init__."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.FunctionDef) or node.name not in ("forward", "__init__"):
            continue
        for call in ast.walk(node):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
                continue
            owner = call.func.value
            raw = node.name == "__init__" and isinstance(owner, ast.Name) and owner.id == "nn"
            if raw or call.func.attr in COMPUTE:
                found.append(f"{path.name}:{call.lineno}: {call.func.attr}")
    return found


def load(path: Path) -> ModuleType:
    """Import a file."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main(output: str) -> int:
    """Judge and write the report; return the exit code."""
    sys.path.insert(0, str(HERE))
    torch.set_num_threads(1)
    findings = scan(HERE / "refactored.py")
    original, refactored = load(HERE / "original.py"), load(HERE / "refactored.py")
    places = json.loads((HERE / "weight_map.json").read_text())
    trials = []
    for seed in (0, 1, 2):
        torch.manual_seed(seed)
        theirs = original.Model(*original.get_init_inputs()).eval()
        ours = refactored.RefactoredModel().eval()
        weights = theirs.state_dict()
        ours.load_state_dict({places[name]: weight for name, weight in weights.items()})
        inputs = original.get_inputs()
        with torch.no_grad():
            expected, got = theirs(*inputs), ours(*inputs)
        close = torch.allclose(got, expected, rtol=1e-5, atol=1e-6)
        trials.append({"seed": seed, "close": close})
    passed = not findings and all(trial["close"] for trial in trials)
    report = {"pass": passed, "findings": findings, "trials": trials}
    Path(output).write_text(json.dumps(report))
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
