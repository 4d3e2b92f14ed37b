"""The story of `make export`: one point of a study, made again from its records, as files to deploy."""

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import torch
from torch import nn

from ganprune import seeds
from ganprune.config import TrialSettings
from ganprune.data.images import crop, to_bytes
from ganprune.errors import UserError
from ganprune.export import CHECKED, ONNX, OnnxCheck, check_onnx, generator_files, to_onnx
from ganprune.metrics.threads import one_thread
from ganprune.models.gan import pictures
from ganprune.point import Point
from ganprune.rebuild import rebuild
from study.again import known_study
from study.card import card
from study.findings import Findings, findings
from study.folders import replace_folder
from study.grid import grid
from study.markdown import table
from study.paths import Out, StudyPaths
from study.spec import Asked
from study.study_log import StudyLog

GRID = 8  # pictures a side of samples.png
NAMED = 3  # points that an error names

USE = """\
## Use

With ganprune, in the folder of this file:

```python
import torch
from ganprune.export import load_generator

pictures = load_generator(".")(torch.randn(16, {latent}))  # in [-1, 1]
```

With onnxruntime alone:

```python
import numpy as np
import onnxruntime

session = onnxruntime.InferenceSession("{onnx}")
latents = np.random.default_rng(0).standard_normal((16, {latent}), dtype=np.float32)
pictures = session.run(["pictures"], {{"latents": latents}})[0]  # (16, {channels}, {side}, {side}) in [-1, 1]
```

A byte is `round((value + 1) * 127.5)`.{crop}

![samples](samples.png)
"""


def export_point(given: Asked, point_id: str | None, say: Callable[[str], None]) -> Path:
    """Fill `OUT/<NAME>/export/<POINT>/`, whole or not at all; without a point, the knee of the front is taken.

    UserError when the study, the point or what it was made from is not there.
    """
    log, paths = known_study(given)
    point = chosen(findings(log), point_id, paths)
    settings, side = log.trials[point.trial].settings, shown_side(log)
    say(f"exporting {point.id}: {point.sparsity:.1%} sparse" + ("" if point_id else ", the knee of the front"))
    with one_thread():
        net = rebuilt(point, settings, log, paths)
        onnx = to_onnx(net, settings.model.latent)
        checked = check_onnx(onnx, net, settings.model.latent)
        drawn = samples(net, settings, side)
    lineage = {"study": log.header["name"], "point": point.id, "data": log.header["data"]["fingerprint"]}
    files = generator_files(net, settings.model, side, lineage) | {ONNX: onnx, "samples.png": drawn}
    folder = paths.export / point.id
    files["README.md"] = readme(point, log, checked, side).encode()
    say(f"ONNX: {difference(checked)}; one picture {latency(checked)}")
    say(f"files: {replace_folder(folder, files)}")
    return folder


def chosen(found: Findings, point_id: str | None, paths: StudyPaths) -> Point:
    """The point of this id, or the knee."""
    points, all_of_them = {point.id: point for point in found.points}, paths.report / "points.csv"
    if point_id is None:
        if found.knee is None:
            raise UserError(f"NAME={found.name}: {found.sentence} POINT=<id> exports any of those in {all_of_them}")
        return found.knee
    if point_id not in points:
        some = ", ".join([point.id for point in found.front or found.points][-NAMED:]) or "none yet"
        raise UserError(
            f"POINT={point_id}: study {found.name} has no such point; it has {some}; all are in {all_of_them}"
        )
    return points[point_id]


def rebuilt(point: Point, settings: TrialSettings, log: StudyLog, paths: StudyPaths) -> nn.Module:
    """The point's generator, its weights proven by the hash in its record."""
    fingerprint, trained_on = log.header["data"]["fingerprint"], log.trained_on
    return rebuild(point, settings, fingerprint, Out(paths.root.parent).store, paths.kept(point.id), trained_on)


def shown_side(log: StudyLog) -> int:
    """Pixels of the central square that is picture; around it is padding."""
    return log.header["data"]["crop"]


def samples(net: nn.Module, settings: TrialSettings, side: int) -> bytes:
    """PNG of pictures from fresh latents, none picked."""
    random = seeds.generator(settings.train.seed, "export samples")
    drawn = pictures(net, torch.randn(GRID**2, settings.model.latent, generator=random))
    return grid(to_bytes(crop(drawn, side)), GRID)


def readme(point: Point, log: StudyLog, checked: OnnxCheck, side: int) -> str:
    """The point's card, what the ONNX file was found to do, and how to use both."""
    model = log.trials[point.trial].settings.model
    padded = f" Only the central {side}×{side} pixels are picture; crop the rest." if side < model.side else ""
    use = USE.format(onnx=ONNX, crop=padded, **model.model_dump())
    return "\n".join([card(point, log, log.runs.get(point.trial, "")), *_onnx(checked), "", use])


def _onnx(checked: OnnxCheck) -> list[str]:
    rows = [["torch", f"{checked.torch_ms:.3f}"], ["onnxruntime", f"{checked.onnx_ms:.3f}"]]
    about = f"`{ONNX}` takes any number of latents. {difference(checked)}."
    head = ["one picture, one thread, this machine", "ms"]
    return ["## ONNX", "", about, "", *table(head, rows)]


def difference(checked: OnnxCheck) -> str:
    """The largest one, and what it was taken with."""
    with_versions = f"onnxruntime {version('onnxruntime')}, torch {version('torch')}"
    return (
        f"Largest difference from torch {checked.difference:.1e} in [-1, 1] over {CHECKED} pictures ({with_versions})"
    )


def latency(checked: OnnxCheck) -> str:
    return f"{checked.onnx_ms:.2f} ms, in torch {checked.torch_ms:.2f} ms, one thread"
