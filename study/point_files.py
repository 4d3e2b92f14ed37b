"""A point as the files that deploy it: made again from records and store, for `make export` and for MLflow alike."""

from importlib.metadata import version

import torch
from torch import nn

from ganprune import seeds
from ganprune.config import TrialSettings
from ganprune.data.images import crop, to_bytes
from ganprune.export import CHECKED, ONNX, OnnxCheck, check_onnx, generator_files, to_onnx
from ganprune.metrics.threads import one_thread
from ganprune.models.gan import pictures
from ganprune.point import Point
from ganprune.rebuild import rebuild
from study.card import card
from study.grid import grid
from study.markdown import table
from study.paths import Out, StudyPaths
from study.study_log import StudyLog
from study.usage import usage

GRID = 8  # pictures a side of samples.png
CARD, SAMPLES = "README.md", "samples.png"


def point_files(point: Point, log: StudyLog, paths: StudyPaths, with_onnx: bool = True) -> dict[str, bytes]:
    """By name; ONNX takes seconds, all others a moment. UserError when what the point was made from is not there."""
    settings, side = log.trials[point.trial].settings, log.header["data"]["crop"]
    lineage = {"study": log.header["name"], "point": point.id, "data": log.header["data"]["fingerprint"]}
    checked = None
    with one_thread():
        net = _rebuilt(point, settings, log, paths)
        files = generator_files(net, settings.model, side, lineage) | {SAMPLES: _samples(net, settings, side)}
        if with_onnx:
            files[ONNX] = to_onnx(net, settings.model.latent)
            checked = check_onnx(files[ONNX], net, settings.model.latent)
    return files | {CARD: _readme(point, log, checked).encode()}


def _rebuilt(point: Point, settings: TrialSettings, log: StudyLog, paths: StudyPaths) -> nn.Module:
    """The point's generator, its weights proven by the hash in its record."""
    fingerprint, trained_on = log.header["data"]["fingerprint"], log.trained_on
    return rebuild(point, settings, fingerprint, Out(paths.root.parent).store, paths.kept(point.id), trained_on)


def _samples(net: nn.Module, settings: TrialSettings, side: int) -> bytes:
    """PNG of pictures from fresh latents, none picked."""
    random = seeds.generator(settings.train.seed, "export samples")
    drawn = pictures(net, torch.randn(GRID**2, settings.model.latent, generator=random))
    return grid(to_bytes(crop(drawn, side)), GRID)


def _readme(point: Point, log: StudyLog, checked: OnnxCheck | None) -> str:
    """The point's card, what the ONNX file was found to do, and how to use the files."""
    model, side = log.trials[point.trial].settings.model, log.header["data"]["crop"]
    parts = card(point, log, log.runs.get(point.trial, "")), *_onnx(checked), usage(model, side, checked is not None)
    return "\n".join(parts)


def _onnx(checked: OnnxCheck | None) -> list[str]:
    if not checked:
        return []
    with_versions = f"onnxruntime {version('onnxruntime')}, torch {version('torch')}"
    about = (
        f"`{ONNX}` takes any number of latents. Largest difference from torch {checked.difference:.1e} in [-1, 1]"
        f" over {CHECKED} pictures ({with_versions})."
    )
    rows = [["torch", f"{checked.torch_ms:.3f}"], ["onnxruntime", f"{checked.onnx_ms:.3f}"]]
    return ["## ONNX", "", about, "", *table(["one picture, one thread, this machine", "ms"], rows), ""]
