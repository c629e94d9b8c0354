"""Architectures of transformers: task, inputs, configuration."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from safetensors.torch import load_file

import export_model
from exporter.transformers_model import choose_task

TINY = {
    "gpt2": "n_layer=2,n_embd=32,n_head=2,vocab_size=60,n_positions=32",
    "bert": "num_hidden_layers=1,hidden_size=32,num_attention_heads=2,intermediate_size=64,"
    "vocab_size=60",
    "t5": "num_layers=1,num_decoder_layers=1,d_model=32,d_kv=16,num_heads=2,d_ff=64,vocab_size=60",
    "mixtral": "num_hidden_layers=1,hidden_size=32,num_attention_heads=2,num_key_value_heads=1,"
    "intermediate_size=48,vocab_size=60,num_local_experts=4",
    "deit": "num_hidden_layers=1,hidden_size=32,num_attention_heads=2,intermediate_size=64,"
    "image_size=32,patch_size=8",
    "vit": "num_hidden_layers=1,hidden_size=32,num_attention_heads=2,intermediate_size=64,"
    "image_size=32,patch_size=8",
}


def export(
    folder: Path, model_type: str, *more: str
) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
    """Export a tiny configuration; return its record and the record's tensors."""
    out = folder / f"{model_type}.pt2"
    arguments = ["--hf", model_type, "--set", TINY[model_type], "--out", str(out), *more]
    assert export_model.main(arguments) == 0
    document = json.loads(out.with_suffix(".recorded.json").read_text())
    return document, load_file(out.with_suffix(".recorded.safetensors"))


@pytest.mark.parametrize(
    ("model_type", "task"),
    [
        ("gpt2", "causal-lm"),
        ("llama", "causal-lm"),
        ("bert", "base"),
        ("albert", "base"),
        ("t5", "seq2seq-lm"),
        ("whisper", "speech-seq2seq"),
        ("resnet", "image-classification"),
        ("clip", "base"),
    ],
)
def test_the_task_follows_from_the_architecture(model_type: str, task: str) -> None:
    assert choose_task(transformers.AutoConfig.for_model(model_type), None) == task


def test_a_decoder_takes_ids_of_its_vocabulary_and_returns_logits_only(tmp_path: Path) -> None:
    document, tensors = export(tmp_path, "gpt2", "--inputs", "batch=2,seq=32")
    assert document["input_names"] == ["input_ids"]
    for run in document["seeds"]:
        ids = tensors[run["inputs"][0]["tensor"]]
        assert ids.shape == (2, 32)
        assert 0 <= ids.min() <= ids.max() < 60
        assert [entry["shape"] for entry in run["outputs"]] == [[2, 32, 60]]
    assert document["source"]["class"] == "GPT2LMHeadModel"


def test_padding_masks_the_tail_of_the_same_rows_for_every_seed(tmp_path: Path) -> None:
    document, tensors = export(tmp_path, "bert", "--inputs", "batch=2,seq=8,padded=1")
    assert document["input_names"] == ["input_ids", "attention_mask"]
    masks = [tensors[run["inputs"][1]["tensor"]] for run in document["seeds"]]
    assert masks[0].tolist() == [[1] * 8, [1] * 6 + [0] * 2]
    assert all(torch.equal(mask, masks[0]) for mask in masks)


def test_an_encoder_decoder_gets_both_kinds_of_ids(tmp_path: Path) -> None:
    document, _ = export(tmp_path, "t5", "--inputs", "seq=8,target_seq=5")
    assert document["input_names"] == ["input_ids", "decoder_input_ids"]
    assert document["seeds"][0]["outputs"][0]["shape"] == [1, 5, 60]


def test_experts_can_be_chosen(tmp_path: Path) -> None:
    document, _ = export(tmp_path, "mixtral", "--inputs", "seq=4", "--experts", "batched_mm")
    text = json.dumps(document)
    assert document["source"]["experts"] == "batched_mm"
    assert "grouped_mm" not in text
    program = torch.export.load(tmp_path / "mixtral.pt2")
    assert not any("grouped_mm" in str(node.target) for node in program.graph.nodes)


def test_images_have_the_configured_size_and_dtype(tmp_path: Path) -> None:
    document, _ = export(tmp_path, "vit", "--dtype", "bf16", "--attention", "sdpa")
    entry = document["seeds"][0]["inputs"][0]
    assert (entry["shape"], entry["dtype"]) == ([1, 3, 32, 32], "bfloat16")
    program = torch.export.load(tmp_path / "vit.pt2")
    assert any("scaled_dot_product" in str(node.target) for node in program.graph.nodes)


def test_of_several_classes_for_a_task_the_first_is_built(tmp_path: Path) -> None:
    document, _ = export(tmp_path, "deit")
    assert document["source"]["class"] == "DeiTForImageClassification"


def test_weights_come_from_a_folder_as_they_are(tmp_path: Path) -> None:
    config = transformers.AutoConfig.for_model(
        "gpt2", n_layer=1, n_embd=32, n_head=2, vocab_size=60, n_positions=32
    )
    model = transformers.AutoModelForCausalLM.from_config(config)
    model.save_pretrained(tmp_path / "weights")
    out = tmp_path / "loaded.pt2"
    arguments = ["--hf", "gpt2", "--weights", str(tmp_path / "weights"), "--inputs", "seq=4"]
    assert export_model.main([*arguments, "--out", str(out)]) == 0
    loaded = torch.export.load(out).state_dict
    for name, parameter in model.named_parameters():
        assert torch.equal(loaded[name], parameter)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--hf", "gtp2"], "[export.hf] --hf: 'gtp2' is no transformers model type; did you mean"),
        (["--hf", "gpt2", "--set", "n_layr=2"], "[export.config] --set n_layr: gpt2 has no such"),
        (["--hf", "gpt2", "--set", "n_layer=two"], "[export.config] --set"),
        (["--hf", "gpt2", "--task", "masked-lm"], "[export.hf] --task: gpt2 has"),
        (["--hf", "gpt2", "--set", TINY["gpt2"], "--inputs", "seq=33"], "1 to 32 positions"),
        (["--hf", "gpt2", "--set", TINY["gpt2"], "--inputs", "sequence=3"], "sequence: unknown"),
        (["--hf", "gpt2", "--set", TINY["gpt2"], "--attention", "flash"], "[export.config]"),
        (["--hf", "gpt2", "--set", TINY["gpt2"], "--inputs", "seq=4,image_tokens=3"], "no image"),
        (["--hf", "gpt2", "--weights", "/nowhere"], "[export.weights] /nowhere"),
    ],
)
def test_bad_input_exits_with_2_and_says_where(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert export_model.main([*arguments, "--out", str(tmp_path / "a.pt2")]) == 2
    assert message in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
