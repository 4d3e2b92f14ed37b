"""What a study needs before its first trial: pictures, yardsticks, and how fast this machine is."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from ganprune import null_names, seeds
from ganprune.config import ModelSettings, TrialSettings
from ganprune.confirm_evaluator import yardstick
from ganprune.data.images import FEWEST_PICTURES, FEWEST_REFERENCES, SETS, Images, crop
from ganprune.errors import UserError
from ganprune.evaluator import Evaluator, drift_from
from ganprune.metrics import METRICS, null, quality, views
from ganprune.metrics import features as feature_nets
from ganprune.metrics.by_class import FEWEST_DRAWN, FEWEST_REAL
from ganprune.metrics.features import FeatureNet, can_judge, prepare
from ganprune.metrics.inception import WEIGHTS, load_inception
from ganprune.models import build
from ganprune.pace import Pace
from ganprune.store import write_whole
from ganprune.train import Training
from study.settings.plan import Plan
from study.settings.space import takes_labels

FEATURES_VERSION = 1  # raise it when training a feature network changes
Tell = Callable[[str], None]


def feature_net(images: Images, store: Path, tell: Tell, referee: bool = False) -> FeatureNet:
    """The network in whose features this data set is judged, or the referee: shipped, in the store, or trained now.

    Pictures that were taken from a data set are judged by a network that knows all of it.
    """
    images = images.whole or images
    known = known_net(images, store, referee)
    if known:
        return known
    trained = _trained(images, tell, referee)
    write_whole(_stored(images, store, referee), feature_nets.save(trained))
    return trained


def known_net(images: Images, store: Path, referee: bool = False) -> FeatureNet | None:
    """The same if it needs no training."""
    images = images.whole or images
    shipped = feature_nets.frozen(images.published, referee)
    if shipped and shipped.about.channels == images.channels and images.side in (16, 32):
        return shipped
    file = _stored(images, store, referee)
    return feature_nets.load(file.read_bytes()) if file.exists() else None


def _stored(images: Images, store: Path, referee: bool) -> Path:
    return store / "features" / feature_nets.file_name(f"{images.fingerprint}-v{FEATURES_VERSION}", referee)


def _trained(images: Images, tell: Tell, referee: bool) -> FeatureNet:
    pixels, labels = images.train.tensors()
    prepared = prepare(pixels, images.crop, images.features_side)
    seed, schedule = feature_nets.REFEREE if referee else feature_nets.JUDGE
    use = "score the front once more" if referee else "judge"
    return feature_nets.train_features(
        prepared,
        labels if images.classes else None,
        len(images.classes),
        seed=seed,
        schedule=schedule,
        note=images.name,
        tell=lambda done: tell(f"training the classifier whose features {use} {images.name}: {done:.0%}"),
    )


def referee(evaluator: Evaluator) -> FeatureNet | None:
    """The network that scores a front once more, where a trial runs; None where there is none that can judge."""
    net = known_net(evaluator.images, evaluator.store, referee=True)
    return net if net and can_judge(net) else None


def make_evaluator(images: Images, net: FeatureNet, plan: Plan, store: Path) -> Evaluator:
    """Everything that trials share, the real side of the metrics worked out."""
    samples, seed = plan.space.samples, plan.seed
    real, train = (crop(each.tensors()[0], images.crop) for each in (images.search, images.train))
    labels = images.search.tensors()[1] if takes_labels(plan.space.model) else None
    blurred = null.gaussian_pictures(train, samples, seeds.generator(seed, null_names.GAUSSIAN))
    evaluator = Evaluator(
        images=images,
        model=plan.space.settings({}, images.channels, seed, len(images.classes)).model,
        net=net,
        real={},
        real_entropy=None,
        gaussian=1.0,
        inputs={},
        store=store,
        grid=frozenset(plan.space.epochs),
        inception=load_inception(plan.data_dir) if METRICS[plan.quality].view == "inception" else None,
        by=plan.objectives.searched,
    )
    inputs = evaluator.sample_inputs(samples, seeds.generator(seed, "latents"))
    truth = real[: len(next(iter(inputs.values())))] if images.pairs else None
    evaluator = replace(evaluator, inputs=inputs, truth=truth)
    evaluator = replace(evaluator, real={view: evaluator.view(real, view, labels) for view in views(plan.quality)})
    return replace(
        evaluator,
        real_entropy=_entropy(evaluator) if images.classes else None,
        gaussian=evaluator.measure(plan.quality, blurred if evaluator.untranslated is None else evaluator.untranslated),
    )


def report_evaluator(evaluator: Evaluator, seed: int, samples: int) -> Evaluator:
    """The same, of the pictures of `report`: for what nothing is picked from any more."""
    ruler = yardstick(evaluator, lambda evaluator: None, seed, samples)
    return replace(ruler.judge, gaussian=ruler.gaussian)


def _entropy(evaluator: Evaluator) -> float:
    """Of the classes of the `search` pictures, as the classifier sees them."""
    return quality.entropy_of_classes(evaluator.net.probabilities(evaluator.real["classifier"].rows.float()))


def measure_pace(evaluator: Evaluator, settings: TrialSettings, deadline: float, steps: int = 4) -> tuple[Pace, int]:
    """Seconds of a step and of a scored point, and bytes of a stored state, before anything is promised."""
    training = Training(settings.model, settings.train, evaluator.device)
    random = seeds.generator(settings.train.seed, "pace", device=evaluator.device)
    pixels, labels, *source = evaluator.training_set
    order = training.order(len(pixels), random)[:1].expand(steps, -1)
    training.train_on(pixels, labels, order[:1], random, *source)  # the first one pays for set-up
    step_seconds = _seconds(lambda: training.train_on(pixels, labels, order, random, *source)[-1]["d"].tolist()) / steps
    state_bytes = sum(tensor.nbytes for tensor in training.tensors().values())
    return Pace(deadline, step_seconds, score_seconds(evaluator, training)), state_bytes


def score_seconds(evaluator: Evaluator, training: Training) -> float:
    """Of a point, its recovery apart."""

    def score() -> None:
        net = training.dense_generator()
        evaluator.fcd(evaluator.draw(net))
        drawn = evaluator.draw(net)
        evaluator.quality(drawn)
        drift_from(drawn, drawn)

    return _seconds(score)


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def check_objective(metric: str, net: FeatureNet, images: Images) -> None:
    """Refuse an objective that knows too little."""
    if METRICS[metric].view == "classifier" and not can_judge(net):
        raise UserError(
            f"QUALITY={metric}: {images.name} has no classes, and a network that should tell four rotations is right"
            f" in only {net.about.accuracy:.0%}; sort the pictures into two or more class folders, which needs no"
            f" download, or take QUALITY=fid with the weights of Inception-v3 ({WEIGHTS}) in DATA_DIR or fetched"
        )


def check_labels(model: ModelSettings, images: Images) -> None:
    """Refuse a model that needs labels where there are none."""
    if takes_labels(model) and len(images.classes) < 2:
        raise UserError(
            f"DATASET={images.name}: its pictures have no classes, and model {model.name} needs their labels;"
            " sort them into class folders, or take another MODEL"
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
    sizes = [len(getattr(images, name)) for name in SETS]
    if sum(sizes) < FEWEST_PICTURES:
        raise UserError(
            f"DATASET={images.name}: {sum(sizes)} pictures; at least {FEWEST_PICTURES} are needed, and hundreds to"
            " learn anything: add pictures"
        )
    if min(sizes) < FEWEST_REFERENCES:
        raise UserError(
            f"DATASET={images.name}: too many of its {sum(sizes)} pictures are equal, which stay together: for search"
            f" and report at least {FEWEST_REFERENCES} each are needed and there are {min(sizes)}: add different ones"
        )
