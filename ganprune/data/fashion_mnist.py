"""Fashion-MNIST (Xiao et al. 2017): 60,000 and 10,000 grey pictures of 28x28, through torchvision."""

from pathlib import Path

from ganprune.data.download import downloading
from ganprune.data.source import Source, of_arrays
from ganprune.errors import UserError


def files(data_dir: Path) -> list[Path]:
    return sorted(data_dir.glob("FashionMNIST/raw/*"))


def load(data_dir: Path) -> Source:
    from torchvision.datasets import FashionMNIST  # slow to import, and needed once a study

    try:
        with downloading("fashion-mnist", data_dir, files="FashionMNIST/raw/ with its four idx files"):
            sets = {name: FashionMNIST(data_dir, train=name == "train", download=True) for name in ("train", "test")}
    except (ValueError, AssertionError) as error:
        raise UserError(f"fashion-mnist: {data_dir}/FashionMNIST is damaged ({error}): delete it") from error
    splits = {name: (pictures.data.numpy(), pictures.targets.numpy()) for name, pictures in sets.items()}
    return of_arrays(splits, FashionMNIST.classes)
