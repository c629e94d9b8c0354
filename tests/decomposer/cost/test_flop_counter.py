"""Matrix FLOPs of every component against torch.utils.flop_counter, node by node."""

import importlib
import json
import re
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.utils import _pytree
from torch.utils.flop_counter import FlopCounterMode, sdpa_flop_count

from program import ROOT, ZOO, strata, strata_json

sys.path.insert(0, str(ROOT / "tests" / "zoo"))

from zoo_models import CI

ARCHIVES = sorted(ZOO.glob("*.pt2"))

# Operators that torch.utils.flop_counter gives 0 on a CPU, although they multiply matrices.
UNCOUNTED_BY_TORCH = {
    *("aten::bilinear", "aten::lstm.input", "aten::gru.input", "aten::rnn_tanh"),
    "aten::_grouped_mm",
}


def load(archive: Path) -> torch.export.ExportedProgram:
    """Read an export, after the modules that define its outputs' classes have registered them."""
    with zipfile.ZipFile(archive) as entries:
        texts = [entries.read(name).decode() for name in entries.namelist() if ".json" in name]
    classes = re.findall(r"\b(transformers(?:\.[a-z_0-9]+)+)\.[A-Z]\w*Output", "".join(texts))
    for module in sorted(set(classes)):
        importlib.import_module(module)
    return torch.export.load(archive)


def flops_by_node(program: torch.export.ExportedProgram) -> dict[str, int]:
    """Count each call of the graph alone, on tensors without data."""
    counts = {}
    for node in program.graph.nodes:
        if node.op != "call_function" or not isinstance(node.target, torch._ops.OpOverload):
            continue
        args, kwargs = _pytree.tree_map_only(
            torch.fx.Node, lambda one: one.meta["val"], (node.args, node.kwargs)
        )
        if node.target is torch.ops.aten.scaled_dot_product_attention.default:
            counts[node.name] = sdpa_flop_count(*(tensor.shape for tensor in args[:3]))
            continue
        tensors = [
            leaf for leaf in _pytree.tree_leaves((args, kwargs)) if hasattr(leaf, "fake_mode")
        ]
        if not tensors:
            continue
        with tensors[0].fake_mode, FlopCounterMode(display=False) as counter:
            node.target(*args, **kwargs)
        total = counter.get_total_flops()
        if isinstance(total, int):  # not a formula over symbolic shapes
            counts[node.name] = total
    return counts


def disagreements(tree: Any, cost: Any, counts: dict[str, int]) -> tuple[list[str], int]:
    """Compare each instance's own matrix FLOPs; return what differs, and how many were compared."""
    ours = {one["name"]: one["own"]["matrix_flops"] for one in cost["components"]}
    operators = {
        one["name"]: {call["op"] for call in one["body"] if "op" in call}
        for one in tree["components"]
    }
    wrong, compared = [], 0
    for instance in tree["instances"]:
        name = instance["component"]
        if operators[name] & UNCOUNTED_BY_TORCH or any(
            node not in counts for node in instance["nodes"]
        ):
            continue
        theirs = sum(counts[node] for node in instance["nodes"])
        compared += theirs > 0
        if theirs != ours[name]:
            wrong.append(f"{instance['path']}: {name}: {ours[name]}, flop_counter {theirs}")
    return wrong, compared


@pytest.mark.parametrize("archive", ARCHIVES, ids=lambda path: path.stem)
def test_components_agree_with_flop_counter(archive: Path, tmp_path: Path) -> None:
    decomposed = strata("decompose", archive, "--out", tmp_path / "out")
    if decomposed.returncode == 2 and archive.stem not in CI:
        pytest.skip(f"refused: {decomposed.stderr}")
    assert decomposed.returncode == 0, decomposed.stderr
    tree = json.loads((tmp_path / "out" / "decomposition_tree.json").read_text())
    cost = strata_json("flops", tmp_path / "out")
    counts = flops_by_node(load(archive))
    wrong, compared = disagreements(tree, cost, counts)
    assert wrong == []
    # The comparison sees a factor that is wrong anywhere.
    for one in cost["components"]:
        one["own"]["matrix_flops"] *= 2
    assert len(disagreements(tree, cost, counts)[0]) == compared


def test_the_models_are_there() -> None:
    assert {path.stem for path in ARCHIVES} >= set(CI)
