"""What all tests share: one torch thread, real data where there is some, and small data in the real formats."""

import hashlib
import io
import os
import secrets
import shutil
import signal
import tarfile
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import settings

ROOT = Path(__file__).parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

os.environ.update(RAY_AUTH_MODE="token", RAY_AUTH_TOKEN=secrets.token_hex(32))  # Ray reads both once a process
for number, usual in {signal.SIGINT: signal.default_int_handler, signal.SIGHUP: signal.SIG_DFL}.items():
    if signal.getsignal(number) == signal.SIG_IGN:  # as under nohup: what tests start would be deaf to it
        signal.signal(number, usual)
torch.set_num_threads(1)
settings.register_profile("patient", deadline=None)  # no test depends on time
settings.load_profile("patient")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests first, so that both processes end at about the same time; tests of a GPU only on one."""
    if not torch.cuda.is_available():
        for item in items:
            if "gpu" in item.keywords:
                item.add_marker(pytest.mark.skip(reason="no GPU that CUDA serves"))
    slow = {item.path for item in items if "slow" in item.keywords}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder that holds cifar10.zip: GANPRUNE_DATA, or the one beside the repository."""
    folder = Path(os.environ.get("GANPRUNE_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "cifar10.zip").exists():
        pytest.skip(f"no cifar10.zip in {folder}; GANPRUNE_DATA says where it is")
    return folder


@pytest.fixture(scope="session")
def browser_path() -> str:
    """Of Debian's Chromium; GANPRUNE_BROWSER=required forbids to skip where there is none."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found and os.environ.get("GANPRUNE_BROWSER") == "required":
        pytest.fail("GANPRUNE_BROWSER=required, and there is no Chromium: apt-get install chromium")
    if not found:
        pytest.skip("no Chromium here: apt-get install chromium")
    return found


@pytest.fixture
def small_data(tmp_path, monkeypatch) -> Path:
    """A DATA_DIR in which every named data set is found in its official format, but small."""
    folder = tmp_path / "data"
    folder.mkdir()
    archive = write_cifar10(folder)
    monkeypatch.setattr("ganprune.data.cifar10.MD5", hashlib.md5(archive.read_bytes()).hexdigest())
    write_fashion_mnist(folder / "FashionMNIST" / "raw")
    return folder


def write_cifar10(folder: Path, per_class: int = 4) -> Path:
    """cifar-10-binary.tar.gz: six files of rows of a label and 32x32 red, green and blue bytes."""
    rng = np.random.default_rng(0)
    path = folder / "cifar-10-binary.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        for name in [*(f"data_batch_{number}" for number in range(1, 6)), "test_batch"]:
            rows = rng.integers(0, 256, (10 * per_class, 3073), np.uint8)
            rows[:, 0] = np.repeat(np.arange(10), per_class)
            entry = tarfile.TarInfo(f"cifar-10-batches-bin/{name}.bin")
            entry.size = rows.nbytes
            tar.addfile(entry, io.BytesIO(rows.tobytes()))
    return path


def write_fashion_mnist(folder: Path) -> None:
    """idx files: zero, zero, type (8 = uint8), number of dimensions, their lengths as big-endian int32, bytes."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng(0)
    for name, count in (("train", 200), ("t10k", 40)):
        pixels = rng.integers(0, 256, (count, 28, 28), np.uint8)
        for array, kind in ((pixels, "images-idx3"), (np.arange(count, dtype=np.uint8) % 10, "labels-idx1")):
            head = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">i4").tobytes()
            (folder / f"{name}-{kind}-ubyte").write_bytes(head + array.tobytes())
