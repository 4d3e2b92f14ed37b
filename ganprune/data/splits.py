"""Which picture is trained on, which is searched with, which is reported with: stratified, seeded, disjoint."""

import hashlib
from collections.abc import Callable, Iterable

import numpy as np

from ganprune.data.images import FEWEST_REFERENCES
from ganprune.data.source import UNKNOWN


def balanced_order(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A random order of the indices in which every prefix holds each class in its share, to within a picture or so.

    A picture's place is its rank within its shuffled class, as a fraction of that class.
    """
    shuffled = rng.permutation(len(labels))
    place = np.empty(len(labels))
    for label in np.unique(labels):
        members = np.flatnonzero(labels[shuffled] == label)
        place[members] = (np.arange(len(members)) + 0.5) / len(members)
    return shuffled[np.argsort(place, kind="stable")]


def digest_of(picture: np.ndarray) -> bytes:
    return hashlib.blake2b(picture, digest_size=16).digest()


def first_twins(digests: Iterable[bytes]) -> np.ndarray:
    """For every picture the index of the first one that is equal to it, pixel by pixel (mostly itself)."""
    first: dict[bytes, int] = {}
    return np.array([first.setdefault(digest, index) for index, digest in enumerate(digests)])


def three_sets(
    origins: np.ndarray,  # (n,) the split that each picture came in: "train", "val", "test", or "" of none
    labels: np.ndarray,  # (n,); those of UNKNOWN class are held out or left out, never trained on
    twins: np.ndarray,  # (n,) of `first_twins`: equal pictures go where the first of them goes
    held_out: float,  # share of `search` and of `report`, where the data set does not say
    seed: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Indices of training, search and report pictures, each in balanced order.

    Given train, val and test they are the three. Given train and one of the others, that one is halved. Given
    anything else, or too few to compare with, all pictures are taken together and divided by `held_out`.
    """
    rng = np.random.default_rng(seed)

    def ordered(*names: str) -> np.ndarray:
        members = np.flatnonzero(np.isin(origins, names))
        return members[balanced_order(labels[members], rng)]

    def known(part: np.ndarray) -> np.ndarray:
        return part[labels[part] != UNKNOWN]

    present = set(origins.tolist())
    if (own := _own_sets(present, ordered)) is not None:
        train, *held_out_sets = _twins_together(own, twins)
        if min(map(len, held_out_sets)) >= FEWEST_REFERENCES:
            return known(train), *held_out_sets
    everything = known(ordered(*present))
    count = max(1, round(len(everything) * held_out))
    return _twins_together(np.split(everything, [-2 * count, -count]), twins)


def _own_sets(present: set[str], ordered: Callable[..., np.ndarray]) -> tuple[np.ndarray, ...] | None:
    if {"train", "val", "test"} <= present:
        return ordered("train"), ordered("val"), ordered("test")
    if "train" in present and len(present) == 2:
        rest = ordered("val", "test")
        return ordered("train"), *np.split(rest, [len(rest) // 2])
    return None


def _twins_together(parts, twins: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    home = np.zeros(len(twins), int)  # with what is in no part one trains
    for number, part in enumerate(parts):
        home[part] = number
    everything = np.concatenate(parts)
    return tuple(everything[home[twins[everything]] == number] for number in range(3))
