"""Reading the exporter's command line."""

import pytest

from exporter.errors import ExportError
from exporter.settings import read_settings, split_assignments


def test_values_are_json_and_brackets_keep_their_commas() -> None:
    pairs = split_assignments("--set", ["a=2,b=[16,32],c=1e-5", "d=true,e=basic,f.g=null"])
    assert pairs == {"a": 2, "b": [16, 32], "c": 1e-5, "d": True, "e": "basic", "f.g": None}


def test_defaults_are_one_thread_eval_and_no_grad() -> None:
    settings = read_settings(["--hf", "gpt2", "--out", "gpt2.pt2"])
    assert (settings.threads, settings.train, settings.grad) == (1, False, False)
    assert settings.randomise
    assert settings.attention == "eager"


def test_a_users_module_keeps_its_weights_unless_asked() -> None:
    arguments = ["--module", "m.py:make", "--out", "m.pt2"]
    assert not read_settings(arguments).randomise
    assert read_settings([*arguments, "--randomise"]).randomise


def test_weights_from_a_folder_are_not_randomised() -> None:
    assert not read_settings(["--hf", "gpt2", "--weights", "w", "--out", "a.pt2"]).randomise


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["--out", "a.pt2"], "--hf --module is required"),
        (["--hf", "gpt2", "--module", "a.py:f", "--out", "a.pt2"], "not allowed with"),
        (["--hf", "gpt2"], "--out"),
        (["--hf", "gpt2", "--out", "a.onnx"], "ends in .pt2; got 'a.onnx'"),
        (["--hf", "gpt2", "--set", "n_layer", "--out", "a.pt2"], "key=value; got 'n_layer'"),
        (["--hf", "gpt2", "--inputs", "batch=x", "--out", "a.pt2"], "whole numbers; got 'x'"),
        (["--hf", "gpt2", "--threads", "0", "--out", "a.pt2"], "at least 1; got 0"),
        (["--hf", "gpt2", "--dtype", "int8", "--out", "a.pt2"], "invalid choice"),
        (["--module", "a.py:f", "--set", "n=1", "--out", "a.pt2"], "goes with --hf only"),
        (["--module", "a.py:f", "--structure-only", "--out", "a.pt2"], "--structure-only"),
        (["--hf", "gpt2", "--weights", "d", "--structure-only", "--out", "a.pt2"], "never made"),
    ],
)
def test_bad_arguments_say_what_is_wrong(arguments: list[str], part: str) -> None:
    with pytest.raises(ExportError) as raised:
        read_settings(arguments)
    assert raised.value.identifier == "export.argument"
    assert part in str(raised.value)
