"""The story of `make paper`: paper 1's recipe, run once, and its two tables beside what they should have been."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from ganprune.config import ModelSettings, TrainSettings
from ganprune.data import load, name_of
from ganprune.data.images import Images
from ganprune.errors import UserError
from ganprune.identity import here
from ganprune.metrics.threads import one_thread
from ganprune.paper import PAIRS, PUBLISHED_SPARSITY, RECIPES, THRESHOLDS, Experiment, experiment
from ganprune.run import train_upto
from ganprune.store import Entry
from ganprune.train import DivergedError, Training
from study.commands.console import duration
from study.commands.paper_tables import Tables, csv_text, page, strip, tables
from study.records.folders import replace_folder
from study.records.paths import Out
from study.search.data_checks import check_size
from study.settings.arguments import Asked, writable
from study.settings.machine import this_machine, versions

SIDES = {"digits": 16}  # pixels; 32 otherwise, as in the paper
CPU_WIDTH = 32  # half of the usual one
CPU_IMAGES = 150_000  # shown in all: 4 to 8 minutes of one core

Tell = Callable[[str], None]


def run_paper(given: Asked, say: Tell) -> Path:
    """Print the tables and write them to `OUT/paper-<dataset>/`; what was trained before is not trained again.

    UserError when the pictures are not there, or training diverged.
    """
    dataset = given.dataset or "cifar10"
    name, out = name_of(dataset), Out(writable(given.out))
    say(f"loading {dataset}")
    images = load(dataset, given.data_dir, SIDES.get(dataset, 32))
    device = "cuda" if this_machine().gpus else "cpu"
    model, train = settings(images, device == "cuda", given.seed or 0)
    check_size(images)
    say(size(images, model, train))
    with one_thread():
        training = trained(images, Training(model, train, device), out.store, say)
        say(f"comparing the pictures of {PAIRS} latents")
        found = experiment(training, images.crop)
        shown = tables(found, published=images.name in RECIPES)
    text = page(shown, found, f"{images.name}, {size(images, model, train)}")
    files = {
        "README.md": text.encode(),
        "tables.csv": csv_text(shown).encode(),
        "paper.json": as_json(shown, found, images, training).encode(),
        "pictures.png": strip(found),
    }
    folder = replace_folder(out.root / f"paper-{name}", files)
    say(f"{text}\nfiles: {folder}")
    return folder


def settings(images: Images, full_size: bool, seed: int) -> tuple[ModelSettings, TrainSettings]:
    """The paper's recipe for this data set, for CIFAR-10 if it has none; as many epochs, but smaller, on a CPU."""
    recipe = RECIPES.get(images.name, RECIPES["cifar10"])
    shown = min(CPU_IMAGES // recipe.epochs, max(recipe.batch, len(images.train)))
    smaller = {} if full_size else {"epoch_images": shown}
    width = ModelSettings().width if full_size else CPU_WIDTH
    model = ModelSettings(width=width, side=images.side, channels=images.channels)
    return model, recipe.model_copy(update={"seed": seed, **smaller})


def size(images: Images, model: ModelSettings, train: TrainSettings) -> str:
    """What runs, and how much smaller than the paper it is."""
    everything = len(images.train)
    ran = f"width {model.width}, {train.epochs} epochs of {train.epoch_images or everything:,} pictures"
    if model.width == ModelSettings().width:
        return f"full size: {ran}"
    return f"CPU size: {ran} (in full, as on a GPU: width {ModelSettings().width}, {everything:,} pictures)"


def trained(images: Images, training: Training, store: Path, say: Tell) -> Training:
    """Go on from the store to the recipe's last epoch."""
    epochs, made = training.settings.epochs, training.identity(here(images.fingerprint, training.device))
    entry = Entry(store, made.key)
    if before := [epoch for epoch in entry.epochs() if epoch <= epochs]:
        say(f"epochs 1 to {max(before)} were trained before")
    try:
        for one in train_upto(epochs, training, entry, images.train.tensors(training.device)):
            left = duration((epochs - one.epoch) * one.seconds)
            say(f"epoch {one.epoch} of {epochs}: loss of G {one.loss_g:.2f}, of D {one.loss_d:.2f}; about {left} left")
    except DivergedError as error:
        raise UserError(f"SEED={training.settings.seed}: training diverged ({error}); give another SEED") from None
    return training


def as_json(shown: Tables, found: Experiment, images: Images, training: Training) -> str:
    """All settings, versions and figures."""
    document = {
        "data": {"name": images.name, "fingerprint": images.fingerprint, "train": len(images.train)},
        "model": training.model.model_dump(),
        "train": training.settings.model_dump(),
        "weights": "raw, as they were after the last step",
        "pairs": PAIRS,
        "thresholds": THRESHOLDS,
        "sparsity": {method: asdict(arm.sparsity) for method, arm in found.arms.items()},
        "published_sparsity": PUBLISHED_SPARSITY,
        "tables": [row._asdict() for row in shown.rows],
        "controls": [control._asdict() for control in shown.controls],
        "versions": versions(),
        "hardware": this_machine().record(),
    }
    return json.dumps(document, indent=2) + "\n"
