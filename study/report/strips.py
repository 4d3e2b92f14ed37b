"""The pictures of points that the page shows, each strip once: dense ones of the same latents are among them."""

import base64
from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from ganprune.point import Point
from study.analysis.evenly import evenly
from study.analysis.findings import Findings
from study.records.paths import StudyPaths

MOST_STRIPS = 32  # of the front; at some 50 kB each
MOST_ROWS = 12  # of a curve
TILE = 64  # pixels of the screen, about: a whole multiple of the picture's own


@dataclass(frozen=True)
class Strip:
    """Square pictures side by side, inlined."""

    point: Point
    number: int
    picture: str  # data URI
    pictures: int
    tile: int  # how many pixels of the screen a picture takes


def strips(found: Findings, paths: StudyPaths) -> dict[str, Strip]:
    """By point id, what there is of the front, of its dense generators, and of the answer's own curve."""
    front = evenly(found.front, MOST_STRIPS)
    wanted = [found.answer, *front, *(found.log.dense_of(point) for point in [found.answer, *front] if point)]
    wanted += answer_curve(found)
    points = {point.id: point for point in wanted if point}
    files = {name: paths.strip(name) for name in points}
    there = [name for name, file in files.items() if file.is_file()]
    return {name: _strip(points[name], number, files[name].read_bytes()) for number, name in enumerate(there)}


def _strip(point: Point, number: int, png: bytes) -> Strip:
    with Image.open(BytesIO(png)) as image:
        width, side = image.size
    return Strip(point, number, data_uri(png), width // side, side * max(1, round(TILE / side)))


def data_uri(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode()


def answer_curve(found: Findings) -> list[Point]:
    """Of the answer's own training: earlier epochs are other generators."""
    if not found.answer:
        return []
    curve = found.log.trials[found.answer.trial].curve
    return evenly([point for point in curve if point.epoch == found.answer.epoch], MOST_ROWS)
