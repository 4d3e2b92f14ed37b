"""What removed channels save: onnxruntime on the exported files of one network, dense and at a quarter of its weights.

One core; the two draw in turn. Time depends on shapes, so the weights are those of a network before its first step.
"""

import tempfile
from functools import partial
from pathlib import Path

from torch import nn

from bench.figure import Figure, figure
from ganprune import onnx_file
from ganprune.config import ModelSettings, PruneSettings, TrainSettings
from ganprune.export import ONNX
from ganprune.latency import Draw, in_turn
from ganprune.masks import masked
from ganprune.methods import METHODS
from ganprune.onnx_file import example_inputs, to_onnx
from ganprune.train import Training

MODEL = ModelSettings(width=64)
SPARSITY = 0.75
BATCHES = {"structured_latency": 1, "structured_latency_64": 64}  # pictures at a time
SECONDS = 10.0  # for all rounds of one
REACH = 2.0


def figures() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        files = [exported(net, Path(folder) / name) for name, net in zip(("dense", "small"), networks(), strict=True)]
        return [
            figure(name, ratios(files, pictures, SECONDS), "x", "higher", REACH) for name, pictures in BATCHES.items()
        ]


def networks(model: ModelSettings = MODEL) -> tuple[nn.Module, nn.Module]:
    """Before and after."""
    training, prune = Training(model, TrainSettings()), PruneSettings(method="channels", own={})
    dense = training.dense_generator()
    cut = METHODS["channels"].cut(dense, training, prune)
    threshold = cut.threshold(SPARSITY)
    return dense, cut.compact(masked(dense, cut.masks(threshold)), threshold)


def exported(net: nn.Module, folder: Path, model: ModelSettings = MODEL) -> Path:
    folder.mkdir()
    file = folder / ONNX
    file.write_bytes(to_onnx(net, model))
    return file


def ratios(files: list[Path], pictures: int, seconds: float, model: ModelSettings = MODEL) -> list[float]:
    """Seconds of the first file by those of the second, round by round."""
    times = in_turn([draw(file, pictures, model) for file in files], seconds)
    return (times[:, 0] / times[:, 1]).tolist()


def draw(file: Path, pictures: int, model: ModelSettings) -> Draw:
    return partial(onnx_file.draw, onnx_file.session(file.read_bytes()), example_inputs(model, pictures))
