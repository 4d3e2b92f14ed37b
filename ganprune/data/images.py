"""Real pictures as a study holds them: three uint8 sets of one size, shared between processes without copies."""

import hashlib
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor

Pixels = TypeVar("Pixels", Tensor, np.ndarray)

SETS = ("train", "search", "report")
FEW_REFERENCES = 256  # a distance to fewer reference pictures than this is "indicative" only
FEWEST_REFERENCES = 6  # coverage and its kin look at a picture's five nearest others
FEWEST_PICTURES = 64  # a tenth of them is as many


@dataclass(frozen=True, eq=False)
class Pictures:
    """One set, in an order in which every prefix holds the classes in their shares."""

    pixels: np.ndarray  # uint8, (n, channels, side, side), C-contiguous
    labels: np.ndarray  # int64, (n,), zeros when there are no classes; below 0 of held-out ones whose class is unknown
    source: np.ndarray | None = None  # as pixels, of the other kind, to be translated; of pairs in their order

    def __len__(self) -> int:
        return len(self.labels)

    def tensors(self, device: torch.device | str = "cpu") -> tuple[Tensor, Tensor]:
        """Pixels and labels. On the CPU they are the arrays' own memory, which may be read-only: never write."""
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="The given NumPy array is not writable")
            pixels, labels = torch.from_numpy(self.pixels), torch.from_numpy(self.labels)
        return pixels.to(device), labels.to(device)

    def sources(self, device: torch.device | str = "cpu") -> tuple[Tensor, ...]:
        """What is translated into them, or nothing; as `tensors`."""
        return () if self.source is None else Pictures(self.source, self.labels).tensors(device)[:1]


@dataclass(frozen=True, eq=False)
class Images:
    """One data set at the model's size, in three stratified sets that share no picture."""

    name: str
    classes: tuple[str, ...]  # () when the pictures are of one kind
    train: Pictures
    search: Pictures  # what trials are scored against
    report: Pictures  # what the final front is scored against
    crop: int  # metrics look at this central square alone; around it is padding
    features_side: int  # the cropped picture is averaged down to this before features are taken
    fingerprint: str  # of pixels and labels of the three sets
    problems: tuple[str, ...]  # files that could not be read
    remarks: tuple[str, ...] = ()  # what was left out or changed on the way, and why, for the user
    published: str = ""  # the named data set whose training pictures these are, whatever they are called
    task: str = ""  # of translation, that the sources were made by
    pairs: bool = False  # whether each picture's source is its very own
    whole: "Images | None" = None  # what they were taken from, if a feature network is to know all of that

    @property
    def indicative(self) -> bool:
        return len(self.search) < FEW_REFERENCES

    @property
    def channels(self) -> int:
        return self.train.pixels.shape[1]

    @property
    def side(self) -> int:
        return self.train.pixels.shape[2]


def fingerprint(sets: Iterable[Pictures]) -> str:
    """First 16 hex digits of the SHA-256 of shapes, pixels and labels."""
    digest = hashlib.sha256()
    for pictures in sets:
        digest.update(repr(pictures.pixels.shape).encode())
        digest.update(pictures.pixels)
        digest.update(pictures.labels)
        if pictures.source is not None:
            digest.update(repr(pictures.source.shape).encode())
            digest.update(pictures.source)
    return digest.hexdigest()[:16]


def to_unit(pictures: Tensor) -> Tensor:
    """Bytes 0..255 as floats in [-1, 1], the range of the generator's tanh."""
    return pictures.float() / 127.5 - 1


def to_bytes(pictures: Tensor) -> Tensor:
    """Floats in [-1, 1] as the bytes that a file would hold: rounded, clamped. The inverse of `to_unit`."""
    return ((pictures + 1) * 127.5).round().clamp(0, 255).to(torch.uint8)


def crop(pictures: Pixels, side: int) -> Pixels:
    """The central square of (..., height, width), as a view."""
    top, left = ((length - side) // 2 for length in pictures.shape[-2:])
    return pictures[..., top : top + side, left : left + side]
