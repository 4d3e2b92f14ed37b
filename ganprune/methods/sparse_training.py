"""Sparse from the first step: the density stays while weights take turns, and the discriminator may be sparse as well.

Layers begin by ERK. Every so often the smallest active weights go and as many come, from zero: where the gradient is
largest (RigL, Evci et al. 2020) or by lot (SET, Mocanu et al. 2018), over the whole network as in ADAPT (Wang et al.
2023); "none" is a static mask. The discriminator's density is fixed, that of the generator, or balanced as in ADAPT:
it rises and falls with the balance ratio, freely (relaxed) or up to a half, where weights take turns instead (strict).
Decided here: the share that takes turns falls by the epoch, over a number of epochs of its own, so that any prefix is
the run that stops there; the largest weight of a layer never goes, so that none is emptied; what would go and come at
once stays as it is; Adam's moments follow the gradients of inactive weights too, so that none begins with a leap.
"""

import math
from typing import Literal

import torch
from pydantic import Field, PositiveInt, model_validator
from torch import Tensor

from ganprune import erk, seeds
from ganprune.balance import Balance
from ganprune.candidate import Candidate
from ganprune.config import PruneSettings, TrialSettings
from ganprune.hooks import Batch, TrainingHook
from ganprune.masking import Masking
from ganprune.masks import Masks
from ganprune.passing import PassingMethod
from ganprune.run import Run
from ganprune.settings import Settings
from ganprune.train import Training

NETS = ("generator", "discriminator")
LOOKS = 10  # steps of the generator from one look at the balance to the next; ADAPT's, as all below
WEAK, STRONG = 0.55, 0.45  # ratios at which the discriminator's density rises, and falls
MORE = 0.05  # of its weights, at once; also the least that stay, and what takes turns at the strict cap
CAP = {"relaxed": 1.0, "strict": 0.5}


class SparseTrainingSettings(Settings):
    density: float = Field(0.25, gt=0, lt=1)  # of the generator's weights
    growth: Literal["gradient", "random", "none"] = "gradient"
    turnover: float = Field(0.5, gt=0, lt=1)  # of the active weights take turns at first
    until: PositiveInt = 20  # epochs over which that falls to nothing, as a cosine does
    period: PositiveInt = 100  # steps of the generator from one turn to the next (RigL's); two judge the balance
    balance: Literal["fixed", "equal", "relaxed", "strict"] = "fixed"  # of the discriminator's density
    density_d: float = Field(1.0, gt=0, le=1)  # where that is fixed

    @model_validator(mode="after")
    def grows_where_it_is_balanced(self) -> "SparseTrainingSettings":
        if self.balanced and self.growth == "none":
            raise ValueError(f"balance {self.balance} lets weights come, growth none does not; take fixed or equal")
        return self

    @property
    def balanced(self) -> bool:
        return self.balance in CAP

    @property
    def densities(self) -> dict[str, float]:
        """At the first step."""
        return dict(zip(NETS, (self.density, self.density_d if self.balance == "fixed" else self.density), strict=True))

    def share(self, epoch: int) -> float:
        """Of the active weights, those that take turns."""
        return self.turnover * (1 + math.cos(math.pi * min(epoch / self.until, 1))) / 2


class TakingTurns(Masking):
    VERSION = 1
    nets = NETS

    def captured_as(self) -> str:
        return "sparse training"

    def begin(self, training: Training) -> None:
        super().begin(training)
        self._balance, own = Balance(training), self._settings
        steps = math.gcd(own.period, LOOKS) if own.balanced else own.period
        self.pause = None if own.growth == "none" else steps * training.settings.d_steps
        self._counted = {}
        for net, density in own.densities.items():
            random = seeds.generator(training.settings.seed, "sparse training", net)
            shapes, self._counted[net] = erk.shapes(training.gan, net, self._spare_output)
            counts = erk.active(shapes, self._counted[net], density)
            self.hold(training, net, {name: _by_lot(shapes[name], count, random) for name, count in counts.items()})

    def before_descent(self, side: str, training: Training) -> None:
        if side == "g" and self._settings.balanced:
            self._balance.note(training.generator)

    def at_pause(self, training: Training, batch: Batch) -> None:
        own, turn = self._settings, training.step // training.settings.d_steps
        if own.balanced and turn % LOOKS == 0:
            self._balance.look(training, batch)
        if turn % own.period == 0:
            self._take_turns(training, "generator", own.share(training.epoch))
            if not own.balanced:
                self._take_turns(training, "discriminator", own.share(training.epoch))
            elif turn % (2 * own.period) == 0:
                self._rebalance(training, self._balance.ratio())

    def _rebalance(self, training: Training, ratio: float) -> None:
        counted, density = self._counted["discriminator"], self._density("discriminator")
        cap = CAP[self._settings.balance]
        if ratio >= WEAK and density < cap:
            self._change(training, "discriminator", come=round(min(MORE, cap - density) * counted))
        elif ratio >= WEAK and cap < 1:
            self._take_turns(training, "discriminator", MORE)
        elif ratio <= STRONG:
            self._change(training, "discriminator", leave=max(0, round(min(MORE, density - MORE) * counted)))

    def _density(self, net: str) -> float:
        gone = sum(int((~mask).sum()) for mask in self.masks[net].values())
        return 1 - gone / self._counted[net]

    def _take_turns(self, training: Training, net: str, share: float) -> None:
        active = sum(int(mask.sum()) for mask in self.masks[net].values())
        number = min(round(share * active), active - len(self.masks[net]))
        self._change(training, net, leave=number, come=number)

    def _change(self, training: Training, net: str, leave: int = 0, come: int = 0) -> None:
        network, masks = training.gan.nets[net], self.masks[net]
        weights = {name: network.get_parameter(name) for name in masks}
        wanted = {name: weight.grad.abs() for name, weight in weights.items()}
        if self._settings.growth == "random":
            random = seeds.generator(training.settings.seed, "growth", net, training.step)
            wanted = {name: torch.rand(each.shape, generator=random).to(each.device) for name, each in wanted.items()}
        sizes = {name: weight.detach().abs() for name, weight in weights.items()}
        self.hold(training, net, changed(masks, sizes, wanted, leave, come))

    def live(self) -> dict[str, Tensor]:
        return super().live() | {"balance": self._balance.sums}


def changed(masks: Masks, sizes: dict[str, Tensor], wanted: dict[str, Tensor], leave: int, come: int) -> Masks:
    """So many of the smallest active weights leave, then so many of the most wanted inactive ones come."""
    active = torch.cat([mask.flatten() for mask in masks.values()])
    size = torch.cat([_but_the_largest(sizes[name], mask) for name, mask in masks.items()])
    wish = torch.cat([wanted[name].flatten() for name in masks])
    active[size.topk(min(leave, int(size.isfinite().sum())), largest=False).indices] = False
    active[wish.masked_fill(active, -1).topk(min(come, int((~active).sum()))).indices] = True
    parts = active.split([mask.numel() for mask in masks.values()])
    return {name: part.view_as(mask) for (name, mask), part in zip(masks.items(), parts, strict=True)}


def _but_the_largest(size: Tensor, mask: Tensor) -> Tensor:
    """A layer's sizes in a row; of what is not active, or may not leave, infinite."""
    row, active = size.flatten(), mask.flatten()
    leaves = active.clone()
    leaves[row.masked_fill(~active, -1).argmax()] = False
    return row.masked_fill(~leaves, torch.inf)


def _by_lot(shape: torch.Size, count: int, random: torch.Generator) -> Tensor:
    return (torch.randperm(shape.numel(), generator=random) < count).view(shape)


class SparseTraining(PassingMethod):
    Settings = SparseTrainingSettings

    def hooks(self, prune: PruneSettings) -> dict[str, TrainingHook]:
        return {"sparse_training": TakingTurns(SparseTrainingSettings(**prune.own), prune.spare_output)}

    def candidate(self, run: Run) -> Candidate:
        """It never was dense: what it is held against is itself."""
        net = run.training.dense_generator()
        return Candidate(net, run.training.epoch, run.settings.prune.own, target=None, reference=net)

    def refusal(self, settings: TrialSettings) -> str | None:
        own, train = SparseTrainingSettings(**settings.prune.own), settings.train
        if own.growth != "none" and own.until > train.epochs:
            return f"until {own.until} is later than the {train.epochs} epochs; train longer"
        if own.growth != "none" and train.epoch_images:  # else the data decide
            steps = own.until * train.epoch_steps(train.epoch_images) // train.d_steps
            if steps < own.period:
                return f"period {own.period} is longer than the {steps} steps until epoch {own.until}; shorten it"
        spare = settings.prune.spare_output
        reasons = (erk.refusal(settings.model, net, spare, density) for net, density in own.densities.items())
        return next(filter(None, reasons), None)

    def at(self, settings: TrialSettings, sparsity: float) -> TrialSettings | None:
        """What is spared is counted, and so active; weights take turns for three quarters of the epochs."""
        asked = settings.with_own(density=1 - sparsity, until=max(1, 3 * settings.train.epochs // 4))
        return asked if self.refusal(asked) is None else None
