"""CIFAR-10 (Krizhevsky 2009): 50,000 and 10,000 colour pictures of 32x32, read from its binary archive."""

import tarfile
from pathlib import Path, PurePosixPath

import numpy as np

from ganprune.data.download import downloading
from ganprune.data.source import Source, of_arrays

URL = "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"
MD5 = "c32a1d4ab5d03f1284b67883e8d87530"  # as published beside it
CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")


def files(data_dir: Path) -> list[Path]:
    return [data_dir / URL.rsplit("/")[-1]]


def load(data_dir: Path) -> Source:
    """torchvision's own CIFAR10 reads pickles: only its downloader is used here."""
    from torchvision.datasets.utils import download_url  # slow to import, and needed once a study

    (archive,) = files(data_dir)
    with downloading("cifar10", data_dir, files=archive.name):
        download_url(URL, data_dir, md5=MD5)
    packed = _unpacked(archive)
    train = b"".join(packed[f"data_batch_{number}.bin"] for number in range(1, 6))
    return of_arrays({"train": _pictures(train), "test": _pictures(packed["test_batch.bin"])}, CLASSES)


def _unpacked(archive: Path) -> dict[str, bytes]:
    with tarfile.open(archive) as tar:
        return {PurePosixPath(entry.name).name: tar.extractfile(entry).read() for entry in tar if entry.isfile()}


def _pictures(data: bytes) -> tuple[np.ndarray, np.ndarray]:
    """Rows of a label and 3x32x32 bytes, as (n, 32, 32, 3) and (n,)."""
    rows = np.frombuffer(data, np.uint8).reshape(-1, 1 + 3 * 32 * 32)
    return rows[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1), rows[:, 0]
