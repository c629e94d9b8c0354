"""Inputs for a transformers model, from its configuration and forward's signature."""

import inspect
from typing import Any

import torch

from exporter.errors import ExportError
from exporter.inputs import Drawn, Fixed, Padded, WithImageTokens

KNOWN_SIZES = (
    "batch",
    "seq",
    "target_seq",
    "padded",
    "image",
    "image_tokens",
    "samples",
    "frames",
)


def make_inputs(model: torch.nn.Module, sizes: dict[str, int]) -> dict[str, Any]:
    """Choose keyword inputs, in the order of forward's parameters.

    Parameters
    ----------
    model : transformers.PreTrainedModel
        Says which inputs there are, and of what range.
    sizes : dict
        ``--inputs``; unknown keys are refused.

    Returns
    -------
    dict
        Name to something with a ``draw`` method.
    """
    for key in sizes:
        if key not in KNOWN_SIZES:
            raise ExportError(
                "export.inputs",
                f"--inputs {key}: unknown; expected one of {', '.join(KNOWN_SIZES)}",
            )
    names = list(inspect.signature(model.forward).parameters)
    config: Any = model.config
    main = model.main_input_name
    chosen: dict[str, Any] = {}
    if main == "input_ids":
        chosen |= _text_inputs(config, sizes, names)
    if main == "pixel_values" or ("pixel_values" in names and hasattr(config, "vision_config")):
        chosen["pixel_values"] = _image_input(config, sizes, model.dtype)
    if main == "input_values":
        shape = (_batch(sizes), sizes.get("samples", 16000))
        chosen["input_values"] = Drawn(shape, model.dtype)
    if main == "input_features":
        chosen["input_features"] = _spectrogram_input(config, sizes, model.dtype)
    if config.is_encoder_decoder and "decoder_input_ids" in names:
        length = sizes.get("target_seq", sizes.get("seq", 64))
        _check_length(config.get_text_config(decoder=True), length, "target_seq")
        chosen["decoder_input_ids"] = _ids(
            config.get_text_config(decoder=True), _batch(sizes), length
        )
    if not chosen:
        raise ExportError(
            "export.inputs",
            f"{type(model).__name__}: no inputs known for '{main}'; export it with --module",
        )
    return {name: chosen[name] for name in names if name in chosen}


def _batch(sizes: dict[str, int]) -> int:
    return sizes.get("batch", 1)


def _text_inputs(config: Any, sizes: dict[str, int], names: list[str]) -> dict[str, Any]:
    text_config = (
        config.get_text_config(encoder=True)
        if config.is_encoder_decoder
        else (config.get_text_config())
    )
    batch, length = _batch(sizes), sizes.get("seq", 64)
    _check_length(text_config, length, "seq")
    ids = _ids(text_config, batch, length)
    if sizes.get("image_tokens"):
        return {"input_ids": _with_image_tokens(config, ids, sizes["image_tokens"])}
    if not sizes.get("padded"):
        return {"input_ids": ids}
    if "attention_mask" not in names:
        raise ExportError("export.inputs", "--inputs padded: this model takes no attention mask")
    mask = padding_mask(batch, length)
    padding = text_config.pad_token_id
    if padding is None or not 0 <= padding < text_config.vocab_size:
        padding = 0
    return {"input_ids": Padded(ids, mask, padding), "attention_mask": Fixed(mask)}


def _with_image_tokens(config: Any, ids: Drawn, count: int) -> WithImageTokens:
    token = getattr(config, "image_token_id", getattr(config, "image_token_index", None))
    if token is None:
        raise ExportError("export.inputs", "--inputs image_tokens: this model has no image token")
    if count > ids.shape[1]:
        raise ExportError(
            "export.inputs", f"--inputs image_tokens: at most seq={ids.shape[1]}; got {count}"
        )
    return WithImageTokens(ids, token, count)


def padding_mask(batch: int, length: int) -> torch.Tensor:
    """Return a mask of ones whose last row ends in at least one zero.

    Rows get shorter evenly from the full first one; a batch of one loses a quarter.
    """
    mask = torch.ones(batch, length, dtype=torch.int64)
    for row in range(batch):
        share = (row / (2 * batch)) if batch > 1 else 0.25
        kept = length - int(length * share)
        mask[row, kept:] = 0
    if mask.min() == 1 and length > 1:
        mask[-1, -1] = 0
    return mask


def _ids(config: Any, batch: int, length: int) -> Drawn:
    if not hasattr(config, "vocab_size"):
        raise ExportError(
            "export.inputs",
            f"{config.model_type}: the configuration has no vocab_size; export it with --module",
        )
    return Drawn((batch, length), torch.int64, 0, config.vocab_size - 1)


def _check_length(config: Any, length: int, key: str) -> None:
    limit = getattr(config, "max_position_embeddings", None)
    if length < 1 or (isinstance(limit, int) and 0 < limit < length):
        raise ExportError(
            "export.inputs",
            f"--inputs {key}: 1 to {limit} positions for this configuration; got {length}",
        )


def _image_input(config: Any, sizes: dict[str, int], dtype: torch.dtype) -> Drawn:
    vision = getattr(config, "vision_config", config)
    size = sizes.get("image", getattr(vision, "image_size", None) or 224)
    height, width = (size, size) if isinstance(size, int) else tuple(size)
    channels = getattr(vision, "num_channels", 3)
    return Drawn((_batch(sizes), channels, height, width), dtype)


def _spectrogram_input(config: Any, sizes: dict[str, int], dtype: torch.dtype) -> Drawn:
    bins = getattr(config, "num_mel_bins", None) or getattr(config, "input_feat_per_channel", 80)
    frames = sizes.get("frames", 2 * getattr(config, "max_source_positions", 1500))
    if hasattr(config, "input_feat_per_channel"):
        return Drawn((_batch(sizes), frames, bins), dtype)
    return Drawn((_batch(sizes), bins, frames), dtype)
