#!/usr/bin/env python3
"""PyTorch's side of a comparison, in a process of its own; prints seconds as JSON.

    scripts/bench/peer.py load ARCHIVE REPEATS
    scripts/bench/peer.py forward MODEL REPEATS     (a name of models.MODELS)

One thread, no_grad. `load` is torch.export.load; `forward` is the eager module that the archive
was exported from.
"""

import json
import shlex
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


def seconds_of(action: Callable[[], Any], repeats: int) -> list[float]:
    """Return how long each call took."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return times


def make_forward(name: str) -> Callable[[], Any]:
    """Return a call of the eager module on its first inputs."""
    from exporter.record import set_conditions
    from exporter.settings import read_settings
    from exporter.transformers_model import load_transformers_model
    from models import MODELS

    settings = read_settings([*shlex.split(MODELS[name]), "--out", "unused.pt2"])
    set_conditions(settings)
    subject = load_transformers_model(settings)
    args, kwargs = subject.arguments(settings.seed, is_first=True)
    return lambda: subject.module(*args, **kwargs)


def main(arguments: list[str]) -> None:
    """Measure."""
    what, name, repeats = arguments
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    if what == "load":
        print(json.dumps(seconds_of(lambda: torch.export.load(name), int(repeats))))
        return
    forward = make_forward(name)
    with torch.no_grad():
        forward()
        print(json.dumps(seconds_of(forward, int(repeats))))


if __name__ == "__main__":
    main(sys.argv[1:])
