"""Command-line arguments as a plain value."""

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from exporter.errors import ExportError

DTYPES = ("fp32", "fp16", "bf16", "fp64")


@dataclass(frozen=True)
class Settings:
    """What to export and how; one field per option."""

    hf: str | None
    module: str | None
    config: dict[str, Any]
    task: str | None
    weights: Path | None
    inputs: dict[str, int]
    dtype: str | None
    attention: str
    experts: str | None
    seed: int
    randomise: bool
    train: bool
    grad: bool
    strict: bool
    signatures: bool
    dynamic: int | None
    threads: int
    structure_only: bool
    out: Path


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ExportError("export.argument", f"{message}; see export_model.py --help")


def split_assignments(option: str, texts: Iterable[str]) -> dict[str, Any]:
    """Read ``key=value`` pairs, separated by commas outside brackets.

    Values are JSON where they parse as JSON (``3``, ``1e-5``, ``true``, ``[16,32]``), else text.

    Parameters
    ----------
    option : str
        The option's name, for messages.
    texts : iterable of str
        Each time the option was given.

    Returns
    -------
    dict
        The pairs; a key given twice keeps the last value.
    """
    pairs: dict[str, Any] = {}
    for text in texts:
        for piece in _split_at_commas(text):
            key, equals, value = piece.partition("=")
            if not equals or not key.strip():
                raise ExportError(
                    "export.argument",
                    f"{option}: pairs are written key=value; got '{piece}'",
                )
            try:
                pairs[key.strip()] = json.loads(value)
            except json.JSONDecodeError:
                pairs[key.strip()] = value
    return pairs


def _split_at_commas(text: str) -> list[str]:
    pieces, depth = [""], 0
    for character in text:
        depth += (character in "[{") - (character in "]}")
        if character == "," and depth == 0:
            pieces.append("")
        else:
            pieces[-1] += character
    return pieces


def read_settings(arguments: Sequence[str]) -> Settings:
    """Parse the command line.

    Raises
    ------
    ExportError
        ``export.argument`` where an option is unknown, contradicts another or can't be read.
    """
    options = _parser().parse_args(arguments)
    inputs = split_assignments("--inputs", options.inputs)
    for key, value in inputs.items():
        if type(value) is not int or value < 0:
            raise ExportError(
                "export.argument", f"--inputs {key}: sizes are whole numbers; got {value!r}"
            )
    if options.module:
        _refuse_with_module(options)
    if options.structure_only and (options.module or options.weights):
        raise ExportError(
            "export.argument",
            "--structure-only: goes with --hf, without --weights: the weights are never made",
        )
    if options.threads < 1:
        raise ExportError("export.argument", f"--threads: at least 1; got {options.threads}")
    if options.out.suffix != ".pt2":
        raise ExportError(
            "export.argument", f"--out: an archive's name ends in .pt2; got '{options.out}'"
        )
    return Settings(
        hf=options.hf,
        module=options.module,
        config=split_assignments("--set", options.set),
        task=options.task,
        weights=options.weights,
        inputs=inputs,
        dtype=options.dtype,
        attention=options.attention,
        experts=options.experts,
        seed=options.seed,
        randomise=not options.structure_only
        and (options.randomise if options.module else not options.weights),
        train=options.train,
        grad=options.grad,
        strict=options.strict,
        signatures=options.signatures,
        dynamic=options.dynamic,
        threads=options.threads,
        structure_only=options.structure_only,
        out=options.out,
    )


def _refuse_with_module(options: argparse.Namespace) -> None:
    for name in ("set", "inputs", "task", "weights", "experts"):
        if getattr(options, name):
            raise ExportError(
                "export.argument",
                f"--{name}: goes with --hf only; the function that --module names decides this",
            )


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="export_model.py",
        description="Export a model to NAME.pt2, and beside it NAME.recorded.json and "
        "NAME.recorded.safetensors: inputs and eager outputs of three seeds, with the conditions "
        "they were computed under.",
        epilog="Random weights: transformers' own initialisation under --seed, then every "
        "one-dimensional parameter is moved by 0.1 * randn and every running statistic is moved "
        "too (means by 0.1 * randn, variances times 0.5 to 1.5), so that no scale is 1 and no "
        "bias is 0.",
    )
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--hf", metavar="TYPE", help="a transformers model type, such as gpt2")
    source.add_argument(
        "--module",
        metavar="FILE.py:FUNCTION",
        help="a function that returns (module, inputs); inputs is a tuple (positional) or a dict",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE,...",
        help="configuration values; dots reach nested ones: text_config.num_layers=2",
    )
    parser.add_argument(
        "--inputs",
        action="append",
        default=[],
        metavar="KEY=N,...",
        help="batch=1, seq=64, target_seq=SEQ (decoders of encoder-decoders), "
        "padded=1 (attention mask with padding), image=SIZE, samples=16000, frames, "
        "image_tokens=N (the first N ids are the image's places)",
    )
    parser.add_argument(
        "--task",
        help="causal-lm, seq2seq-lm, masked-lm, image-classification, "
        "speech-seq2seq or base; default: by architecture",
    )
    parser.add_argument(
        "--weights",
        type=Path,
        metavar="DIR",
        help="a local folder of weights instead of random ones",
    )
    parser.add_argument("--dtype", choices=DTYPES, help="default: fp32, or what the weights have")
    parser.add_argument("--attention", default="eager", help="eager (default) or sdpa")
    parser.add_argument("--experts", help="mixture of experts: batched_mm, grouped_mm or eager")
    parser.add_argument("--seed", type=int, default=0, help="of weights and of the first inputs")
    parser.add_argument(
        "--randomise",
        action="store_true",
        help="with --module: move one-dimensional parameters and statistics too",
    )
    parser.add_argument("--train", action="store_true", help="training mode instead of eval")
    parser.add_argument(
        "--with-grad",
        dest="grad",
        action="store_true",
        default=False,
        help="trace and record with autograd on",
    )
    parser.add_argument(
        "--no-grad",
        dest="grad",
        action="store_false",
        help="trace and record under no_grad (default)",
    )
    parser.add_argument("--strict", action="store_true", help="torch.export's strict mode")
    parser.add_argument(
        "--signatures",
        action="store_true",
        help="keep what each module takes and gives, to compare a tree's boundaries with",
    )
    parser.add_argument(
        "--dynamic",
        type=int,
        metavar="DIM",
        help="this dimension of every input tensor is symbolic",
    )
    parser.add_argument("--threads", type=int, default=1, help="default: 1")
    parser.add_argument(
        "--structure-only",
        action="store_true",
        help="no weights: none are allocated, the archive holds none of their bytes, and nothing "
        "is recorded; it can be decomposed and counted, not verified",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="NAME.pt2")
    return parser
