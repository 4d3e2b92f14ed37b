"""Copies of published data sets, known by the training pictures themselves, whatever they are called.

A feature network that ships may judge them: it was trained on these very pictures.
"""

import hashlib
from collections.abc import Iterable

COPIES = {
    "249b8cb7af20478f": "cifar10",  # a JPEG copy, at 32 pixels
    "bcf5b627b7db95e2": "cifar10",  # the same at 16 pixels
    "4abd7ebdc504e3e3": "cifar10",  # its first 10,000, as `bench.real` takes them
    "993d09df96a9b52f": "digits",  # at 16 pixels
    "e08351c7d8181128": "digits",  # at 32 pixels
}


def published_as(digests: Iterable[bytes]) -> str:
    """The named data set whose training pictures have these digests, in any order; "" if none is known to."""
    return COPIES.get(print_of(digests), "")


def print_of(digests: Iterable[bytes]) -> str:
    return hashlib.sha256(b"".join(sorted(digests))).hexdigest()[:16]
