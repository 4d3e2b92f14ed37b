"""Makes the frozen feature networks in `ganprune/metrics/weights`: `python -m bench.train_features cifar10 [DATA_DIR]`.

`python -m bench.train_features cifar10-referee [DATA_DIR]` makes the second one, which scores fronts once more.
They must never change once figures were made with them: another network gives another `fcd`.
cifar10 was trained on a JPEG copy of the data set, whose pixels differ by a few grey levels from the original's.
"""

import sys
import time
from dataclasses import dataclass
from pathlib import Path

import torch

from ganprune.data import load
from ganprune.metrics import features
from ganprune.metrics.feature_training import JUDGE, REFEREE, train_features

WEIGHTS = Path(features.__file__).parent / "weights"


@dataclass(frozen=True)
class Recipe:
    side: int  # of the generator's pictures
    images_seen: int
    max_epochs: int
    flip: bool
    note: str


RECIPES = {
    "cifar10": Recipe(32, 500_000, 12, True, "training pictures of a JPEG copy of CIFAR-10, 32x32 colour"),
    "digits": Recipe(16, 150_000, 120, False, "training pictures of scikit-learn's digits, 8x8 grey"),
}


def main(name: str, data_dir: str = "data") -> None:
    torch.set_num_threads(1)
    dataset, referee = name.removesuffix("-referee"), name.endswith("-referee")
    seed, schedule = REFEREE if referee else JUDGE
    recipe, start = RECIPES[dataset], time.perf_counter()
    images = load(dataset, Path(data_dir), side=recipe.side)
    pixels, labels = images.train.tensors()
    net = train_features(
        features.prepare(pixels, images.crop, images.features_side),
        labels,
        len(images.classes),
        seed=seed,
        images_seen=recipe.images_seen,
        max_epochs=recipe.max_epochs,
        schedule=schedule,
        flip=recipe.flip,
        note=recipe.note,
        tell=lambda done: print(f"\r{done:.0%} {time.perf_counter() - start:.0f} s", end="", flush=True),
    )
    (WEIGHTS / features.file_name(dataset, referee)).write_bytes(features.save(net))
    print(f"\r{name} {net.hash}: accuracy {_report_accuracy(net, images):.3f} on pictures that it never saw")


def _report_accuracy(net: features.FeatureNet, images) -> float:
    pixels, labels = images.report.tensors()
    found = features.features(net, features.prepare(pixels, images.crop, images.features_side))
    return (net.probabilities(found).argmax(dim=1) == labels).double().mean().item()


if __name__ == "__main__":
    main(*sys.argv[1:])
