"""A point as the files that deploy it: made again from records and store, for `make export` and for MLflow alike."""

import json
from importlib.metadata import version
from pathlib import Path

from torch import nn

from ganprune import seeds
from ganprune.config import TrialSettings
from ganprune.data.images import crop, to_bytes
from ganprune.export import CHECKED, OnnxCheck, check_onnx, generator_files
from ganprune.export_names import COMPRESSED, DESCRIPTION, ONNX, WEIGHTS
from ganprune.metrics.threads import one_thread
from ganprune.models import build
from ganprune.models.gan import pictures
from ganprune.onnx_file import to_onnx
from ganprune.point import Point
from ganprune.rebuild import rebuild
from study.analysis.findings import Findings
from study.records.paths import Out, StudyPaths
from study.records.study import StudyLog
from study.report.card import CARD, card
from study.report.grid import grid
from study.report.markdown import table
from study.report.usage import usage
from study.settings.machine import cpu_name

GRID = 8  # pictures a side of samples.png
SAMPLES = "samples.png"
ABOUT = {
    WEIGHTS: "weights in float32, and in its header what they are",
    COMPRESSED: "the same weights for `safetensors.torch.load(zlib.decompress(…))`; its size is `bytes_compressed`",
    DESCRIPTION: "layers, input, output, lineage",
    ONNX: "layers and weights for any ONNX runtime",
    SAMPLES: "pictures of fresh latents, none picked; of translations source, dense, this one's and the true picture",
}


def point_files(point: Point, found: Findings, paths: StudyPaths, with_onnx: bool = True) -> dict[str, bytes]:
    """By name; ONNX takes seconds, all others a moment. UserError when what the point was made from is not there."""
    log, checked = found.log, None
    settings, side = log.trials[point.trial].settings, log.header["data"]["crop"]
    with one_thread():
        net = _rebuilt(point, settings, log, paths)
        files = generator_files(net, settings.model, side, _lineage(point, log)) | {
            SAMPLES: _samples(net, settings, side, paths.strip(point.id))
        }
        if with_onnx:
            files[ONNX] = to_onnx(net, settings.model)
            checked = check_onnx(files[ONNX], net, settings.model)
    return files | {CARD: _readme(point, found, checked, files).encode()}


def _lineage(point: Point, log: StudyLog) -> dict[str, str]:
    data = log.header["data"]
    made = {"study": log.header["name"], "point": point.id, "method": point.method, "sparsity": f"{point.sparsity:g}"}
    return made | {"data": data["name"], "fingerprint": data["fingerprint"]}


def _rebuilt(point: Point, settings: TrialSettings, log: StudyLog, paths: StudyPaths) -> nn.Module:
    """The point's generator, its weights proven by the hash in its record."""
    store, kept = Out(paths.root.parent).store, paths.kept(point.id)
    return rebuild(point, settings, log.header["data"]["fingerprint"], store, kept)


def _samples(net: nn.Module, settings: TrialSettings, side: int, strip: Path) -> bytes:
    """PNG of pictures from fresh latents, none picked; of translations those that were kept when it was scored."""
    if build(settings.model).translates and strip.is_file():
        return strip.read_bytes()
    random = seeds.generator(settings.train.seed, "export samples")
    drawn = pictures(net, build(settings.model).inputs(GRID**2, random))
    return grid(to_bytes(crop(drawn, side)), GRID)


def _readme(point: Point, found: Findings, checked: OnnxCheck | None, files: dict[str, bytes]) -> str:
    """The point's card, what the ONNX file was found to do, how large the files are and how to use them."""
    model, side = found.log.trials[point.trial].settings.model, found.log.header["data"]["crop"]
    parts, layers = [card(point, found), *_onnx(checked), *_sizes(files)], json.loads(files[DESCRIPTION])["layers"]
    return "\n".join([*parts, usage(model, side, layers, checked is not None)])


def _sizes(files: dict[str, bytes]) -> list[str]:
    rows = ([f"`{name}` {ABOUT[name]}", f"{len(content):,}"] for name, content in files.items())
    return ["## Files", "", *table(["file", "bytes"], rows), ""]


def _onnx(checked: OnnxCheck | None) -> list[str]:
    if not checked:
        return []
    with_versions = f"onnxruntime {version('onnxruntime')}, torch {version('torch')}"
    about = (
        f"`{ONNX}` draws any number of pictures. Largest difference from torch {checked.difference:.1e} in [-1, 1]"
        f" over {CHECKED} pictures ({with_versions})."
    )
    rows = [["torch", f"{checked.torch_ms:.3f}"], ["onnxruntime", f"{checked.onnx_ms:.3f}"]]
    return ["## ONNX", "", about, "", *table([f"one picture, one thread of {cpu_name()}", "ms"], rows), ""]
