#!/usr/bin/env python3
"""Decompose and verify every model of the zoo, hold the trees to the rules, write a table of it.

    scripts/zoo_table.py [NAME ...] [--zoo build/zoo] [--out docs/zoo.md] [--jobs 1]

With names, only those, and no table is written. Exit codes: 0 all is well, 1 something is not.
STRATA_PROGRAMS names another folder of programs than build/bin.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = Path(os.environ.get("STRATA_PROGRAMS", ROOT / "build" / "bin"))
sys.path.insert(0, str(ROOT / "tests" / "zoo"))

from export_zoo import export_stale  # noqa: E402
from zoo_models import MODELS, REFUSED  # noqa: E402

# How wide a parent may be before it is named as an outlier, and how many kernels the median model
# may have.
ROOT_CHILDREN = 25
OTHER_CHILDREN = 20
MEDIAN_KERNELS = 16
GENERIC_SHARE = 0.01

# Models that differ in what must not show: the tree must have the same outline.
SAME_TREE = (
    ("gpt2_small", "gpt2_bf16"),
    ("gpt2_small", "gpt2_untied"),
    ("gpt2_small", "gpt2_with_grad"),
    ("llama_small_fp32", "llama_small_bf16"),
    ("llama_small_fp32", "llama_with_grad"),
    ("llama_small_fp32", "llama_tied"),
    ("llama_small_fp32", "llama_dynamic"),
    ("bert_small", "bert_bf16"),
)


@dataclass
class Result:
    """What came of one model."""

    name: str
    summary: dict[str, Any]
    verification: dict[str, Any]
    outline: Counter[str]
    cpu_seconds: float
    outliers: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def quality(self) -> dict[str, Any]:
        """Return the numbers of the tree's quality."""
        return self.summary["quality"]


class Failed(Exception):
    """A program of Strata could not do its work."""


def strata(*arguments: str | Path) -> dict[str, Any]:
    """Run the program; return the JSON that it prints, a verdict of fail included."""
    command = [str(PROGRAMS / "strata"), *map(str, arguments), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1) or not done.stdout:
        raise Failed(done.stderr.strip() or f"exit code {done.returncode}")
    return json.loads(done.stdout)


def children_seconds() -> float:
    """Return the processor time that this process's children have used so far."""
    times = os.times()
    return times.children_user + times.children_system


def judge(name: str, zoo: Path) -> Result | str:
    """Decompose and verify one model, and hold its tree to the rules.

    Returns
    -------
    Result or str
        The reason where a program could not do its work.
    """
    try:
        return judge_or_raise(name, zoo)
    except Failed as failure:
        return str(failure)


def judge_or_raise(name: str, zoo: Path) -> Result:
    """Do the work of `judge`."""
    started = children_seconds()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / name
        summary = strata("decompose", zoo / f"{name}.pt2", "--out", out)
        verification = strata("verify", out)
        tree = json.loads((out / "decomposition_tree.json").read_text())
    result = Result(name, summary, verification, outline_of(tree), children_seconds() - started)
    result.outliers = outliers_of(tree)
    quality = result.quality
    if verification["verdict"] != "pass":
        result.problems += [f"{verification['verdict']}: {verification['reasons'][:1]}"]
    for what in ("violations", "loose_compute", "unrolled", "leaks"):
        if quality[what]:
            result.problems.append(f"{what}: {quality[what]}")
    return result


def outline_of(tree: dict[str, Any]) -> Counter[str]:
    """Count the components by level, operation and instances: what dtypes must not change."""
    instances = Counter(instance["component"] for instance in tree["instances"])
    return Counter(
        f"L{component['level']} {component['operation']} x{instances[component['name']]}"
        for component in tree["components"]
    )


def outliers_of(tree: dict[str, Any]) -> list[str]:
    """Name the parents that are wider than the rule, each with what makes it so."""
    operations = {component["name"]: component["operation"] for component in tree["components"]}
    outliers = []
    for component in tree["components"]:
        children = {child["component"] for child in component.get("children", [])}
        limit = ROOT_CHILDREN if component["level"] == 3 else OTHER_CHILDREN
        if len(children) > limit:
            shapes = Counter(operations[child] for child in children)
            most = ", ".join(f"{count} {name}" for name, count in shapes.most_common(3))
            why = why_wide(tree, component)
            outliers.append(f"{component['name']}: {len(children)} children, of them {most}; {why}")
    return outliers


def why_wide(tree: dict[str, Any], component: dict[str, Any]) -> str:
    """Say why the rules leave a parent so wide."""
    dissolved = Counter(
        entry["reason"]
        for entry in tree["log"]
        if entry["stage"] == "fold" and entry["decision"] == "dissolve"
    )
    if component["level"] == 3 and dissolved:
        reason, count = dissolved.most_common(1)[0]
        return (
            f"{count} modules dissolve into it, each because {reason}: below a model there is one "
            "level for what holds residuals, and the layers take it"
        )
    levels = {one["name"]: one["level"] for one in tree["components"]}
    if all(levels[child["component"]] == 0 for child in component["children"]):
        return "its author gave it no parts, and no residual or repetition divides it"
    return "its author gave it these parts"


def row(result: Result) -> list[str]:
    """Return a line of the table."""
    levels = {level["level"]: level for level in result.summary["levels"]}
    steps = result.verification["steps"]
    whole = result.verification["composition"]
    runs = [*steps, whole]
    proved = sum(step["proved"] for step in steps)
    worst = max(run["max_abs_error"] for run in runs)
    is_bit_equal = all(run["bit_equal"] for run in runs)
    return [
        result.name,
        str(result.summary["nodes"]),
        *(str(levels[level]["components"]) for level in (0, 1, 2)),
        str(result.quality["instances"]),
        f"{result.quality['instances_per_component']:.2f}",
        f"{proved}/{len(steps)}" + ("" if whole["proved"] else ", whole sampled"),
        "bit-equal" if is_bit_equal else f"{worst:.2g}",
        f"{result.cpu_seconds:.1f}",
    ]


HEAD = ["model", "nodes", "kernels", "L1", "L2", "instances", "per component", "steps proved"]
HEAD += ["result", "CPU s"]


def over_all(results: list[Result]) -> list[str]:
    """Hold the models together to the rules that are about all of them."""
    problems = []
    median = statistics.median(result.quality["kernels"] for result in results)
    if median > MEDIAN_KERNELS:
        problems.append(f"median of distinct kernels: {median}, at most {MEDIAN_KERNELS}")
    kernels = sum(result.quality["kernels"] for result in results)
    generic = sum(len(result.quality["generic"]) for result in results)
    if generic > GENERIC_SHARE * kernels:
        problems.append(f"generic names: {generic} of {kernels} kernels")
    by_name = {result.name: result for result in results}
    for first, second in SAME_TREE:
        if first in by_name and second in by_name:
            one, other = by_name[first].outline, by_name[second].outline
            if one != other:
                changes = sorted((one - other).keys() | (other - one).keys())
                problems.append(f"{first} and {second} differ: {', '.join(changes)}")
    return problems


def summary_lines(results: list[Result]) -> list[str]:
    """Return the figures over all models, as lines of Markdown."""
    quality = [result.quality for result in results]
    kernels = [one["kernels"] for one in quality]
    seconds = [result.cpu_seconds for result in results]
    compared = sum(one["modules_compared"] for one in quality)
    generic = [name for one in quality for name in one["generic"]]
    return [
        f"- {len(results)} models; {sum(not result.problems for result in results)} pass.",
        f"- Distinct kernels: median {statistics.median(kernels):g}, {sum(kernels)} in all; "
        f"instances per component: median "
        f"{statistics.median(one['instances_per_component'] for one in quality):.2f}.",
        f"- Loose compute in parents: {sum(one['loose_compute'] for one in quality)}. "
        f"Rules broken: {sum(one['violations'] for one in quality)}.",
        f"- Leaks at the boundaries: {sum(len(one['leaks']) for one in quality)} in {compared} "
        "whole modules, compared with the signatures that export kept.",
        f"- Children of the model: median "
        f"{statistics.median(one['root']['distinct_children'] for one in quality):g}; of other "
        f"parents at most {max(one['widest']['distinct_children'] for one in quality)}.",
        f"- Generic kernel names: {len(generic)}"
        + (f" ({', '.join(sorted({name for name in generic}))})." if generic else "."),
        f"- Processor seconds to decompose and verify, over both cores: median "
        f"{statistics.median(seconds):.1f}; nothing cached but the precompiled header.",
    ]


def table_text(results: list[Result], refused: dict[str, str]) -> str:
    """Return the page."""
    lines = [
        "# The zoo",
        "",
        "Models of `tests/zoo/zoo_models.py`, small but of realistic structure, decomposed and",
        "verified: all steps, the composition, the accounts. Made by `scripts/zoo_table.py`, which",
        "runs all of that file.",
        "",
        *summary_lines(results),
        "",
        "| " + " | ".join(HEAD) + " |",
        "| " + " | ".join(["---"] * len(HEAD)) + " |",
        *("| " + " | ".join(row(result)) + " |" for result in results),
        "",
        "`kernels`, `L1` and `L2` count distinct components; `result` is the worst difference over",
        "all steps, the whole and all seeds; `whole sampled`: numbers decide between the whole and",
        "the program as exported, for the two traces differ.",
        "",
    ]
    outliers = [outlier for result in results for outlier in result.outliers]
    if outliers:
        lines += [
            f"Parents with more than {ROOT_CHILDREN} different children (the model) or "
            f"{OTHER_CHILDREN} (others):",
            "",
            *(f"- {outlier}" for outlier in outliers),
            "",
        ]
    if refused:
        lines += ["Refused, with what to do instead:", ""]
        lines += [f"- `{name}`: {reason}" for name, reason in refused.items()]
        lines += [""]
    return "\n".join(lines)


def refusals(zoo: Path) -> dict[str, str]:
    """Return what decompose says about the models that it refuses."""
    reasons = {}
    for name in REFUSED:
        with tempfile.TemporaryDirectory() as folder:
            try:
                strata("decompose", zoo / f"{name}.pt2", "--out", Path(folder) / name)
            except Failed as reason:
                reasons[name] = str(reason).removeprefix("strata: ").partition(" (at ")[0]
    return reasons


def judge_all(names: list[str], zoo: Path, jobs: int) -> Iterator[tuple[str, Result | str]]:
    """Judge models in order, with a cache of their own that holds no more than the header."""
    with tempfile.TemporaryDirectory() as cache:
        os.environ["XDG_CACHE_HOME"] = cache
        if len(names) > 1:
            judge("tied_weights", zoo)  # Makes the precompiled header.
        with ProcessPoolExecutor(jobs) as workers:
            yield from zip(names, workers.map(judge, names, [zoo] * len(names)), strict=True)


def main(arguments: list[str]) -> int:
    """Judge the models one after another, then all together."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--zoo", type=Path, default=ROOT / "build" / "zoo")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "zoo.md")
    parser.add_argument("--jobs", type=int, default=1, help="models at a time; default: 1")
    options = parser.parse_args(arguments)
    for name in options.names:
        if name not in MODELS:
            parser.error(f"no model '{name}' in tests/zoo/zoo_models.py")
    names = options.names or list(MODELS)
    export_stale([*names, *REFUSED] if not options.names else names, options.zoo)
    results, broken = [], False
    for name, result in judge_all(names, options.zoo, options.jobs):
        if isinstance(result, str):
            print(f"{name:24} {result}", flush=True)
            broken = True
            continue
        results.append(result)
        print(f"{name:24} {'  '.join(row(result)[1:])}", *result.problems, flush=True)
    problems = over_all(results) if results and not options.names else []
    for problem in problems:
        print(problem)
    if not options.names and not broken:
        options.out.write_text(table_text(results, refusals(options.zoo)))
        print(f"written to {options.out}")
    return 1 if broken or problems or any(result.problems for result in results) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
