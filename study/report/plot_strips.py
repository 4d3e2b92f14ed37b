"""What a GAN draws while it is pruned, for a paper: the same latents in every row, from dense to sparsest."""

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from ganprune.point import Point
from study.analysis.findings import Findings
from study.records.paths import StudyPaths

PICTURES, GAP = 12, 1  # of a strip, and pixels between two of them


def strips_figure(found: Findings, paths: StudyPaths) -> Figure | None:
    """Of the training of the study's answer; None where no pictures of it are left."""
    rows = _rows(found, paths)
    if not rows:
        return None
    figure = Figure(figsize=(4.2, 0.36 * len(rows)), layout="constrained")
    for axes, point in zip(np.atleast_1d(figure.subplots(len(rows))), rows, strict=True):
        strip = _apart(paths.strip(point.id))
        axes.imshow(strip, interpolation="none", cmap="gray", vmin=0, vmax=255)
        axes.set_axis_off()
        share = f"{100 * point.sparsity:.3g} %" if point.sparsity else "dense"
        told = f"{share}\n{found.quality} {found.counted.score(point):.3g}"
        axes.annotate(told, (-0.01, 0.5), xycoords="axes fraction", ha="right", va="center", linespacing=1.3)
    return figure


def _rows(found: Findings, paths: StudyPaths) -> list[Point]:
    """The dense generator and its shared sparsities: those that compare from study to study."""
    if not found.answer:
        return []
    trial = found.log.trials[found.answer.trial]
    shared = [point for point in trial.last_curve if point.target in trial.settings.prune.targets]
    return [point for point in shared if paths.strip(point.id).is_file()]


def _apart(file: Path) -> np.ndarray:
    """The first pictures of a strip, which are square, with white between them."""
    with Image.open(file) as image:
        strip = np.asarray(image)
    side = len(strip)
    pictures = np.split(strip, strip.shape[1] // side, axis=1)[:PICTURES]
    gap = np.full((side, GAP, *strip.shape[2:]), 255, np.uint8)
    return np.hstack([part for picture in pictures for part in (picture, gap)][:-1])
