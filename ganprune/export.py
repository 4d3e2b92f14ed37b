"""A generator as files to deploy: safetensors with the JSON that rebuilds the net, and ONNX checked against torch.

from ganprune.export import load_generator
pictures = load_generator("runs/digits/export/<POINT>")(torch.randn(16, 100))  # a conditional one takes labels as well
"""

import json
import zlib
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from safetensors.torch import load
from torch import Tensor, nn

from ganprune.channels import shaped_like
from ganprune.config import ModelSettings
from ganprune.errors import UserError
from ganprune.export_names import COMPRESSED, DESCRIPTION, ONNX, WEIGHTS
from ganprune.latency import in_turn
from ganprune.layers import layers
from ganprune.metadata import with_metadata
from ganprune.metrics.cost import compressed, stored_bytes
from ganprune.metrics.threads import one_thread
from ganprune.models import build
from ganprune.onnx_file import PICTURES, draw, example_inputs, session
from ganprune.weighing import weights_hash

FORMAT = 2  # of generator.json; raise it when an older reader would be wrong. Until 2, one input and chains alone
VALUES = {
    "latents": "standard normal",
    "labels": "numbers of classes, from 0",
    "source": "pictures to translate: byte / 127.5 - 1",
}
CHECKED = 64  # pictures that torch and ONNX both draw
TOLERANCE = 1e-3  # half of a byte's step is 4e-3


@dataclass(frozen=True)
class OnnxCheck:
    """ONNX in onnxruntime beside torch, both on one thread of this processor."""

    difference: float  # largest of any pixel, where pictures are in [-1, 1]
    torch_ms: float  # one picture
    onnx_ms: float


def generator_files(net: nn.Module, model: ModelSettings, crop: int, lineage: dict[str, str]) -> dict[str, bytes]:
    """The safetensors file, plain with its metadata and compressed without, which is the file whose size the records
    have; and their description. By name. `crop`: pixels a side that are picture, not padding."""
    stored = stored_bytes(net)
    weights = with_metadata(stored, {"format": "pt", "producer": "ganprune", "model": model.name} | lineage)
    small = compressed(stored)
    about = _network(net, model, crop) | {
        "weights": _file(WEIGHTS, weights) | {"recorded_hash": weights_hash(net)},
        "compressed": _file(COMPRESSED, small),
        "lineage": lineage,
    }
    return {WEIGHTS: weights, COMPRESSED: small, DESCRIPTION: json.dumps(about, indent=2).encode() + b"\n"}


def _network(net: nn.Module, model: ModelSettings, crop: int) -> dict[str, object]:
    return {
        "format": FORMAT,
        "model": model.model_dump(),
        "inputs": [_input(name, example) for name, example in example_inputs(model, 1).items()],
        "output": {
            "name": PICTURES,
            "shape": ["n", model.channels, model.side, model.side],
            "range": [-1, 1],
            "byte": "round((value + 1) * 127.5)",
            "crop": crop,
        },
        "layers": layers(net),
    }


def _file(name: str, content: bytes) -> dict[str, object]:
    return {"file": name, "bytes": len(content), "sha256": sha256(content).hexdigest()}


def _input(name: str, example: Tensor) -> dict[str, object]:
    about = {"name": name, "shape": ["n", *example.shape[1:]], "dtype": str(example.dtype).removeprefix("torch.")}
    return about | ({"values": VALUES[name]} if name in VALUES else {})


def load_generator(folder: str | Path) -> nn.Module:
    """The exported generator, ready to draw on the CPU: pictures (n, channels, side, side) in [-1, 1].

    It takes its inputs in the order and with the shapes of `generator.json`; a DCGAN latents (n, latent) from N(0, 1).

    UserError when the folder holds no export, a newer one than this code knows, or weights that were changed.
    """
    folder = Path(folder)
    try:
        about = json.loads((folder / DESCRIPTION).read_text())
        if about["format"] > FORMAT:
            raise UserError(f"{folder} was exported by a newer ganprune (format {about['format']}); update ganprune")
        return _rebuilt(about["model"], _weights(folder, about))
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise UserError(f"{folder} holds no exported generator ({reason}); make export writes one") from None


def _weights(folder: Path, about: dict) -> bytes:
    """Of the plain file, or where only the compressed one was shipped, of that."""
    only_small = not (folder / WEIGHTS).exists() and (folder / COMPRESSED).exists()
    file, expected = (COMPRESSED, about["compressed"]) if only_small else (WEIGHTS, about["weights"])
    content = (folder / file).read_bytes()
    if sha256(content).hexdigest() != expected["sha256"]:
        raise UserError(f"{folder / file} has changed since it was exported (its hash differs); export it again")
    return zlib.decompress(content) if only_small else content


def _rebuilt(model: dict, weights: bytes) -> nn.Module:
    """Its layers as narrow as these weights, laid out in memory as when it was scored: another order of sums differs in
    the last digits."""
    net = shaped_like(build(ModelSettings(**model)).generator, load(weights))
    return net.to(memory_format=torch.channels_last).eval()


def check_onnx(onnx: bytes, net: nn.Module, model: ModelSettings) -> OnnxCheck:
    """Draw from the same inputs with both. UserError when the pictures are not the same."""
    drawing, inputs, one = session(onnx), example_inputs(model, CHECKED), example_inputs(model, 1)
    with one_thread(), torch.no_grad():
        difference = (net(*inputs.values()) - torch.from_numpy(draw(drawing, inputs))).abs().max().item()
        times = in_turn([lambda: net(*one.values()), lambda: draw(drawing, one)])
    if not difference <= TOLERANCE:
        raise UserError(
            f"{ONNX}: onnxruntime {onnxruntime.__version__} draws other pictures than torch"
            f" (difference {difference:g}); nothing was exported: try another version of onnxruntime"
        )
    return OnnxCheck(difference, *(1000 * np.median(times, axis=0)).tolist())
