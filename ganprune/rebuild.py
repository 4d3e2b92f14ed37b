"""A point's network made again: its dense state from the store, pruned as its record says, proven by its hash."""

from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load
from torch import nn

from ganprune.config import TrialSettings
from ganprune.curve import weights_hash
from ganprune.errors import UserError
from ganprune.models import build
from ganprune.point import Point
from ganprune.pruned import mended, sieve_of, without
from ganprune.store import Entry, training_key
from ganprune.train import Training


def rebuild(
    point: Point, settings: TrialSettings, fingerprint: str, store: Path, kept: Path, trained_on: str
) -> nn.Module:
    """The generator of this point, on the CPU; `kept` is where its weights are if it was fine-tuned.

    `trained_on` is the kind of device that its states in the store come from.

    UserError when what it was made from is gone, or no longer gives the recorded weights.
    """
    net = _kept(settings, kept) if kept.exists() else _pruned_again(point, settings, fingerprint, store, trained_on)
    if net is None or weights_hash(net) != point.weights:
        raise UserError(
            f"POINT={point.id}: the store in {store} no longer gives the weights that were scored"
            " (a file has changed); score it again in a study of another NAME"
        )
    return net.eval()


def _kept(settings: TrialSettings, kept: Path) -> nn.Module | None:
    """None when the file is damaged."""
    net = build(settings.model).generator
    try:
        net.load_state_dict(load(kept.read_bytes()))
    except (SafetensorError, RuntimeError):
        return None
    return net


def _pruned_again(point: Point, settings: TrialSettings, fingerprint: str, store: Path, trained_on: str) -> nn.Module:
    if settings.prune.finetune_steps:
        raise _gone(point, store)
    training = trained_again(point, settings, fingerprint, store, trained_on)
    dense = training.dense_generator()
    return mended(without(dense, sieve_of(dense, settings).masks(point.threshold)), settings, training)


def trained_again(point: Point, settings: TrialSettings, fingerprint: str, store: Path, trained_on: str) -> Training:
    """The training that the point was pruned from, on the CPU; UserError when it is gone from the store."""
    state = Entry(store, training_key(fingerprint, settings.model, settings.train, trained_on)).load(point.epoch)
    if state is None:
        raise _gone(point, store)
    training = Training(settings.model, settings.train)
    training.restore(state)
    return training


def _gone(point: Point, store: Path) -> UserError:
    return UserError(
        f"POINT={point.id}: what it was made from is gone from {store}; run the study again under another NAME"
    )
