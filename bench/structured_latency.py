"""What removed channels save: onnxruntime on exported files, of a network dense and cut to a quarter.

One core; the two draw in turn. Time depends on shapes, so the weights are those of a network before its first step.
"""

import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

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

SECONDS = 10.0  # for all rounds of one
REACH = 2.0


@dataclass(frozen=True)
class Cut:
    """A generator, and how much of it goes."""

    model: ModelSettings
    gone: float
    of: Literal["weights", "macs"]


DCGAN = Cut(ModelSettings(width=64), 0.75, "weights")
UNET = Cut(ModelSettings(name="pix2pix", width=32, side=32, channels=3), 0.75, "macs")
BATCHES = {  # pictures at a time
    DCGAN: {"structured_latency": 1, "structured_latency_64": 64},
    UNET: {"structured_latency_unet": 16},
}


def figures() -> list[Figure]:
    return [one for cut, batches in BATCHES.items() for one in of_a_cut(cut, batches)]


def of_a_cut(cut: Cut, batches: dict[str, int]) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        named = zip(("dense", "small"), networks(cut), strict=True)
        files = [exported(net, Path(folder) / name, cut.model) for name, net in named]
        return [
            figure(name, ratios(files, pictures, SECONDS, cut.model), "x", "higher", REACH)
            for name, pictures in batches.items()
        ]


def networks(cut: Cut = DCGAN) -> tuple[nn.Module, nn.Module]:
    """Before and after."""
    training, prune = Training(cut.model, TrainSettings()), PruneSettings(method="channels", own={}, targets_of=cut.of)
    dense = training.dense_generator()
    made = METHODS["channels"].cut(dense, training, prune)
    threshold = made.threshold(cut.gone)
    return dense, made.compact(masked(dense, made.masks(threshold)), threshold)


def exported(net: nn.Module, folder: Path, model: ModelSettings) -> Path:
    folder.mkdir()
    file = folder / ONNX
    file.write_bytes(to_onnx(net, model))
    return file


def ratios(files: list[Path], pictures: int, seconds: float, model: ModelSettings) -> list[float]:
    """Seconds of the first file by those of the second, round by round."""
    times = in_turn([draw(file, pictures, model) for file in files], seconds)
    return (times[:, 0] / times[:, 1]).tolist()


def draw(file: Path, pictures: int, model: ModelSettings) -> Draw:
    return partial(onnx_file.draw, onnx_file.session(file.read_bytes()), example_inputs(model, pictures))
