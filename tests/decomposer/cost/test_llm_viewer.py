"""Llama-2-7b, exported without weights, against what LLM-Viewer's own code gives for it."""

import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from program import PROGRAMS, ROOT, strata, strata_json

REFERENCE = json.loads((Path(__file__).parent / "llm_viewer_llama2_7b.json").read_text())

LLAMA_2_7B = (
    "num_hidden_layers=32,hidden_size=4096,intermediate_size=11008,num_attention_heads=32,"
    "num_key_value_heads=32,vocab_size=32000,max_position_embeddings=4096"
)

# Where LLM-Viewer's operations are in the model: the module that holds them, and our operation.
PLACES = {
    ("self_attn.q_proj", "linear"): ["q_proj"],
    ("self_attn.k_proj", "linear"): ["k_proj"],
    ("self_attn.v_proj", "linear"): ["v_proj"],
    ("self_attn.o_proj", "linear"): ["out_proj"],
    ("mlp.gate_proj", "linear"): ["gate_proj"],
    ("mlp.up_proj", "linear"): ["up_proj"],
    ("mlp.down_proj", "linear"): ["down_proj"],
    ("self_attn", "matmul"): ["qk_matmul", "sv_matmul"],
    ("self_attn", "softmax"): ["softmax"],
    ("input_layernorm", "rms_norm"): ["attn_norm"],
    ("post_attention_layernorm", "rms_norm"): ["mlp_norm"],
    ("", "llama_decoder_layer"): ["attn_add", "mlp_add"],
    ("mlp.act_fn", "silu"): ["mlp_act"],
}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("llama") / "llama2_7b.pt2"
    command = [
        *(sys.executable, str(ROOT / "scripts" / "export_model.py"), "--hf", "llama"),
        *("--set", LLAMA_2_7B, "--inputs", "batch=1,seq=2048", "--dtype", "fp16"),
        *("--structure-only", "--out", str(path)),
    ]
    subprocess.run(command, check=True, capture_output=True)
    return path


@pytest.fixture(scope="module")
def cost(archive: Path) -> Any:
    return strata_json("flops", archive, "--llm-viewer")


def operation_of(cost: Any) -> dict[str, str]:
    return {one["name"]: one["operation"] for one in cost["components"]}


def test_every_operation_is_exactly_the_reference(cost: Any) -> None:
    operations = operation_of(cost)
    per_layer: dict[int, dict[str, int]] = {}
    outside = []
    for line in cost["llm_viewer"]:
        path, operation = line["original_path"], operations[line["component"]]
        if not path.startswith("model.layers."):
            outside.append((operation, line["flops"]))
            continue
        index, _, inner = path.removeprefix("model.layers.").partition(".")
        names = PLACES[(inner, operation)]
        found = per_layer.setdefault(int(index), {})
        if operation == "llama_decoder_layer":  # both residual sums are the layer's own
            for name in names:
                found[name] = line["flops"] // len(names)
            continue
        found[next(name for name in names if name not in found)] = line["flops"]
    assert sorted(per_layer) == list(range(REFERENCE["layers"]))
    for found in per_layer.values():
        assert found == REFERENCE["per_layer"]
        assert sum(found.values()) == REFERENCE["layer"]
    assert outside == [("linear", REFERENCE["lm_head"])]
    assert cost["total"]["llm_viewer_flops"] == REFERENCE["total"]


def test_the_true_total_is_within_five_percent(cost: Any) -> None:
    total = cost["total"]["flops"]
    assert total != REFERENCE["total"], "the reference has known errors"
    assert abs(total - REFERENCE["total"]) < 0.05 * REFERENCE["total"]
    assert cost["uncounted"] == []


def test_the_true_figures_of_contractions_are_those_of_the_reference(cost: Any) -> None:
    own = {one["name"]: one for one in cost["components"]}
    per_layer = REFERENCE["per_layer"]
    for name, expected in (
        ("linear_1x2048x4096_4096x4096_fp16", per_layer["q_proj"]),
        ("linear_1x2048x4096_11008x4096_fp16", per_layer["gate_proj"]),
        ("linear_1x2048x11008_4096x11008_fp16", per_layer["down_proj"]),
        ("matmul_1x32x2048x128_1x32x128x2048_fp16", per_layer["qk_matmul"]),
        ("matmul_1x32x2048x2048_1x32x2048x128_fp16", per_layer["sv_matmul"]),
        ("softmax_1x32x2048x2048_fp16", per_layer["softmax"]),
        # The head for every position, a product and a sum each.
        ("linear_1x2048x4096_32000x4096_fp16", 2048 * 2 * REFERENCE["lm_head"]),
    ):
        assert own[name]["own"]["flops"] == expected, name


def test_counting_takes_little(archive: Path, tmp_path: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    strata_json("decompose", archive, "--out", tmp_path / "out")
    strata_json("flops", tmp_path / "out")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 3
    probe = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True,"
        "stdout=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    command = [sys.executable, "-c", probe, str(PROGRAMS / "strata"), "flops", str(archive)]
    peak = int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert peak < 1024 * 1024, "KiB"


def test_verifying_it_is_refused(archive: Path, tmp_path: Path) -> None:
    strata_json("decompose", archive, "--out", tmp_path / "out")
    ended = strata("verify", tmp_path / "out")
    assert ended.returncode == 2
    assert "[weights.absent]" in ended.stderr


def test_weights_without_bytes_are_not_taken_for_one(archive: Path, tmp_path: Path) -> None:
    strata_json("decompose", archive, "--out", tmp_path / "out")
    tree = json.loads((tmp_path / "out" / "decomposition_tree.json").read_text())
    names = [weight["name"] for instance in tree["instances"] for weight in instance["weights"]]
    # Nine per layer, the embedding, the last norm, the head, and the rotary frequencies.
    assert len(names) == len(set(names)) == 9 * 32 + 4
