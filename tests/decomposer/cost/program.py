"""The programs under test, and where their models are."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
ZOO = Path(os.environ.get("STRATA_ZOO_DIR", ROOT / "build" / "zoo"))
PROGRAMS = Path(os.environ.get("STRATA_PROGRAM_DIR", ROOT / "build" / "bin"))


def strata(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run ``strata``; the caller looks at how it ended."""
    command = [str(PROGRAMS / "strata"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def strata_json(*arguments: object) -> Any:
    """Run ``strata ... --json`` and return its document."""
    ended = strata(*arguments, "--json")
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)
