"""Tasks of translation that any data set gives: from what is left of a picture to the picture, or from class to class.

Deterministic, on bytes: what is to be translated is made of the pictures at the model's size, padding left alone.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, conv2d, pad

from ganprune.data.images import SETS, Images, Pictures, crop, fingerprint
from ganprune.errors import UserError, instead
from ganprune.translation import DIRECTIONS, few, sides, way

LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601
SMALLER = 4
EDGE = 200  # length of Sobel's gradient, above which a pixel is an edge
SIGMA = 1.5  # pixels
BLOCK = 1000  # pictures at once


def grey(pictures: Tensor) -> Tensor:
    """Their luma, in as many channels."""
    return _luma(pictures).expand_as(pictures)


def smaller(pictures: Tensor) -> Tensor:
    """Means of 4x4 pixels, repeated; at the rim of those that are there."""
    means = avg_pool2d(pictures, SMALLER, ceil_mode=True)
    height, width = pictures.shape[2:]
    return means.repeat_interleave(SMALLER, 2).repeat_interleave(SMALLER, 3)[:, :, :height, :width]


def edges(pictures: Tensor) -> Tensor:
    """Dark where Sobel's gradient of the luma is steep, else white."""
    down = torch.tensor([[1.0, 2, 1], [0, 0, 0], [-1, -2, -1]])
    both = torch.stack([down, down.T])[:, None]
    slopes = conv2d(pad(_luma(pictures), (1, 1, 1, 1), "replicate"), both)
    steep = slopes.square().sum(dim=1, keepdim=True).sqrt() > EDGE
    return torch.where(steep, 0.0, 255.0).expand_as(pictures)


def blurred(pictures: Tensor) -> Tensor:
    """By a Gaussian."""
    reach = round(3 * SIGMA)
    weights = torch.exp(-(torch.arange(-reach, reach + 1) ** 2) / (2 * SIGMA**2))
    kernel = (weights / weights.sum())[None, None, None].expand(pictures.shape[1], 1, 1, -1)
    padded = pad(pictures, (reach,) * 4, "replicate")
    across = conv2d(padded, kernel, groups=pictures.shape[1])
    return conv2d(across, kernel.transpose(2, 3), groups=pictures.shape[1])


def _luma(pictures: Tensor) -> Tensor:
    """(n, 1, height, width); of grey pictures, themselves."""
    if pictures.shape[1] == 1:
        return pictures
    return (pictures * torch.tensor(LUMA)[:, None, None]).sum(dim=1, keepdim=True)


TASKS: dict[str, Callable[[Tensor], Tensor]] = {  # what A is made of B by, both (n, channels, height, width) in 0..255
    "colour": grey,
    "super4": smaller,
    "edges": edges,
    "deblur": blurred,
}


def derived(images: Images, task: str, direction: str = DIRECTIONS[0]) -> Images:
    """The data of a task: by its name pairs, of which B is the picture; by `class:class` pictures of both."""
    return directed(_classes(images, task) if ":" in task else _pairs(images, task), direction)


def _pairs(images: Images, task: str) -> Images:
    if task not in TASKS:
        raise UserError(f"TASK={task}: {instead(task, TASKS)}, or two classes, as automobile:truck")
    if task == "colour" and images.channels == 1:
        raise UserError(f"TASK={task}: {images.name} is grey, so that nothing can be coloured; take super4 or edges")

    def both(pictures: Pictures) -> Pictures:
        return replace(pictures, source=_made(pictures.pixels, images.crop, TASKS[task]))

    return _of_task(images, task, both, pairs=True)


def _made(pixels: np.ndarray, side: int, make: Callable[[Tensor], Tensor]) -> np.ndarray:
    made = np.zeros_like(pixels)
    for start in range(0, len(pixels), BLOCK):
        block = torch.from_numpy(crop(pixels[start : start + BLOCK], side).astype(np.float32))
        crop(made[start : start + BLOCK], side)[:] = make(block).round().clamp(0, 255).to(torch.uint8).numpy()
    return made


def _classes(images: Images, task: str) -> Images:
    names = task.split(":")
    for name in names:
        if name not in images.classes:
            known = f"its classes are {', '.join(images.classes)}" if images.classes else "it has none"
            raise UserError(f"TASK={task}: {images.name} has no class {name!r}: {known}; give two of its classes")
    if len(names) != 2 or names[0] == names[1]:
        raise UserError(f"TASK={task}: give two different classes, as automobile:truck")
    a, b = map(images.classes.index, names)

    def both(pictures: Pictures) -> Pictures:
        of_a, of_b = (pictures.pixels[pictures.labels == label] for label in (a, b))
        return Pictures(of_b, np.zeros(len(of_b), np.int64), of_a)

    return replace(_of_task(images, task, both, pairs=False), classes=())


def beside(b: Images, a: Images) -> Images:
    """Of two sets of pictures that are no pairs, B with A as its source."""
    sets = {name: replace(getattr(b, name), source=getattr(a, name).pixels) for name in SETS}
    return replace(
        b,
        **sets,
        features_side=min(a.features_side, b.features_side),
        fingerprint=fingerprint(sets.values()),
        problems=(*a.problems, *b.problems),
        remarks=tuple(dict.fromkeys((*a.remarks, *b.remarks))),
    )


def directed(images: Images, direction: str) -> Images:
    """Pictures of two kinds, to be translated this way."""
    sets = {name: _turned(getattr(images, name), direction) for name in SETS}
    return replace(images, **sets, fingerprint=fingerprint(sets.values()), remarks=(*images.remarks, way(direction)))


def _turned(pictures: Pictures, direction: str) -> Pictures:
    """From A, which is their source, to B; or the other way round."""
    if direction == DIRECTIONS[0]:
        return pictures
    labels = pictures.labels if len(pictures.source) == len(pictures) else np.zeros(len(pictures.source), np.int64)
    return Pictures(pictures.source, labels, pictures.pixels)


def _of_task(images: Images, task: str, both: Callable[[Pictures], Pictures], pairs: bool) -> Images:
    """In the features of a network that knows all of the data set."""
    sets = {name: both(getattr(images, name)) for name in SETS}
    fewest = min(sum(map(len, sets.values())), sum(len(each.source) for each in sets.values()))
    told = (*few(fewest), sides(task))
    return replace(images, **sets, task=task, pairs=pairs, whole=images, remarks=(*images.remarks, *told))


def unpaired(images: Images) -> Images:
    """The same, but of no training picture the source is there: what is translated comes from another half.

    The true partners are known to whoever scores, and not shown.
    """
    half = len(images.train) // 2
    train = images.train
    apart = Pictures(train.pixels[:half], train.labels[:half], train.source[half:])
    told = "pairs are learned from as if they were none: each half of the training pictures gives one side"
    sets = {"train": apart, "search": images.search, "report": images.report}
    return replace(images, train=apart, fingerprint=fingerprint(sets.values()), remarks=(*images.remarks, told))
