"""A generator as an ONNX model, and onnxruntime that draws from it on one thread of the CPU."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import BytesIO, StringIO
from typing import Any

import numpy as np
import onnxruntime
import torch
from torch import nn
from torch.onnx import OnnxExporterError

from ganprune import seeds
from ganprune.config import ModelSettings
from ganprune.models import build
from ganprune.models.gan import Inputs

PICTURES = "pictures"  # the name of ONNX's output; its inputs have those of the model
OPSET = 18  # with it runtimes of 2023 and later can draw


def example_inputs(model: ModelSettings, n: int) -> Inputs:
    """What the generator takes for `n` pictures, always the same."""
    return build(model).inputs(n, seeds.generator(0, "ONNX check"))


def to_onnx(net: nn.Module, model: ModelSettings) -> bytes:
    """The net in evaluation mode as an ONNX model for any number of pictures; zero weights stay exactly zero.

    Tracing takes a tenth of a second, torch's newer exporter ten with its imports; that one knows more operators.
    """
    inputs = example_inputs(model, 2)
    names = {"input_names": list(inputs), "output_names": [PICTURES], "opset_version": OPSET}
    with _quiet():
        try:
            return _traced(net.eval(), inputs, names)
        except OnnxExporterError:
            sizes = [{0: torch.export.Dim("n")} for _ in inputs]
            program = torch.onnx.export(net, tuple(inputs.values()), dynamic_shapes=sizes, verbose=False, **names)
            return program.model_proto.SerializeToString()


def _traced(net: nn.Module, inputs: Inputs, names: dict[str, Any]) -> bytes:
    file, sizes = BytesIO(), {name: {0: "n"} for name in [*inputs, PICTURES]}
    torch.onnx.export(net, tuple(inputs.values()), file, dynamo=False, dynamic_axes=sizes, **names)
    return file.getvalue()


def session(onnx: bytes) -> onnxruntime.InferenceSession:
    """One thread of the CPU, so that times compare."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(onnx, options, providers=["CPUExecutionProvider"])


def draw(onnx: onnxruntime.InferenceSession, inputs: Inputs) -> np.ndarray:
    return onnx.run([PICTURES], {name: tensor.numpy() for name, tensor in inputs.items()})[0]


@contextmanager
def _quiet() -> Iterator[None]:
    """The exporters tell their users of torch's own deprecations, in three ways."""
    level = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(), redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)
