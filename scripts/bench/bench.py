#!/usr/bin/env python3
"""Measures Strata: speed against PyTorch in the same run, memory, and growth with depth.

    .venv/bin/python scripts/bench/bench.py [SECTION ...] [--models NAME,...] [--folder out/bench]
                                            [--json FILE]

Sections: load, forward, verify, verify_step, isolation, memory, layers, real, scan, zoo; default:
all. Models are exported into the folder on first use. One thread everywhere. Each line says whether
its target is met; the program exits with 1 where one is not. STRATA_PROGRAMS names another folder
of programs than build/bin.
"""

import argparse
import importlib.util
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from models import archive_of
from processes import Run, run
from scan import cpu_seconds, files_below, write_request

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "zoo"))

from export_zoo import export_stale  # noqa: E402
from zoo_models import MODELS  # noqa: E402

PROGRAMS = Path(os.environ.get("STRATA_PROGRAMS", ROOT / "build" / "bin"))
PEER = Path(__file__).resolve().parent / "peer.py"


@dataclass(frozen=True)
class Line:
    """One measured number; `target` is its bound in words, `met` None where it has none."""

    section: str
    what: str
    value: str
    target: str = ""
    met: bool | None = None


def strata(*arguments: str | Path, watch_memory: bool = False) -> Run:
    """Run the program; a failure ends the benchmark with what it said."""
    done = run([str(PROGRAMS / "strata"), *map(str, arguments)], watch_memory)
    if done.code != 0:
        words = " ".join(map(str, arguments))
        sys.exit(f"strata {words}: exit code {done.code}\n{done.output}{done.progress}")
    return done


def stage_seconds(stage: str, what: Path | str, repeats: int) -> list[float]:
    """Run one stage of Strata several times in a process of its own."""
    done = run([str(PROGRAMS / "time_stage"), stage, str(what), str(repeats)])
    if done.code != 0:
        sys.exit(f"time_stage {stage}: exit code {done.code}\n{done.progress}")
    return json.loads(done.output)


def peer_seconds(what: str, name: str, repeats: int) -> list[float]:
    """Run PyTorch's side several times in a process of its own."""
    done = run([sys.executable, str(PEER), what, name, str(repeats)])
    if done.code != 0:
        sys.exit(f"peer {what}: exit code {done.code}\n{done.progress}")
    return json.loads(done.output)


def decompose(name: str, folder: Path) -> tuple[Path, float]:
    """Decompose a model into a new folder; return the folder and the seconds."""
    archive, out = archive_of(name, folder), folder / name
    shutil.rmtree(out, ignore_errors=True)
    return out, strata("decompose", archive, "--out", out).seconds


def ratio_lines(
    section: str, what: str, ours: list[float], theirs: list[float], target: float
) -> list[Line]:
    """Compare two lists of seconds by their medians."""
    mine, peer = statistics.median(ours), statistics.median(theirs)
    ratio = peer / mine
    times = f"{1000 * mine:.1f} ms, PyTorch {1000 * peer:.1f} ms, {ratio:.2f} times as fast"
    return [Line(section, what, times, f"at least {target:g} times as fast", ratio >= target)]


def bench_load(folder: Path) -> list[Line]:
    """Measure loading against torch.export.load, and everything up to the emitted files."""
    archive = archive_of("gpt2", folder)
    theirs = peer_seconds("load", str(archive), 5)
    ours = stage_seconds("load", archive, 20)
    lines = ratio_lines("load", "GPT-2 124M, load", ours, theirs, 20)
    _, seconds = decompose("gpt2", folder)
    what = "GPT-2 124M, load + decompose + emit"
    return [*lines, Line("load", what, f"{seconds:.2f} s", "under 1 s", seconds < 1)]


def bench_forward(folder: Path) -> list[Line]:
    """Measure the executor against the eager module, in turns."""
    archive = archive_of("gpt2", folder)
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(3):
        theirs += peer_seconds("forward", "gpt2", 5)
        ours += stage_seconds("forward", archive, 5)
    # Two runs of the same code differ by a few per cent on a shared machine.
    return ratio_lines("forward", "GPT-2 124M, one forward pass", ours, theirs, 0.97)


def warm_up(folder: Path) -> None:
    """Verify something small, so that the components' precompiled header is there."""
    out, _ = decompose("gpt2_2_layers", folder)
    strata("verify", out)


@contextmanager
def empty_cache(folder: Path) -> Iterator[None]:
    """Give Strata a cache of its own, with nothing in it but the precompiled header."""
    before = os.environ.get("XDG_CACHE_HOME")
    with tempfile.TemporaryDirectory() as cache:
        os.environ["XDG_CACHE_HOME"] = cache
        try:
            warm_up(folder)
            for part in ("adapters", "scans", "verdicts"):
                shutil.rmtree(Path(cache) / "strata" / part, ignore_errors=True)
            yield
        finally:
            os.environ.pop("XDG_CACHE_HOME")
            if before is not None:
                os.environ["XDG_CACHE_HOME"] = before


def bench_verify(folder: Path) -> list[Line]:
    """Verify all of GPT-2, first from nothing, then with nothing changed."""
    out, _ = decompose("gpt2", folder)
    with empty_cache(folder):
        cold = strata("verify", out).seconds
        again = strata("verify", out).seconds
    return [
        Line("verify", "GPT-2 124M, cold", f"{cold:.1f} s", "under 10 s", cold < 10),
        Line("verify", "GPT-2 124M, unchanged", f"{again:.1f} s", "under 4 s", again < 4),
    ]


def bench_isolation(folder: Path) -> list[Line]:
    """Measure what isolation adds to judging GPT-2's block, with and without it in turns."""
    warm_up(folder)
    out, _ = decompose("gpt2", folder)
    step = next(out.glob("steps/step_*_gpt2_block_*"))
    added = statistics.median(stage_seconds("isolation", f"{out}:{step.name}", 5))
    value = f"{1000 * added:.0f} ms"
    what = "GPT-2 block, isolation"
    return [Line("isolation", what, value, "under 150 ms", added < 0.15)]


def bench_memory(folder: Path) -> list[Line]:
    """Measure the peak memory of verifying, all processes together, above the weights."""
    lines = []
    for name in ("gpt2", "tinyllama"):
        out, _ = decompose(name, folder)
        weights = archive_of(name, folder).stat().st_size
        with empty_cache(folder):
            peak = strata("verify", out, watch_memory=True).peak_pss
        above = (peak - weights) / 1e6
        value = f"{peak / 1e6:.0f} MB, weights {weights / 1e6:.0f} MB, {above:.0f} MB above"
        target = "under 700 MB above the weights"
        lines.append(Line("memory", f"{name}, verify", value, target, above < 700))
    return lines


def bench_layers(folder: Path) -> list[Line]:
    """Measure the same layer 2, 12 and 48 times."""
    lines = []
    seconds = {}
    for layers in (2, 12, 48):
        out, decomposing = decompose(f"gpt2_{layers}_layers", folder)
        with empty_cache(folder):  # or the first would have compiled for the others
            verifying = strata("verify", out).seconds
        seconds[layers] = verifying
        count = sum(1 for _ in out.glob("level_*/*.h"))
        value = f"{count} components, decompose {decomposing:.2f} s, verify {verifying:.1f} s"
        lines.append(Line("layers", f"{layers} layers", value))
    growth = seconds[48] / seconds[2]
    what = "48 layers against 2, verify"
    return [*lines, Line("layers", what, f"{growth:.1f} times", "under 4 times", growth < 4)]


def bench_verify_step(folder: Path) -> list[Line]:
    """Judge GPT-2's block by hand, against a plain Python verify_step of the same block."""
    warm_up(folder)
    out, _ = decompose("gpt2", folder)
    step = next(out.glob("steps/step_*_gpt2_block_*"))
    weights = json.loads((step / "weight_map.json").read_text())
    report, peer_report = folder / "step.json", folder / "peer_step.json"
    command = [PROGRAMS / "verify_step", "--output", report]
    command += ["--original", step / "original.h", "--refactored", step / "refactored.h"]
    command += ["--weight-map", step / "weight_map.json"]
    peer = [sys.executable, PEER.parent / "step_peer" / "verify_step.py", peer_report]

    def seconds_of(arguments: list[str | Path], watch_memory: bool = False) -> Run:
        done = run([str(argument) for argument in arguments], watch_memory)
        if done.code != 0:
            sys.exit(f"{arguments[0]}: exit code {done.code}\n{done.output}{done.progress}")
        return done

    def change(*sources: Path) -> None:
        for source in sources:
            text = source.read_text().split("// Changed at")[0]
            source.write_text(text + f"// Changed at {time.time_ns()}.\n")

    cold, one_side, unchanged, theirs = [], [], [], []
    refactored = list(out.glob("level_[012]_*/*.h"))
    for _ in range(5):
        theirs.append(seconds_of(peer).seconds)
        change(step / "original.h", *refactored)
        cold.append(seconds_of(command).seconds)
        change(*refactored)
        one_side.append(seconds_of(command).seconds)
        unchanged.append(seconds_of(command).seconds)
    what = "GPT-2 block"
    lines = ratio_lines("verify_step", f"{what}, sources changed", cold, theirs, 2)
    lines += ratio_lines("verify_step", f"{what}, one side changed", one_side, theirs, 2)
    lines += ratio_lines("verify_step", f"{what}, unchanged", unchanged, theirs, 5)
    peak = seconds_of(command, watch_memory=True).peak_pss / 1e6
    block = 4 * 7_087_872 / 1e6  # parameters of one block at width 768
    most = 2 * block + 400
    value = f"{peak:.0f} MB; {len(weights['original'])} weights, {block:.0f} MB"
    target = f"under {most:.0f} MB"
    return [*lines, Line("verify_step", f"{what}, memory", value, target, peak < most)]


def bench_real(folder: Path) -> list[Line]:
    """Decompose and verify the models of real size."""
    lines = []
    for name in ("gpt2", "resnet50", "tinyllama"):
        out, decomposing = decompose(name, folder)
        with empty_cache(folder):
            verifying = strata("verify", out).seconds
        value = f"decompose {decomposing:.2f} s, verify {verifying:.1f} s"
        lines.append(Line("real", name, value, "passes", True))
    return lines


def bench_zoo(folder: Path, names: list[str] | None = None) -> list[Line]:
    """Decompose and verify the zoo's models from nothing, with one precompiled header for all."""
    zoo = ROOT / "build" / "zoo"
    names = names or list(MODELS)
    export_stale(names, zoo)
    apart = [
        statistics.median(stage_seconds("decompose", zoo / f"{name}.pt2", 5)) for name in names
    ]
    whole = []
    with empty_cache(folder):
        for name in names:
            out = folder / "zoo" / name
            shutil.rmtree(out, ignore_errors=True)
            seconds = strata("decompose", zoo / f"{name}.pt2", "--out", out).seconds
            whole.append(seconds + strata("verify", out).seconds)
    middle, slowest = statistics.median(whole), max(whole)
    taken = 1000 * statistics.median(apart)
    return [
        Line(
            "zoo",
            f"{len(names)} models, decompose",
            f"median {taken:.0f} ms, slowest {1000 * max(apart):.0f} ms",
            "median under 60 ms",
            taken < 60,
        ),
        Line(
            "zoo",
            f"{len(names)} models, all and verify",
            f"median {middle:.1f} s, slowest {slowest:.1f} s",
            "median under 3 s",
            middle < 3,
        ),
    ]


def bench_scan(folder: Path) -> list[Line]:
    """Judge and compile one kernel and one GPT-2 block, and ask again with nothing changed."""
    warm_up(folder)
    out = folder / "gpt2_2_layers"
    kernel = next((out / "level_0_kernel").glob("linear_*.h"))
    block = next((out / "level_2_layer").glob("gpt2_block_*.h"))
    scanner = str(PROGRAMS / "strata-anticheat")
    lines = []

    runs = [cpu_seconds([scanner, str(write_request(kernel, folder / "scan"))]) for _ in range(5)]
    judging = min(json.loads(reply)["timings"]["judge"] for _, reply in runs)
    value = f"{1000 * judging:.1f} ms of {min(used for used, _ in runs):.2f} s processor time"
    what = "one kernel, judging within compiling"
    lines.append(Line("scan", what, value, "under 60 ms", judging < 0.06))

    runs = [cpu_seconds([scanner, str(write_request(block, folder / "scan"))]) for _ in range(5)]
    whole = min(used for used, _ in runs)
    judging = min(json.loads(reply)["timings"]["judge"] for _, reply in runs)
    count = len(files_below(block))
    value = f"{whole:.2f} s processor time for {count} files, {1000 * judging:.0f} ms judging"
    lines.append(Line("scan", "GPT-2 block, judge and compile", value, "under 1 s", whole < 1))

    command = [str(PROGRAMS / "strata"), "scan", *map(str, files_below(block))]
    cpu_seconds(command)
    again = min(cpu_seconds(command)[0] for _ in range(10))
    value = f"{1000 * again:.0f} ms processor time"
    lines.append(Line("scan", "GPT-2 block, unchanged", value, "under 20 ms", again < 0.02))
    return lines


SECTIONS: dict[str, Callable[[Path], list[Line]]] = {
    "load": bench_load,
    "forward": bench_forward,
    "verify": bench_verify,
    "verify_step": bench_verify_step,
    "isolation": bench_isolation,
    "memory": bench_memory,
    "layers": bench_layers,
    "real": bench_real,
    "zoo": bench_zoo,
    "scan": bench_scan,
}


def main(arguments: list[str]) -> int:
    """Measure and print a table as the numbers come."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(SECTIONS))
    parser.add_argument("--folder", type=Path, default=ROOT / "out" / "bench")
    parser.add_argument("--json", type=Path, help="write the lines here as well")
    parser.add_argument(
        "--models", type=lambda text: text.split(","), help="of the section zoo; default: all"
    )
    options = parser.parse_args(arguments)
    for name in options.models or []:
        if name not in MODELS:
            parser.error(f"no model '{name}' in tests/zoo/zoo_models.py")
    sections = {**SECTIONS, "zoo": partial(bench_zoo, names=options.models)}
    for section in options.sections:
        if section not in SECTIONS:
            parser.error(f"no section '{section}'; there are {', '.join(SECTIONS)}")
    if importlib.util.find_spec("torch") is None:
        parser.error("this Python has no torch, which is the peer; run it with .venv/bin/python")
    options.folder.mkdir(parents=True, exist_ok=True)

    lines: list[Line] = []
    for section in options.sections or SECTIONS:
        for line in sections[section](options.folder):
            lines.append(line)
            mark = {True: "met", False: "MISSED", None: ""}[line.met]
            print(f"{line.section:11} {line.what:38} {line.value:60} {line.target:32} {mark}")
            sys.stdout.flush()
    if options.json:
        document = {"schema": "benchmark/1", "lines": [asdict(line) for line in lines]}
        options.json.write_text(json.dumps(document, indent=2) + "\n")
    return 1 if any(line.met is False for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
