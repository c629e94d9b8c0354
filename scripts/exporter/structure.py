"""Tracing without weights: the architecture alone, in no memory."""

from dataclasses import replace

import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils import _pytree

from exporter.archive import trace
from exporter.settings import Settings
from exporter.subject import Subject
from exporter.transformers_model import load_transformers_model


def trace_structure(settings: Settings) -> tuple[torch.export.ExportedProgram, Subject]:
    """Build and export a transformers model whose weights are fake tensors.

    Parameters
    ----------
    settings : Settings
        What to load and how to trace it.

    Returns
    -------
    tuple
        The program, whose weights have shapes, dtypes and strides but no bytes, with real example
        inputs of the first seed; and the subject.
    """
    mode = FakeTensorMode(allow_non_fake_inputs=True)
    subject = load_transformers_model(settings, mode)
    inputs = subject.arguments(settings.seed, is_first=True)
    fake = _pytree.tree_map_only(torch.Tensor, mode.from_tensor, inputs)
    program = trace(replace(subject, first=fake), settings)
    program.example_inputs = inputs
    return program, subject
