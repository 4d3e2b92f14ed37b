"""The shelf of pruning methods.

A member has `Settings`, its own knobs, checked; it says whether it `owns_training`, so that nothing is shared with
other trials, and whether it is `structured`, so that its networks get smaller. `refusal(settings)` says why such a
trial would come to nothing, before anything is trained. `hooks(prune)` are what acts while the GAN trains, and
`decided_with(prune)` tells how many pictures whatever decides is shown once that is trained, before a point. Its
`candidates(run)` yields epochs as they are trained and the networks that it makes, or an iterator of several where none
waits for what another was found to be; that is sent back. `again(run, points)` makes some of them once more, to be
scored otherwise or from another seed. `at(settings, sparsity)` are settings that ask it for a sparsity at the end of
these epochs, which are all that a point may cost, a teacher's included; None where it can't be asked.
`epochs_before(prune)` are a teacher's, which each of its points costs beside its own. The judge knows no method.
`ganprune.cut.CutMethod` tells the story of those that cut a trained network at any threshold,
`ganprune.passing.PassingMethod` of those that act while it trains.
A new member is a new file and a line here; `tests/contracts/test_methods.py` covers it at once.
"""

from collections.abc import Collection, Iterator
from typing import Protocol

from ganprune.candidate import Candidate, Candidates
from ganprune.config import PruneSettings, TrialSettings
from ganprune.hooks import TrainingHook
from ganprune.identity import ANYWHERE, Identity, Origin, identify
from ganprune.methods.channels import Channels
from ganprune.methods.density import Density
from ganprune.methods.gradual import Gradual
from ganprune.methods.iterative import Iterative
from ganprune.methods.magnitude import MagnitudeSettings, magnitude
from ganprune.methods.percentage import PercentageSettings, percentage
from ganprune.methods.progressive import Progressive
from ganprune.methods.random import RandomSettings, random
from ganprune.methods.regan import Regan
from ganprune.methods.rggan import Rggan
from ganprune.methods.scored import Scored
from ganprune.methods.sensitivity import SensitivitySettings, sensitivity
from ganprune.methods.sparse_training import SparseTraining
from ganprune.point import EpochTrained, Point
from ganprune.run import Run
from ganprune.settings import Settings
from ganprune.train import Training


class Method(Protocol):
    Settings: type[Settings]
    owns_training: bool
    structured: bool

    def refusal(self, settings: TrialSettings) -> str | None: ...

    def hooks(self, prune: PruneSettings) -> dict[str, TrainingHook]: ...

    def decided_with(self, prune: PruneSettings) -> int: ...

    def candidates(self, run: Run) -> Candidates: ...

    def again(self, run: Run, points: Collection[Point]) -> Iterator[EpochTrained | Candidate]: ...

    def at(self, settings: TrialSettings, sparsity: float) -> TrialSettings | None: ...

    def epochs_before(self, prune: PruneSettings) -> int: ...


METHODS: dict[str, Method] = {
    "percentage": Scored(percentage, PercentageSettings),
    "sensitivity": Scored(sensitivity, SensitivitySettings, most=0.99),
    "magnitude": Scored(magnitude, MagnitudeSettings),
    "random": Scored(random, RandomSettings),  # the control
    "channels": Channels(),
    "density": Density(),
    "regan": Regan(),
    "gradual": Gradual(),
    "iterative": Iterative(),
    "rggan": Rggan(),
    "sparse_training": SparseTraining(),
    "progressive": Progressive(),
}


def training_of(settings: TrialSettings, device: str = "cpu") -> Training:
    """Before its first step, with all that the method of these settings has act in it."""
    return Training(settings.model, settings.train, device, _hooks(settings))


def identity_of(settings: TrialSettings, origin: Origin = ANYWHERE) -> Identity:
    """Of the training of these settings, where nothing needs to be trained."""
    return identify(settings.model, settings.train, _hooks(settings), origin)


def _hooks(settings: TrialSettings) -> dict[str, TrainingHook]:
    return METHODS[settings.prune.method].hooks(settings.prune)
