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
    """Sum over all processes of a session, while they stand still.

    Read one after another as they run, pages that one has mapped and another is about to map would
    count for both.
    """
    members = [pid for pid in _processes() if _session_of(pid) == session]
    try:
        for pid in members:
            _send(pid, signal.SIGSTOP)
        return sum(_pss(Path("/proc") / str(pid) / "smaps_rollup") for pid in members)
    finally:
        for pid in members:
            _send(pid, signal.SIGCONT)


def _processes() -> list[int]:
    return [int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdigit()]


def _session_of(pid: int) -> int:
    try:
        return os.getsid(pid)
    except OSError:
        return 0  # It ended while we looked.


def _send(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except OSError:
        return


def _pss(rollup: Path) -> int:
    try:
        lines = rollup.read_text().splitlines()
    except OSError:
        return 0
    for line in lines:
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0
