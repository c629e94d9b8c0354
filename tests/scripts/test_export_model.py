"""The exporter end to end, on the modules of the zoo."""

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

import export_model

ZOO = Path(__file__).resolve().parents[1] / "zoo"


def export(folder: Path, name: str, *more: str) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
    """Export a module of the zoo; return its record and the record's tensors."""
    arguments = ["--module", f"{ZOO / name}.py:make", "--out", str(folder / f"{name}.pt2"), *more]
    assert export_model.main(arguments) == 0
    document = json.loads((folder / f"{name}.recorded.json").read_text())
    return document, load_file(folder / f"{name}.recorded.safetensors")


def test_the_record_names_the_other_files_by_their_hashes(tmp_path: Path) -> None:
    document, _ = export(tmp_path, "tied_weights")
    assert document["schema"] == "recorded_outputs/1"
    for part in ("archive", "tensors"):
        data = (tmp_path / document[part]["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == document[part]["sha256"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "tied_weights.pt2",
        "tied_weights.recorded.json",
        "tied_weights.recorded.safetensors",
    ]
    with zipfile.ZipFile(tmp_path / "tied_weights.pt2") as archive:
        assert "tied_weights/models/model.json" in archive.namelist()


def test_recorded_outputs_are_what_the_loaded_archive_computes(tmp_path: Path) -> None:
    document, tensors = export(tmp_path, "has_downsample", "--randomise")
    program = torch.export.load(tmp_path / "has_downsample.pt2").module()
    assert len(document["seeds"]) == 3
    seen = []
    for run in document["seeds"]:
        (given,) = (tensors[entry["tensor"]] for entry in run["inputs"])
        (expected,) = (tensors[entry["tensor"]] for entry in run["outputs"])
        with torch.no_grad():
            assert torch.equal(program(given), expected)
        seen.append(given)
    assert not torch.equal(seen[0], seen[1])
    assert not torch.equal(seen[1], seen[2])


def test_the_first_inputs_are_the_archives_sample_inputs(tmp_path: Path) -> None:
    document, tensors = export(tmp_path, "tuple_outputs")
    args, kwargs = torch.export.load(tmp_path / "tuple_outputs.pt2").example_inputs
    assert args == ()
    assert document["input_names"] == list(kwargs) == ["x", "scale"]
    for entry, sample in zip(document["seeds"][0]["inputs"], kwargs.values(), strict=True):
        assert torch.equal(tensors[entry["tensor"]], sample)


def test_outputs_that_are_no_tensors_are_described(tmp_path: Path) -> None:
    document, tensors = export(tmp_path, "tuple_outputs")
    outputs = document["seeds"][0]["outputs"]
    assert [entry["kind"] for entry in outputs] == [*["tensor"] * 4, "none", *["tensor"] * 2, "int"]
    assert outputs[7]["value"] == 12
    assert outputs[1]["dtype"] == "int64"
    assert torch.equal(tensors[outputs[5]["tensor"]], tensors[outputs[6]["tensor"]])


def test_inputs_that_are_constants_are_named_too(tmp_path: Path) -> None:
    out = tmp_path / "keywords.pt2"
    arguments = ["--module", f"{ZOO}/styles.py:make_keywords", "--out", str(out)]
    assert export_model.main(arguments) == 0
    document = json.loads(out.with_suffix(".recorded.json").read_text())
    assert document["input_names"] == ["x", "mask", "flag"]
    assert document["seeds"][0]["inputs"][2] == {"kind": "bool", "value": True}


def test_every_seed_starts_from_the_exported_buffers(tmp_path: Path) -> None:
    document, tensors = export(tmp_path, "in_place")
    for run in document["seeds"]:
        assert sorted(run["mutated_buffers"]) == ["average", "calls"]
        assert tensors[run["mutated_buffers"]["calls"]["tensor"]].item() == 1
    state = torch.export.load(tmp_path / "in_place.pt2").state_dict
    assert state["calls"].item() == 0
    assert document["exported_program"]["bit_equal_to_eager"]


def test_conditions_say_how_the_outputs_were_made(tmp_path: Path) -> None:
    document, _ = export(tmp_path, "unet", "--threads", "2", "--with-grad")
    conditions = document["conditions"]
    assert conditions["threads"] == 2
    assert conditions["grad_mode"] is True
    assert conditions["training"] is False
    assert conditions["fused_encoder_path"] is False
    assert conditions["torch_version"] == torch.__version__
    assert conditions["parameters_requiring_grad"] == conditions["parameters"] > 0


def test_training_mode_updates_running_statistics(tmp_path: Path) -> None:
    document, _ = export(tmp_path, "has_downsample", "--train")
    assert document["conditions"]["training"] is True
    assert any(name.endswith("running_mean") for name in document["seeds"][0]["mutated_buffers"])


def test_the_same_arguments_give_the_same_tensors(tmp_path: Path) -> None:
    first = export(tmp_path, "unet", "--randomise", "--seed", "5")[1]
    second = export(tmp_path, "unet", "--randomise", "--seed", "5")[1]
    assert all(torch.equal(first[key], second[key]) for key in first)


def test_a_symbolic_dimension_reaches_the_archive(tmp_path: Path) -> None:
    export(tmp_path, "tied_weights", "--dynamic", "0")
    program = torch.export.load(tmp_path / "tied_weights.pt2")
    assert program.range_constraints
    assert program.module()(torch.zeros(5, 8, dtype=torch.int64)).shape == (5, 8, 50)


def signatures_in(archive: Path) -> dict[str, Any]:
    """Return what the archive says of the modules' calls, by their paths."""
    with zipfile.ZipFile(archive) as file:
        program = json.loads(file.read(f"{archive.stem}/models/model.json"))
    calls = program["graph_module"]["module_call_graph"]
    return {call["fqn"]: call["signature"] for call in calls if call["fqn"]}


def test_signatures_of_the_modules_are_kept_where_asked(tmp_path: Path) -> None:
    export(tmp_path, "unet", "--signatures")
    up = signatures_in(tmp_path / "unet.pt2")["up1"]
    assert len(up["inputs"]) == 2
    assert len(up["outputs"]) == 1
    export(tmp_path, "unet")
    assert signatures_in(tmp_path / "unet.pt2")["up1"] is None


def test_floats_are_converted_and_integers_are_not(tmp_path: Path) -> None:
    document, _ = export(tmp_path, "tied_weights", "--dtype", "bf16")
    run = document["seeds"][0]
    assert (run["inputs"][0]["dtype"], run["outputs"][0]["dtype"]) == ("int64", "bfloat16")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("def make():\n    return 3\n", "[export.module]"),
        ("def other():\n    pass\n", "has no function 'make'"),
        ("import nothing_of_this_name\n", "importing raised ModuleNotFoundError"),
        ("def make():\n    raise ValueError('no')\n", "the function raised ValueError: no"),
        (
            "import torch\n\n\nclass Branch(torch.nn.Module):\n"
            "    def forward(self, x):\n        return x if x.sum() > 0 else -x\n\n\n"
            "def make():\n    return Branch(), (torch.ones(2),)\n",
            "[export.trace] Branch: torch.export refused it",
        ),
    ],
)
def test_a_module_that_cannot_be_exported_leaves_nothing_behind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], body: str, message: str
) -> None:
    (tmp_path / "broken.py").write_text(body)
    out = tmp_path / "out"
    arguments = ["--module", f"{tmp_path}/broken.py:make", "--out", f"{out}/broken.pt2"]
    assert export_model.main(arguments) == 2
    assert message in capsys.readouterr().err
    assert not out.exists() or list(out.iterdir()) == []


def test_a_failure_while_writing_keeps_the_older_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    export(tmp_path, "unet")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("exporter.record.write_record", full)
    arguments = ["--module", f"{ZOO}/unet.py:make", "--seed", "9", "--out", f"{tmp_path}/unet.pt2"]
    assert export_model.main(arguments) == 2
    assert "No space left" in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


WRITTEN = """
import dataclasses, typing, torch

class Pair(typing.NamedTuple):
    left: torch.Tensor
    right: dict

@dataclasses.dataclass
class Answer:
    pair: Pair
    count: int

class Module(torch.nn.Module):
    def forward(self, x):
        return Answer(Pair(x + 1, {"b": [x * 2]}), 3)

class Picky(torch.nn.Module):
    def forward(self, x):
        if not torch.compiler.is_compiling() and x.sum() != 6:
            raise ValueError("only this one")
        return x + 1

def make():
    return Module(), (torch.randn(2),)

def make_picky():
    return Picky(), (torch.tensor([1.0, 2.0, 3.0]),)
"""


def test_named_tuples_and_data_classes_become_plain_containers(tmp_path: Path) -> None:
    file = tmp_path / "written.py"
    file.write_text(WRITTEN)
    out = tmp_path / "written.pt2"
    assert export_model.main(["--module", f"{file}:make", "--out", str(out)]) == 0
    x = torch.randn(2)
    answer = torch.export.load(out).module()(x)
    left, right = answer["pair"]
    assert torch.equal(left, x + 1)
    assert torch.equal(right["b"][0], x * 2)
    assert answer["count"] == 3


def test_inputs_that_cannot_be_drawn_anew_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "written.py"
    file.write_text(WRITTEN)
    out = tmp_path / "written.pt2"
    assert export_model.main(["--module", f"{file}:make_picky", "--out", str(out)]) == 2
    assert "[export.record] Picky: must run on inputs like those given" in capsys.readouterr().err
    assert not out.exists()


def test_bad_arguments_exit_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert export_model.main(["--hf", "gpt2"]) == 2
    assert capsys.readouterr().err.startswith("[export.argument]")
