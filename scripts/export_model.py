#!/usr/bin/env python3
"""Export a model to a .pt2 archive and record its eager outputs beside it.

    scripts/export_model.py --hf gpt2 --set n_layer=2 --inputs batch=1,seq=64 --out gpt2.pt2
    scripts/export_model.py --module my_model.py:make --out mine.pt2

Exit codes: 0 written, 2 could not export.
"""

from __future__ import annotations

import sys
import warnings
from typing import TYPE_CHECKING

from exporter.errors import ExportError
from exporter.settings import Settings, read_settings

if TYPE_CHECKING:
    from pathlib import Path

    from torch.export import ExportedProgram

    from exporter.subject import Subject


def export_model(settings: Settings) -> list[str]:
    """Export, record and write; return what to tell the user, a line each."""
    from exporter.archive import move_into_place, save, staging_folder, trace
    from exporter.record import conditions, record_seeds, set_conditions, write_record
    from exporter.structure import trace_structure

    warnings.simplefilter("ignore")
    set_conditions(settings)
    if settings.structure_only:
        program, subject = trace_structure(settings)
        with staging_folder(settings.out) as staging:
            archive = staging / settings.out.name
            save(program, archive)
            final = move_into_place(archive, settings.out.parent)
        return [f"{_describe(final, subject, program)}; no weights"]
    if settings.hf:
        from exporter.transformers_model import load_transformers_model as load
    else:
        from exporter.user_module import load_user_module as load
    subject = load(settings)
    with staging_folder(settings.out) as staging:
        program = trace(subject, settings)
        archive = staging / settings.out.name
        save(program, archive)
        entries, tensors = record_seeds(subject, program, settings)
        entries = {
            "source": subject.source,
            "conditions": conditions(subject, settings),
            **entries,
        }
        written = [archive, *write_record(staging, archive, entries, tensors)]
        # The JSON goes last: it names the others by their hashes.
        final = [move_into_place(path, settings.out.parent) for path in written]
    agreement = entries["exported_program"]
    return [
        _describe(final[0], subject, program),
        f"{final[2]}: eager outputs of {len(entries['seeds'])} seeds; exported program "
        + (
            "bit-equal"
            if agreement["bit_equal_to_eager"]
            else f"differs by up to {agreement['max_abs_error']:.3g}"
        ),
    ]


def _describe(archive: Path, subject: Subject, program: ExportedProgram) -> str:
    return (
        f"{archive}: {type(subject.module).__name__}, {len(program.graph.nodes)} graph nodes, "
        f"{archive.stat().st_size / 1e6:.1f} MB"
    )


def main(arguments: list[str]) -> int:
    """Run the program."""
    try:
        print("\n".join(export_model(read_settings(arguments))))
    except ExportError as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"[export.out] {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("[export.interrupted] nothing was written", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
