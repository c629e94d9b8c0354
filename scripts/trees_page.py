#!/usr/bin/env python3
"""Write docs/trees.md: the trees of eight models of the zoo, as `strata show` prints them.

    scripts/trees_page.py [--zoo build/zoo] [--out docs/trees.md]

What is missing in the zoo's folder is exported first. STRATA_PROGRAMS names another folder of
programs than build/bin. Exit codes: 0 written, 2 could not.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = Path(os.environ.get("STRATA_PROGRAMS", ROOT / "build" / "bin"))
sys.path.insert(0, str(ROOT / "tests" / "zoo"))

from export_zoo import export_stale  # noqa: E402

# Title, the zoo's name, what there is to see.
PAGE = (
    (
        "GPT-2",
        "gpt2_small",
        "Three equal blocks, a list and a loop. The mask is made once and handed to every block.",
    ),
    (
        "Llama",
        "llama_small_fp32",
        "The cosines and sines of the rotary embedding are made once. Queries have eight heads, "
        "keys two: two ropes.",
    ),
    (
        "T5",
        "t5_small",
        "The first block of each stack makes the position bias that the second one is given, so "
        "the two differ. In the decoder an encoder-decoder attention stands between.",
    ),
    (
        "Swin",
        "swin",
        "Every other layer rolls the image and masks what does not belong together.",
    ),
    (
        "Mixtral",
        "mixtral",
        "A router picks two experts per token; each token meets its experts' weights.",
    ),
    (
        "Mamba",
        "mamba",
        "The recurrence over the sequence, unrolled in the program, is one kernel.",
    ),
    (
        "DETR",
        "detr",
        "A ResNet with frozen batch norms, an encoder that is handed sinusoidal positions, a "
        "decoder that is handed learned queries.",
    ),
    (
        "U-Net",
        "unet",
        "The way down, the way up, and what crosses between them.",
    ),
)


def tree_of(archive: Path) -> str:
    """Return what `strata show` prints of an archive."""
    shown = subprocess.run(
        [str(PROGRAMS / "strata"), "show", str(archive)],
        capture_output=True,
        text=True,
        check=True,
    )
    return shown.stdout


def page(zoo: Path) -> str:
    """Write the page from the archives in the zoo's folder."""
    export_stale([name for _, name, _ in PAGE], zoo)
    lines = [
        "# The trees of eight models",
        "",
        "Made by `scripts/trees_page.py`, from small configurations of the zoo "
        "(`tests/zoo/models.py`). A line is a",
        "component: its level, its name, the members of its parent that it stands for, how often "
        "it is used in all, its",
        "inputs and results. What is shown above already is not spelled out again. After `+` "
        "stands what a parent does itself.",
    ]
    for title, name, words in PAGE:
        lines += ["", f"## {title}", "", words, "", "```"]
        lines += tree_of(zoo / f"{name}.pt2").splitlines()
        lines += ["```"]
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """Run the program."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--zoo", type=Path, default=ROOT / "build" / "zoo")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "trees.md")
    options = parser.parse_args(arguments)
    try:
        text = page(options.zoo)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"{error}\n{getattr(error, 'stderr', '') or ''}", file=sys.stderr)
        return 2
    options.out.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
