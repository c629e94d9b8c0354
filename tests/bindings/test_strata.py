"""The Python module, used as a user does."""

import os
import shutil
from pathlib import Path

import pytest

import strata

ZOO = Path(os.environ["STRATA_ZOO_DIR"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("decomposed") / "tied"
    strata.decompose(ZOO / "tied_weights.pt2", out=out)
    return out


def test_load_gives_the_program_as_it_was_exported() -> None:
    program = strata.load(ZOO / "tied_weights.pt2")
    assert program.name == "tied_weights"
    assert [tensor.shape for tensor in program.inputs] == [[2, 8]]
    assert program.nodes[0].op == "aten::embedding"
    assert program.nodes[0].module == "embedding"
    assert "head.weight" in {tensor.name for tensor in program.parameters}


def test_load_raises_what_is_wrong_and_where(tmp_path: Path) -> None:
    broken = tmp_path / "broken.pt2"
    broken.write_bytes(b"not an archive")
    with pytest.raises(strata.Error, match=r"broken\.pt2") as caught:
        strata.load(broken)
    assert caught.value.id.startswith("load.")


def test_decompose_gives_the_tree_that_it_writes(folder: Path) -> None:
    tree = strata.decompose(ZOO / "tied_weights.pt2")
    assert str(tree) == str(strata.read_tree(folder))
    root = tree.components[-1]
    assert (root.level, root.instances) == (3, 1)
    assert "norm" in dict(root.children)
    assert tree.instances[0].path == ""
    assert root.name in tree.show(root.name)


def test_show_of_a_name_that_is_not_there_is_an_error(folder: Path) -> None:
    with pytest.raises(strata.Error, match="no_such"):
        strata.read_tree(folder).show("no_such")


def test_decompose_keeps_an_edited_folder(folder: Path, tmp_path: Path) -> None:
    edited = tmp_path / "edited"
    shutil.copytree(folder, edited)
    kernel = next((edited / "level_0_kernel").glob("*.h"))
    kernel.write_text(kernel.read_text() + "// mine\n")
    with pytest.raises(strata.Error) as caught:
        strata.decompose(ZOO / "tied_weights.pt2", out=edited)
    assert caught.value.id == "emit.edited"


def test_verify_passes_what_decompose_wrote(folder: Path) -> None:
    assert strata.verify(folder)["verdict"] == "pass"


def test_verify_fails_a_wrong_kernel_and_names_it(folder: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    shutil.copytree(folder, wrong)
    kernel = next((wrong / "level_0_kernel").glob("layer_norm*.h"))
    assert "1e-05" in kernel.read_text()
    kernel.write_text(kernel.read_text().replace("1e-05", "1e-03"))
    result = strata.verify(wrong)
    assert result["verdict"] == "fail"
    assert any(kernel.stem in str(culprit) for culprit in result["culprits"])


def test_verify_of_no_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(strata.Error) as caught:
        strata.verify(tmp_path)
    assert caught.value.id == "tree.missing"


def test_verify_step_judges_one_refactoring(folder: Path) -> None:
    step = next(
        path for path in sorted((folder / "steps").iterdir()) if "feed_forward" in path.name
    )
    refactored = folder / "level_1_fusion" / f"{step.name.split('_', 2)[2]}.h"
    report = strata.verify_step(
        step / "original.h", refactored, "--weight-map", str(step / "weight_map.json")
    )
    assert report["verdict"] == "pass"


def test_scan_finds_compute_in_a_parent(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "cheat"
    shutil.copytree(folder, copy)
    parent = next((copy / "level_1_fusion").glob("*.h"))
    files = [parent, *(copy / "level_0_kernel").glob("*.h")]
    assert strata.scan(files)["findings"] == []
    text = parent.read_text()
    assert "wide->forward(x)" in text
    parent.write_text(text.replace("wide->forward(x)", "wide->forward(at::relu(x))"))
    findings = strata.scan(files)["findings"]
    assert [finding["rule"] for finding in findings] == ["compute"]


def test_torch_may_be_imported_too() -> None:
    torch = pytest.importorskip("torch")
    assert torch.ones(2).sum().item() == 2
    assert strata.load(ZOO / "tied_weights.pt2").nodes
