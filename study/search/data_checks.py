"""What a study asks of its pictures: where they cannot give it, that is said before anything is trained."""

import numpy as np

from ganprune.config import ModelSettings
from ganprune.data.images import FEWEST_PICTURES, FEWEST_REFERENCES, SETS, Images
from ganprune.data.source import UNKNOWN
from ganprune.errors import UserError
from ganprune.metrics import METRICS
from ganprune.metrics.by_class import FEWEST_DRAWN, FEWEST_REAL
from ganprune.metrics.features import FeatureNet, can_judge
from ganprune.metrics.inception import WEIGHTS
from ganprune.models import build
from study.settings.space import takes_labels


def check_objective(metric: str, net: FeatureNet, images: Images) -> None:
    """Refuse an objective that knows too little."""
    if METRICS[metric].view == "classifier" and not can_judge(net):
        raise UserError(
            f"QUALITY={metric}: {images.name} has no classes, and a network that should tell four rotations is right"
            f" in only {net.about.accuracy:.0%}; sort the pictures into two or more class folders, which needs no"
            f" download, or take QUALITY=fid with the weights of Inception-v3 ({WEIGHTS}) in DATA_DIR or fetched"
        )


def check_labels(model: ModelSettings, images: Images) -> None:
    """Refuse a model that needs labels where there are none, or not of all pictures."""
    if not takes_labels(model):
        return
    if len(images.classes) < 2:
        raise UserError(
            f"DATASET={images.name}: its pictures have no classes, and model {model.name} needs their labels;"
            " sort them into class folders, or take another MODEL"
        )
    if unknown := sum(np.count_nonzero(each.labels == UNKNOWN) for each in (images.search, images.report)):
        raise UserError(
            f"DATASET={images.name}: {unknown} pictures in val or test lie in no class folder, and model {model.name}"
            " needs their labels; sort them as in train, or move them away, or take another MODEL"
        )


def left_out(model: ModelSettings, images: Images, samples: int) -> str:
    """What is not told of classes because they have too few pictures; empty where all is."""
    if not takes_labels(model):
        return ""
    fewest = min(np.bincount(images.search.labels, minlength=len(images.classes)))
    drawn = samples // len(images.classes)
    if fewest >= FEWEST_REAL and drawn >= FEWEST_DRAWN:
        return ""
    needed = f"{FEWEST_REAL} and {FEWEST_DRAWN} are needed"
    return f"class_fcd is left out: of {fewest} real and {drawn} drawn pictures of a class ({needed})"


def check_kinds(model: ModelSettings, batch: int, images: Images) -> None:
    """Refuse pictures that a model can't be taught to translate."""
    if build(model).pairs and not images.pairs:
        raise UserError(
            f"DATASET={images.name}: {model.name} learns from pairs, and these pictures have no partners; give folders"
            " of equal names, or a TASK that makes pairs, as super4, or MODEL=cyclegan, which needs none"
        )
    fewest = min((len(images.train), *map(len, images.train.sources())))
    if images.train.source is not None and fewest < batch:
        raise UserError(
            f"DATASET={images.name}: of one kind there are {fewest} pictures to train on, and a batch has {batch}; add"
            " pictures, or take a SPACE of smaller batches"
        )


def check_size(images: Images) -> None:
    """Refuse a data set too small to train on or to compare with."""
    sets = [getattr(images, name) for name in SETS]
    sizes = [min(map(len, (each, *each.sources()))) for each in sets]  # of the kind that has fewer
    if sum(sizes) < FEWEST_PICTURES:
        raise UserError(
            f"DATASET={images.name}: {sum(sizes)} pictures; at least {FEWEST_PICTURES} are needed, and hundreds to"
            " learn anything: add pictures"
        )
    if min(sizes) < FEWEST_REFERENCES and ":" in images.task:
        raise UserError(
            f"TASK={images.task}: of one of these classes there are {min(sizes)} pictures to search or to report with,"
            f" and at least {FEWEST_REFERENCES} each are needed: add some to its folders, those in val or test too if"
            " there are any"
        )
    if min(sizes) < FEWEST_REFERENCES:
        raise UserError(
            f"DATASET={images.name}: too many of its {sum(sizes)} pictures are equal, which stay together: for search"
            f" and report at least {FEWEST_REFERENCES} each are needed and there are {min(sizes)}: add different ones"
        )
