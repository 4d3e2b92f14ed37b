"""The networks in whose features a data set is judged: they ship, lie in the store, or are trained now."""

from collections.abc import Callable
from pathlib import Path

from ganprune.data.images import Images
from ganprune.evaluator import Evaluator
from ganprune.metrics import features as feature_nets
from ganprune.metrics.feature_training import JUDGE, REFEREE, train_features
from ganprune.metrics.features import FeatureNet, can_judge, prepare
from ganprune.store import write_whole

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
    seed, schedule = REFEREE if referee else JUDGE
    use = "score the front once more" if referee else "judge"
    return train_features(
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
