"""The models that are measured, and their archives."""

import shlex
import subprocess
import sys
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[1]

# Name: arguments of export_model.py, less --out.
MODELS = {
    "gpt2": "--hf gpt2 --inputs batch=1,seq=64",
    "resnet50": "--hf resnet --set num_labels=1000 --inputs batch=1,image=224",
    "tinyllama": "--hf llama --set hidden_size=2048,intermediate_size=5632,num_hidden_layers=22,"
    "num_attention_heads=32,num_key_value_heads=4,vocab_size=32000,max_position_embeddings=2048,"
    "rms_norm_eps=1e-5 --inputs batch=1,seq=46 --dtype bf16",
    **{
        f"gpt2_{layers}_layers": f"--hf gpt2 --set n_layer={layers},n_embd=256,n_head=4,"
        "vocab_size=5000 --inputs batch=1,seq=64"
        for layers in (2, 12, 48)
    },
}


def archive_of(name: str, folder: Path) -> Path:
    """Return the model's archive, exported on first use."""
    archive = folder / f"{name}.pt2"
    if not (folder / f"{name}.recorded.json").exists():
        print(f"exporting {name}", file=sys.stderr)
        command = [sys.executable, str(SCRIPTS / "export_model.py"), *shlex.split(MODELS[name])]
        subprocess.run([*command, "--out", str(archive)], check=True, stdout=subprocess.DEVNULL)
    return archive
