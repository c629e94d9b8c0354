"""Running a program while watching the memory of it and everything it starts."""

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

SAMPLE_SECONDS = 0.05


@dataclass(frozen=True)
class Run:
    """A finished program.

    Attributes
    ----------
    code : int
        Its exit code.
    seconds : float
        Wall time.
    peak_pss : int
        The highest sum of the proportional set sizes of its process group, in bytes; 0 when it
        was not watched.
    output, progress : str
        Its stdout and stderr.
    """

    code: int
    seconds: float
    peak_pss: int
    output: str
    progress: str


def run(command: list[str], watch_memory: bool = False) -> Run:
    """Run a program to its end."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )
    peak = 0
    try:
        while True:
            try:
                output, progress = process.communicate(timeout=SAMPLE_SECONDS)
                break
            except subprocess.TimeoutExpired:
                if watch_memory:
                    peak = max(peak, _pss_of_session(process.pid))
    except KeyboardInterrupt:
        os.killpg(process.pid, signal.SIGTERM)
        raise
    return Run(process.returncode, time.perf_counter() - start, peak, output, progress)


def _pss_of_session(session: int) -> int:
    total = 0
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            if os.getsid(int(folder.name)) == session:
                total += _pss(folder / "smaps_rollup")
        except OSError:
            continue  # It ended while we looked.
    return total


def _pss(rollup: Path) -> int:
    for line in rollup.read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0
