"""A point's network made again: its dense state from the store, pruned as its record says, proven by its hash."""

from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load
from torch import nn

from ganprune.channels import shaped_like
from ganprune.config import ModelSettings, TrialSettings
from ganprune.errors import UserError
from ganprune.identity import Origin, here
from ganprune.methods import METHODS, training_of
from ganprune.models import build
from ganprune.point import Point
from ganprune.run import Run
from ganprune.store import Entry
from ganprune.train import Training
from ganprune.weighing import weights_hash


def rebuild(point: Point, settings: TrialSettings, fingerprint: str, store: Path, kept: Path) -> nn.Module:
    """The generator of this point, on the CPU; `kept` is where its weights are if they had to be kept.

    UserError when what it was made from is gone, or no longer gives the recorded weights.
    """
    net = _kept(settings.model, kept) if kept.exists() else _made_again(point, settings, fingerprint, store)
    if net is None or weights_hash(net) != point.weights:
        raise UserError(
            f"POINT={point.id}: the store in {store} no longer gives the weights that were scored"
            " (a file has changed); score it again in a study of another NAME"
        )
    return net.eval()


def kept_network(model: ModelSettings, kept: Path) -> nn.Module:
    """The generator whose weights were kept; SafetensorError or KeyError when the file is damaged."""
    return shaped_like(build(model).generator, load(kept.read_bytes())).eval()


def _kept(model: ModelSettings, kept: Path) -> nn.Module | None:
    """None when the file is damaged."""
    try:
        return kept_network(model, kept)
    except (SafetensorError, KeyError):
        return None


def _made_again(point: Point, settings: TrialSettings, fingerprint: str, store: Path) -> nn.Module:
    if point.images:
        raise _gone(point, store)
    return pruned_again(point, settings, trained_again(point, settings, fingerprint, store))


def pruned_again(point: Point, settings: TrialSettings, training: Training) -> nn.Module:
    """What the method of these settings makes of the point's training, without any recovery."""
    bare = settings.prune.model_copy(update={"recovery": "none"})
    run = Run(settings.with_train(epochs=point.epoch).model_copy(update={"prune": bare}), None, training)
    (candidate,) = METHODS[bare.method].again(run, [point])
    return candidate.net


def trained_again(point: Point, settings: TrialSettings, fingerprint: str, store: Path) -> Training:
    """The training that the point was pruned from, on the CPU; UserError when it is gone from the store."""
    training = training_of(settings)
    if not take(training, point, fingerprint, store):
        raise _gone(point, store)
    return training


def take(training: Training, point: Point, fingerprint: str, store: Path) -> bool:
    """Bring a training to where the point was made of it, on whatever machine; False where the store lacks that."""
    state = Entry(store, training.identity(origin(point, fingerprint)).key).load(point.epoch)
    if state:
        training.restore(state)
    return state is not None


def origin(point: Point, fingerprint: str) -> Origin:
    """Where the point's training ran; what early records do not say is taken to be as it is here."""
    return Origin(fingerprint, point.device, point.torch) if point.torch else here(fingerprint, point.device)


def _gone(point: Point, store: Path) -> UserError:
    return UserError(
        f"POINT={point.id}: what it was made from is gone from {store}; run the study again under another NAME"
    )
