"""Where CIFAR-10 is, for figures that need real pictures."""

from pathlib import Path

from study.settings.variables import given

ROOT = Path(__file__).parent.parent
CIFAR10 = ("cifar10.zip", "cifar10", "cifar-10-binary.tar.gz")  # one of them is in a DATA_DIR that has it


def data_dir() -> Path | None:
    """DATA_DIR, `data` or `../shared/data`: the first that has CIFAR-10."""
    places = (given().data_dir, ROOT / "data", ROOT.parent / "shared" / "data")
    return next((place for place in places if any((place / name).exists() for name in CIFAR10)), None)
