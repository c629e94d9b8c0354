"""Architectures of transformers, by model type: ``--hf gpt2``."""

import difflib
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
import transformers
from transformers.models.auto import configuration_auto, modeling_auto

from exporter.errors import ExportError
from exporter.settings import Settings
from exporter.subject import Subject
from exporter.transformers_inputs import make_inputs
from exporter.user_module import TORCH_DTYPES
from exporter.weights import randomise_scales_and_statistics

# --task: the class that builds it, and the model types it knows.
TASKS = {
    "seq2seq-lm": (
        transformers.AutoModelForSeq2SeqLM,
        modeling_auto.MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING_NAMES,
    ),
    "speech-seq2seq": (
        transformers.AutoModelForSpeechSeq2Seq,
        modeling_auto.MODEL_FOR_SPEECH_SEQ_2_SEQ_MAPPING_NAMES,
    ),
    "causal-lm": (
        transformers.AutoModelForCausalLM,
        modeling_auto.MODEL_FOR_CAUSAL_LM_MAPPING_NAMES,
    ),
    "masked-lm": (
        transformers.AutoModelForMaskedLM,
        modeling_auto.MODEL_FOR_MASKED_LM_MAPPING_NAMES,
    ),
    "image-classification": (
        transformers.AutoModelForImageClassification,
        modeling_auto.MODEL_FOR_IMAGE_CLASSIFICATION_MAPPING_NAMES,
    ),
    "base": (transformers.AutoModel, modeling_auto.MODEL_MAPPING_NAMES),
}


def load_transformers_model(
    settings: Settings, memory: AbstractContextManager[Any] | None = None
) -> Subject:
    """Build an architecture with seeded random weights, or from a local folder of weights.

    The model keeps no cache, and returns a plain tuple of tensors. It is built in the context
    ``memory``, where one is given.

    Raises
    ------
    ExportError
        ``export.hf`` for an unknown type or task, ``export.config`` for configuration values that
        don't exist or don't fit, ``export.weights`` for a folder that can't be loaded.
    """
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    config = _make_config(settings)
    task = choose_task(config, settings.task)
    choices: dict[str, Any] = {"attn_implementation": settings.attention}
    if settings.experts:
        choices["experts_implementation"] = settings.experts
    if settings.dtype:
        choices["dtype"] = TORCH_DTYPES[settings.dtype]
    torch.manual_seed(settings.seed)
    try:
        if settings.weights:
            model = TASKS[task][0].from_pretrained(
                settings.weights,
                config=config,
                local_files_only=True,
                trust_remote_code=False,
                **choices,
            )
        else:
            choices.setdefault("dtype", torch.float32)
            classes = TASKS[task][1][config.model_type]
            if isinstance(classes, tuple):  # of several classes the first is the plain one
                config.architectures = list(classes[:1])
            with memory or nullcontext():
                model = TASKS[task][0].from_config(config, trust_remote_code=False, **choices)
    except Exception as error:
        identifier = "export.weights" if settings.weights else "export.config"
        raise ExportError(
            identifier, f"{settings.hf}: {type(error).__name__}: {_first_line(error)}"
        ) from error
    if settings.randomise:
        randomise_scales_and_statistics(model, settings.seed + 1)
    model.train(settings.train)
    model.register_forward_hook(_to_plain_tuple)
    return Subject(
        module=model,
        inputs=((), make_inputs(model, settings.inputs)),
        source={
            "hf": settings.hf,
            "class": type(model).__name__,
            "set": settings.config,
            "weights": settings.weights.name if settings.weights else "random",
            "attention": settings.attention,
            "experts": settings.experts,
            "seed": settings.seed,
            "transformers_version": transformers.__version__,
        },
    )


def choose_task(config: Any, asked: str | None) -> str:
    """Return the task: as asked, or what the architecture is for.

    Encoder-decoders generate; decoders without a masked-LM twin are causal; pure vision models
    classify; everything else is the bare model.
    """
    model_type = config.model_type
    known = [task for task, (_, types) in TASKS.items() if model_type in types]
    if asked:
        if asked not in known:
            raise ExportError(
                "export.hf", f"--task: {model_type} has {', '.join(known) or 'none'}; got '{asked}'"
            )
        return asked
    if config.is_encoder_decoder:
        preferred = ["seq2seq-lm", "speech-seq2seq", "base"]
    elif "masked-lm" in known or config.sub_configs:
        preferred = ["base"]
    else:
        preferred = ["causal-lm", "image-classification", "base"]
    for task in preferred:
        if task in known:
            return task
    raise ExportError(
        "export.hf", f"{model_type}: no default task; use --task with one of {', '.join(known)}"
    )


def _make_config(settings: Settings) -> Any:
    model_type = settings.hf
    if model_type not in configuration_auto.CONFIG_MAPPING_NAMES:
        near = difflib.get_close_matches(str(model_type), configuration_auto.CONFIG_MAPPING_NAMES)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise ExportError("export.hf", f"--hf: '{model_type}' is no transformers model type{hint}")
    if settings.weights:
        config = _load_config(settings)
        for key, value in settings.config.items():
            _set_nested(config, key, value)
    else:
        config = _config_with(model_type, settings.config)
    for part in (config, *(getattr(config, name, None) for name in config.sub_configs)):
        if part is not None:
            part.use_cache = False
    return config


def _load_config(settings: Settings) -> Any:
    assert settings.weights is not None
    if not (settings.weights / "config.json").is_file():
        raise ExportError("export.weights", f"{settings.weights}: the folder holds no config.json")
    try:
        config = transformers.AutoConfig.from_pretrained(
            settings.weights, local_files_only=True, trust_remote_code=False
        )
    except Exception as error:
        raise ExportError("export.weights", f"{settings.weights}: {_first_line(error)}") from error
    if config.model_type != settings.hf:
        raise ExportError(
            "export.weights",
            f"{settings.weights}: holds a {config.model_type}, but --hf names '{settings.hf}'",
        )
    return config


def _config_with(model_type: str, values: dict[str, Any]) -> Any:
    """Build a configuration from values; those with dots go into nested configurations."""
    default = transformers.AutoConfig.for_model(model_type)
    arguments: dict[str, Any] = {}
    for key, value in values.items():
        _require_field(default, key)
        outer, dot, inner = key.partition(".")
        if dot:
            arguments.setdefault(outer, getattr(default, outer).to_dict())[inner] = value
        else:
            arguments[key] = value
    try:
        return transformers.AutoConfig.for_model(model_type, **arguments)
    except Exception as error:
        raise ExportError("export.config", f"--set: {_first_line(error)}") from error


def _require_field(config: Any, key: str) -> None:
    outer, _, inner = key.partition(".")
    if not hasattr(config, outer) or (inner and not hasattr(getattr(config, outer), inner)):
        near = difflib.get_close_matches(key, config.to_dict())
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise ExportError(
            "export.config", f"--set {key}: {config.model_type} has no such value{hint}"
        )


def _set_nested(config: Any, key: str, value: Any) -> None:
    _require_field(config, key)
    outer, dot, inner = key.partition(".")
    if dot:
        setattr(getattr(config, outer), inner, value)
    else:
        setattr(config, key, value)


def _to_plain_tuple(module: torch.nn.Module, arguments: Any, output: Any) -> Any:
    """Forward hook: a tuple of tensors instead of transformers' named outputs."""
    del module, arguments
    return output.to_tuple() if isinstance(output, transformers.utils.ModelOutput) else output


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return " ".join(lines[:2])
