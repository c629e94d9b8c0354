#!/usr/bin/env python3
"""Export every model that the tests use into one folder, with its recorded outputs.

    tests/zoo/export_zoo.py OUT [NAME ...]

What is already there, and newer than the exporter and the model's own file, is left alone.
"""

import shlex
import sys
import time
from pathlib import Path

ZOO = Path(__file__).resolve().parent
SCRIPTS = ZOO.parent.parent / "scripts"
sys.path.insert(0, str(SCRIPTS))

from export_model import export_model  # noqa: E402
from exporter.settings import read_settings  # noqa: E402

# Name: arguments of scripts/export_model.py, less --out.
MODELS = {
    "gpt2_small": "--hf gpt2 --set n_layer=3,n_embd=64,n_head=4,vocab_size=500,n_positions=64"
    " --inputs batch=1,seq=16",
    "bert_small": "--hf bert --set num_hidden_layers=2,hidden_size=64,num_attention_heads=4,"
    "intermediate_size=128,vocab_size=500 --inputs batch=2,seq=16,padded=1",
    "llama_small_fp32": "--hf llama --set num_hidden_layers=3,hidden_size=64,"
    "num_attention_heads=8,num_key_value_heads=2,intermediate_size=160,vocab_size=500"
    " --inputs batch=1,seq=16",
    "llama_small_bf16": "--hf llama --set num_hidden_layers=3,hidden_size=64,"
    "num_attention_heads=8,num_key_value_heads=2,intermediate_size=160,vocab_size=500"
    " --inputs batch=1,seq=16 --dtype bf16",
    "resnet_small": "--hf resnet --set embedding_size=16,hidden_sizes=[16,32],depths=[2,2],"
    "layer_type=basic --inputs batch=1,image=32",
    "resnet_bottleneck_small": "--hf resnet --set embedding_size=16,hidden_sizes=[32,64],"
    "depths=[2,2],layer_type=bottleneck --inputs batch=1,image=32",
    "t5_small": "--hf t5 --set num_layers=2,num_decoder_layers=2,d_model=64,d_kv=16,num_heads=4,"
    "d_ff=128,vocab_size=500 --inputs batch=1,seq=16,target_seq=8",
    "albert_small": "--hf albert --set num_hidden_layers=3,hidden_size=64,embedding_size=32,"
    "num_attention_heads=4,intermediate_size=128,vocab_size=500 --inputs batch=1,seq=16",
    "unet": f"--module {ZOO}/unet.py:make --randomise",
    "tied_weights": f"--module {ZOO}/tied_weights.py:make --randomise",
    "tuple_outputs": f"--module {ZOO}/tuple_outputs.py:make --randomise",
    "in_place": f"--module {ZOO}/in_place.py:make --randomise",
    "has_downsample": f"--module {ZOO}/has_downsample.py:make --randomise",
}


def is_current(name: str, folder: Path) -> bool:
    """Tell whether the files of a model are newer than everything they are made from."""
    made = [
        folder / f"{name}.pt2",
        folder / f"{name}.recorded.safetensors",
        folder / f"{name}.recorded.json",
    ]
    if not all(path.exists() for path in made):
        return False
    sources = [Path(__file__), SCRIPTS / "export_model.py", *(SCRIPTS / "exporter").glob("*.py")]
    if (ZOO / f"{name}.py").exists():
        sources.append(ZOO / f"{name}.py")
    return min(path.stat().st_mtime for path in made) > max(
        path.stat().st_mtime for path in sources
    )


def main(arguments: list[str]) -> int:
    """Export what is missing."""
    folder, names = Path(arguments[0]), arguments[1:] or list(MODELS)
    for name in names:
        if is_current(name, folder):
            continue
        start = time.perf_counter()
        out = ["--out", str(folder / f"{name}.pt2")]
        lines = export_model(read_settings(shlex.split(MODELS[name]) + out))
        print(f"{time.perf_counter() - start:5.1f} s  {lines[0]}; {lines[1].rpartition('; ')[2]}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
