"""The rules that hold the zoo's trees, on made-up results."""

from collections import Counter
from typing import Any

import pytest

import zoo_table
from zoo_table import Result, judge, outliers_of, outline_of, over_all, table_text

GOOD = {
    "violations": 0,
    "loose_compute": 0,
    "kernels": 10,
    "instances": 20,
    "instances_per_component": 2.0,
    "root": {"component": "model", "distinct_children": 4},
    "widest": {"component": "layer", "distinct_children": 3},
    "unrolled": [],
    "generic": [],
    "modules_compared": 2,
    "leaks": [],
}
STEP = {"proved": True, "bit_equal": True, "max_abs_error": 0.0}


def result(name: str, **changes: Any) -> Result:
    levels = [{"level": level, "components": 1, "instances": 1} for level in range(4)]
    summary = {"nodes": 9, "levels": levels, "quality": {**GOOD, **changes}}
    verification = {"verdict": "pass", "steps": [STEP], "composition": STEP, "reasons": []}
    return Result(name, summary, verification, Counter({"L1 mlp x2": 1}), 1.0)


def tree_with(children: int) -> dict[str, Any]:
    kernels = [{"name": f"linear_{n}", "operation": "linear", "level": 0} for n in range(children)]
    parts = [{"component": kernel["name"]} for kernel in kernels]
    layer = {"name": "layer", "operation": "layer", "level": 2, "children": parts}
    return {
        "components": [*kernels, layer],
        "instances": [{"component": "layer"}] * 2,
        "log": [],
    }


def test_good_trees_have_no_problem() -> None:
    assert over_all([result("gpt2_small"), result("gpt2_bf16")]) == []


def test_too_many_kernels_in_the_median_model_are_a_problem() -> None:
    problems = over_all([result("a", kernels=17), result("b", kernels=18)])
    assert problems == ["median of distinct kernels: 17.5, at most 16"]


def test_more_than_one_generic_name_in_a_hundred_is_a_problem() -> None:
    assert over_all([result("a", generic=["scan_1x2_fp32"])]) == ["generic names: 1 of 10 kernels"]


def test_models_that_differ_in_type_alone_have_one_tree() -> None:
    other = result("gpt2_bf16")
    other.outline = Counter({"L1 mlp x3": 1})
    (problem,) = over_all([result("gpt2_small"), other])
    assert problem == "gpt2_small and gpt2_bf16 differ: L1 mlp x2, L1 mlp x3"


def test_a_wide_parent_is_named_with_what_makes_it_wide() -> None:
    assert outliers_of(tree_with(20)) == []
    (outlier,) = outliers_of(tree_with(21))
    assert outlier.startswith("layer: 21 children, of them 21 linear; its author gave it no parts")


def test_a_wide_model_is_named_with_the_modules_that_dissolve_into_it() -> None:
    tree = tree_with(26)
    tree["components"][-1]["level"] = 3
    tree["log"] = [
        {
            "stage": "fold",
            "subject": f"stage.{i}",
            "decision": "dissolve",
            "reason": "it is a stack",
        }
        for i in range(3)
    ]
    (outlier,) = outliers_of(tree)
    assert "3 modules dissolve into it, each because it is a stack" in outlier


def test_an_outline_counts_components_by_operation_and_instances() -> None:
    assert outline_of(tree_with(1)) == Counter({"L0 linear x0": 1, "L2 layer x2": 1})


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"loose_compute": 2}, "loose_compute: 2"),
        ({"violations": 1}, "violations: 1"),
        ({"unrolled": ["layer"]}, "unrolled: ['layer']"),
        ({"leaks": ["x"]}, "leaks: ['x']"),
    ],
)
def test_a_tree_that_breaks_a_rule_is_a_problem(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any, change: dict[str, Any], problem: str
) -> None:
    made = result("a", **change)

    def strata(command: str, _: Any, *options: Any) -> dict[str, Any]:
        if command == "verify":
            return made.verification
        options[-1].mkdir()
        (options[-1] / "decomposition_tree.json").write_text('{"components": [], "instances": []}')
        return made.summary

    monkeypatch.setattr(zoo_table, "strata", strata)
    judged = judge("a", tmp_path)
    assert isinstance(judged, Result)
    assert judged.problems == [problem]


def test_the_table_has_a_line_for_every_model_and_refusal() -> None:
    text = table_text([result("gpt2_small")], {"cond": "export it otherwise"})
    assert "| gpt2_small | 9 | 1 | 1 | 1 | 20 | 2.00 | 1/1 | bit-equal | 1.0 |" in text
    assert "- `cond`: export it otherwise" in text
