"""scikit-learn's 1,797 handwritten digits of 8x8 (Alpaydin and Kaynak 1998), which need no network."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np

from ganprune.data.source import Source, of_arrays

HELD_OUT = 300 / 1797  # 1,197 for training, 300 for search, 300 for the report


def files(data_dir: Path) -> list[Path]:
    return [Path(find_spec("sklearn").origin).with_name("datasets") / "data" / "digits.csv.gz"]


def load(data_dir: Path) -> Source:
    """Levels 0..16 scaled to 0..255. Nothing is read from `data_dir`."""
    from sklearn.datasets import load_digits  # slow to import, and needed once a study

    digits = load_digits()
    pixels = np.rint(digits.images * (255 / 16)).astype(np.uint8)
    return of_arrays({"": (pixels, digits.target)}, map(str, digits.target_names), held_out=HELD_OUT)
