"""What a data set holds, before any picture is decoded."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

UNKNOWN = -1  # the label of what is held out without a class, where training pictures have one


@dataclass(frozen=True, eq=False)
class Source:
    """Pictures of a split `train` come first."""

    labels: np.ndarray  # int64, (n,); zeros where there are no classes
    origins: np.ndarray  # (n,) "train", "val", "test" as the data set divides itself, or "" where it does not
    classes: tuple[str, ...]
    names: Sequence[str]  # of the files, for the user
    open: Callable[[int], Image.Image]  # in any process; raises whatever a broken file makes it raise
    held_out: float = 0.1  # share of `search` and of `report` where the data set does not divide itself
    remarks: tuple[str, ...] = ()  # what the user should know of how it was found
    maps: bool = False  # of labels, whose colours are never mixed
    beside: "Source | None" = None  # of what is translated into each picture, in their order


def of_arrays(splits: dict[str, tuple[np.ndarray, np.ndarray]], classes, **rest) -> Source:
    """A source of uint8 pictures, (n, height, width) or (n, height, width, 3), and labels, by split."""
    pixels = np.concatenate([pixels for pixels, _ in splits.values()])
    return Source(
        labels=np.concatenate([labels for _, labels in splits.values()]).astype(np.int64),
        origins=np.repeat(list(splits), [len(labels) for _, labels in splits.values()]),
        classes=tuple(classes),
        names=[str(index) for index in range(len(pixels))],
        open=lambda index: Image.fromarray(pixels[index]),
        **rest,
    )
