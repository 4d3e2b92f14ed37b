"""How a feature network learns: classes, or where pictures have none to tell four rotations (Gidaris et al. 2018)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice

import torch
import torch.nn.functional as F
from torch import Generator, Tensor, nn

from ganprune.metrics.augmentation import ROTATIONS, all_turns, examples
from ganprune.metrics.features import FEATURES, About, FeatureNet, empty, features, halved
from ganprune.metrics.threads import one_thread

IMAGES_SEEN = 100_000  # pictures times epochs, at 32 pixels: about 90 s on one core
MAX_EPOCHS = 40  # so that a small set does not wait for what it cannot learn
BATCH = 128
PEAK_LR = 6e-3
HELD_OUT = 0.1  # of the training pictures, to tell the accuracy
JUDGE, REFEREE = (0, 1.0), (1, 0.7)  # seed, and times the usual steps: a schedule of its own


def train_features(
    pictures: Tensor,  # prepared training pictures, uint8 (n, channels, side, side)
    labels: Tensor | None,  # (n,) int64, None: the network learns to tell rotations
    n_classes: int,
    seed: int,
    images_seen: int | None = None,  # pictures times epochs; None: as many as take about 90 s on one core
    max_epochs: int = MAX_EPOCHS,
    schedule: float = 1.0,  # times these steps, from warm-up to the end
    flip: bool = True,  # mirror half of the pictures; wrong for letters and digits
    note: str = "",
    tell: Callable[[float], None] = lambda done: None,  # called with the fraction done
) -> FeatureNet:
    """A network trained with AdamW under a one-cycle learning rate, bit for bit the same for the same arguments."""
    images_seen = images_seen or IMAGES_SEEN * 32**2 // pictures.shape[2] ** 2
    generator = Generator().manual_seed(seed)
    order = torch.randperm(len(pictures), generator=generator)
    held_out, kept = order.tensor_split([round(HELD_OUT * len(order))])
    steps = max(1, round(schedule * min(images_seen, max_epochs * len(kept))) // BATCH)
    task, outputs = ("rotations", ROTATIONS) if labels is None else ("classes", n_classes)
    net = _initialised(About(pictures.shape[1], outputs, task, seed, steps * BATCH, note=note), generator)
    test = all_turns(pictures[held_out]) if labels is None else (pictures[held_out], labels[held_out])
    with one_thread():
        _fit(net, examples(pictures, labels, kept, BATCH, flip, generator), steps, tell)
        net.about = replace(net.about, accuracy=_accuracy(net, *test))
    return net


def _initialised(about: About, generator: Generator) -> FeatureNet:
    net = empty(about)
    for layer in net.modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu", generator=generator)
        if isinstance(layer, nn.BatchNorm2d):
            layer.reset_parameters()
    nn.init.normal_(net.head.weight, std=FEATURES**-0.5, generator=generator)
    nn.init.zeros_(net.head.bias)
    return net


def _fit(net: FeatureNet, batches: Iterator[tuple[Tensor, Tensor]], steps: int, tell: Callable[[float], None]) -> None:
    optimiser = torch.optim.AdamW(net.parameters(), weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, PEAK_LR, total_steps=steps + 1)
    net.train()
    for step, (pictures, targets) in enumerate(islice(batches, steps), start=1):
        loss = F.cross_entropy(net(pictures), targets)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        tell(step / steps)
    net.load_state_dict(halved(net))


def _accuracy(net: FeatureNet, pictures: Tensor, targets: Tensor) -> float:
    predicted = net.probabilities(features(net, pictures)).argmax(dim=1)
    return (predicted == targets).double().mean().item()
