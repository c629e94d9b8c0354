"""The check of include directions finds each kind of breach, and only breaches."""

from pathlib import Path

import pytest

import include_direction


def messages(root: Path, files: dict[str, str]) -> list[str]:
    """Write files below a root and return what the check says of them."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return [str(breach) for breach in include_direction.find_breaches(root)[0]]


def test_lower_folders_may_be_included(tmp_path: Path) -> None:
    files = {
        "kernels_l0/error.h": "#include <string>\n",
        "decomposer/graph/graph.h": '#include "kernels_l0/error.h"\n',
        "verifier/step.cpp": '#include "decomposer/graph/graph.h"\n#include <ATen/ATen.h>\n',
        "decomposer/load/weights.cpp": "#include <c10/core/Storage.h>\n",
        "anticheat/tool.cpp": '#include "clang/AST/Decl.h"\n#include <llvm/ADT/StringRef.h>\n',
    }
    assert messages(tmp_path, files) == []


@pytest.mark.parametrize(
    ("name", "include", "expected"),
    [
        ("kernels_l0/a.cpp", '"decomposer/graph.h"', "kernels_l0 may not include from decomposer"),
        ("decomposer/a.cpp", '"verifier/step.h"', "decomposer may not include from verifier"),
        ("anticheat/a.cpp", '"decomposer/graph.h"', "anticheat may not include from decomposer"),
        ("verifier/a.h", '"scripts/main.h"', "verifier may not include from scripts"),
        ("decomposer/load/a.h", "<ATen/ATen.h>", "LibTorch may not be seen here"),
        ("decomposer/emit/a.cpp", "<torch/nn/module.h>", "LibTorch may not be seen here"),
        (
            "decomposer/emit/a.cpp",
            '"decomposer/load/weights.h"',
            "LibTorch may not be seen here",
        ),
        ("anticheat/a.cpp", "<c10/core/Scalar.h>", "LibTorch may not be seen here"),
        ("verifier/a.cpp", '"clang/AST/Decl.h"', "Clang may not be seen here"),
    ],
)
def test_an_include_against_the_direction_is_a_breach(
    tmp_path: Path, name: str, include: str, expected: str
) -> None:
    targets = {
        "decomposer/graph.h": "",
        "verifier/step.h": "",
        "scripts/main.h": "",
    }
    (found,) = messages(tmp_path, targets | {name: f"// A comment.\n\n#include {include}\n"})
    assert found.startswith(f"{name}:3: ")
    assert found.endswith(expected)


def test_folders_inside_one_may_not_include_in_a_circle(tmp_path: Path) -> None:
    files = {
        "decomposer/graph/graph.h": '#include "decomposer/graph/own.h"\n',
        "decomposer/graph/own.h": "",
        "decomposer/tree/tree.h": '#include "decomposer/graph/graph.h"\n',
        "decomposer/emit/emit.h": '#include "decomposer/tree/tree.h"\n',
    }
    assert messages(tmp_path, files) == []
    files["decomposer/graph/own.h"] = '#include "decomposer/emit/emit.h"\n'
    found = messages(tmp_path, files)
    assert len(found) == 3
    assert any(
        line == "decomposer/graph/own.h:1: decomposer/emit/emit.h: decomposer/graph and "
        "decomposer/emit include from each other"
        for line in found
    )


def test_a_relative_include_is_a_breach(tmp_path: Path) -> None:
    files = {"decomposer/graph.h": "", "decomposer/graph.cpp": '#include "graph.h"\n'}
    assert messages(tmp_path, files) == [
        'decomposer/graph.cpp:1: "graph.h": quoted includes are paths from the root'
    ]


def test_emitted_code_and_comments_do_not_count(tmp_path: Path) -> None:
    text = 'auto a = R"(\n#include <ATen/ATen.h>\n)";\n/*\n#include <torch/all.h>\n*/\n'
    assert messages(tmp_path, {"decomposer/emit/a.cpp": text}) == []


def test_nothing_to_check_is_not_a_pass(tmp_path: Path) -> None:
    assert include_direction.main([str(tmp_path)]) == 2
