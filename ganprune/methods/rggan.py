"""RG-GAN: thresholds that are learned take weights out on both sides; a score says when all of them train again.

After the released code of Saxena et al. (AAAI 2024, "RG-GAN: Dynamic regenerative pruning for data-efficient GANs") and
its ancestor (Liu et al. 2020, "Dynamic sparse training"). Each output channel has a threshold t that begins at 0; in
sparse phases a weight acts where |w| > t, what does not keeps its value, and λ·Σ exp(−t) draws thresholds up. A layer
with 1 % of its weights left begins again at t = 0. `grad` "detached", as released: nothing else moves thresholds, and
weights that are out stand still; "ste", as its ancestor: the loss reaches both through the mask (a long-tailed slope).
Every few epochs the averaged generator is scored; where it is no worse than its weighted past, sparse goes on.
Decided here: the score is fcd to training pictures that the trial knows, where the code looks at the test set; masks go
before a spectral norm, so that the masked discriminator is normed; averaged weights lose what goes, and get what comes
back as it was. Weights that are out are kept here, so that networks, optimisers and the store stay as they are.
"""

import math
from collections.abc import Iterator
from typing import Literal

import torch
from pydantic import Field, PositiveInt, model_validator
from torch import Tensor, nn

from ganprune.adam import EPS, Adam
from ganprune.config import PruneSettings, TrialSettings
from ganprune.hooks import Distance, TrainingHook
from ganprune.phases import PhasedMethod, Phases, Weights
from ganprune.prunable import PRUNABLE_LAYERS, weight_name, written_axis
from ganprune.settings import Settings
from ganprune.train import Training

SIDES = {"g": "generator", "d": "discriminator"}  # who has thresholds
PENALTY = {"detached": 1e-12, "ste": 5e-6}  # as the codes have them for CIFAR-10
PAST = (0.1, 0.1, 0.2, 0.2, 0.4)  # weights of the last scores, the newest last
FEWEST = 0.01  # of a layer's weights


class RgganSettings(Settings):
    grad: Literal["ste", "detached"] = "ste"
    penalty: float | None = Field(None, gt=0)  # λ; without either of the two, as in the code that `grad` follows
    growth_per_1000: float | None = Field(None, gt=0)  # instead: what λ alone adds to a threshold in 1,000 steps
    every: PositiveInt = 5  # epochs from one score to the next

    @model_validator(mode="after")
    def says_it_once(self) -> "RgganSettings":
        if self.penalty and self.growth_per_1000:
            raise ValueError("growth_per_1000 says how large penalty is; give one of them")
        return self

    def penalty_at(self, rate: float) -> float:
        """λ: Adam takes steps of rate · λ / (λ + eps), as λ is all that a threshold's gradient consists of."""
        if not self.growth_per_1000:
            return self.penalty or PENALTY[self.grad]
        share = self.growth_per_1000 / (1000 * rate)
        return EPS * share / (1 - share)


class Regenerating(Phases):
    VERSION = 1
    nets = tuple(SIDES.values())

    def captured_as(self) -> tuple:
        return "rggan", self.is_sparse

    @property
    def is_sparse(self) -> bool:
        return bool(self._sparse)

    def begin(self, training: Training) -> None:
        super().begin(training)
        self._sparse, self._scores = torch.tensor(True), torch.full((len(PAST),), torch.inf, dtype=torch.float64)
        self.thresholds, self._out, self._optimisers, self._penalties = {}, {}, {}, {}
        for side, net in SIDES.items():
            network, masks = training.gan.nets[net], self.masks[net]
            self.thresholds[net] = {name: threshold for name, threshold in _zeros(network) if name in masks}
            self._out[net] = {name: torch.zeros_like(network.get_parameter(name)) for name in masks}
            rate, betas = training.optimisers[side].rate, (training.settings.beta1, training.settings.beta2)
            self._optimisers[side] = Adam(self.thresholds[net].values(), rate, betas)
            self._penalties[side] = self._settings.penalty_at(rate)
            self._settle(training, net)

    def live(self) -> dict[str, Tensor]:
        kept = {"threshold": self.thresholds, "out": self._out}
        moments = {side: optimiser.tensors() for side, optimiser in self._optimisers.items()}
        parts = {f"{part}.{net}": tensors for part, nets in kept.items() for net, tensors in nets.items()}
        parts |= {f"optimiser_{side}": tensors for side, tensors in moments.items()}
        told = {f"{part}.{name}": tensor.detach() for part, of in parts.items() for name, tensor in of.items()}
        return super().live() | told | {"sparse": self._sparse, "scores": self._scores}

    def before_epoch(self, training: Training, distance: Distance | None) -> None:
        if training.epoch and training.epoch % self._settings.every == 0:
            score = distance(training.dense_generator(), training.recalibration_inputs())
            self._scores.copy_(torch.cat([self._scores[1:], torch.tensor([score], dtype=torch.float64)]))
            self._switch(training, goes_sparse(self._scores.tolist(), self.is_sparse))

    def _switch(self, training: Training, sparse: bool) -> None:
        if self.is_sparse and not sparse:
            self.remember(**self.judged(training))
        if self.is_sparse != sparse:
            self._sparse.fill_(sparse)
            for net in self.nets:
                self._settle(training, net)

    def networks(self, training: Training) -> tuple[nn.Module, nn.Module]:
        """In a sparse phase the dense one trains as well."""
        self._dense = None if self.is_sparse else self._dense
        return super().networks(training)

    def judged(self, training: Training) -> dict[str, Weights]:
        if not self.is_sparse:
            return super().judged(training)
        averaged = training.averaged.state_dict()
        whole = {name: averaged[name] + out for name, out in self._out["generator"].items()}
        return {"sparse": averaged, "dense": averaged | whole}

    def before_descent(self, side: str, training: Training) -> None:
        """From the slopes of the weights that act: those of thresholds, which descend, and of all weights."""
        if not self.is_sparse:
            return
        net, penalty = SIDES[side], self._penalties[side]
        for name, threshold in self.thresholds[net].items():
            weight, mask = training.gan.nets[net].get_parameter(name), self.masks[net][name]
            threshold.grad, slope = -penalty * torch.exp(-threshold.detach()), weight.grad * mask
            if self._settings.grad == "ste":
                whole = weight.detach() + self._out[net][name]
                through = weight.grad * long_tail(whole.abs() - threshold.detach())
                threshold.grad -= _over_channels(through * whole, threshold)
                slope += through * whole.abs()
            weight.grad.copy_(slope)
        self._optimisers[side].step()

    def after_descent(self, side: str, training: Training) -> None:
        if self.is_sparse:
            self._settle(training, SIDES[side])

    @torch.no_grad()
    def _settle(self, training: Training, net: str) -> None:
        """Who acts and who is out, as weights and thresholds are now; all of them act in a dense phase."""
        for name, mask in self.masks[net].items():
            weight, out = training.gan.nets[net].get_parameter(name), self._out[net][name]
            detached = self._settings.grad == "detached"  # where Adam's momentum must not move what is out
            whole = torch.where(mask, weight, out) if detached else weight + out
            acts = acting(whole, self.thresholds[net][name]) if self.is_sparse else torch.ones_like(mask)
            if net == "generator":
                averaged = training.averaged.get_parameter(name)
                averaged.copy_(torch.where(acts, torch.where(mask, averaged, whole), 0))
            weight.copy_(torch.where(acts, whole, 0))
            out.copy_(torch.where(acts, 0, whole))
            mask.copy_(acts)


def acting(whole: Tensor, threshold: Tensor) -> Tensor:
    """Where a weight is above its channel's threshold, which begins again, in place, where hardly any is."""
    acts = whole.abs() > threshold
    threshold.mul_(acts.float().mean() > FEWEST)
    return whole.abs() > threshold


def long_tail(above: Tensor) -> Tensor:
    """What stands for the slope of a step so much above its threshold (Xu and Cheung 2019; Liu et al. 2020)."""
    near, far = 2 - 4 * above.abs(), torch.where(above.abs() <= 1, 0.4, 0.0)
    return torch.where(above.abs() <= 0.4, near, far)


def goes_sparse(scores: list[float], is_sparse: bool) -> bool:
    """Whether the newest score, lower is better, is no worse than the weighted past that it is part of.

    As it was while there are too few: infinite ones stand for those that are missing.
    """
    past = sum(weight * score for weight, score in zip(PAST, scores, strict=True))
    return past >= scores[-1] if math.isfinite(past) else is_sparse


def _zeros(network: nn.Module) -> Iterator[tuple[str, nn.Parameter]]:
    """A threshold for each channel that a layer writes, in the shape in which it meets the weight."""
    for layer, module in network.named_modules():
        if isinstance(module, PRUNABLE_LAYERS):
            name, axis = weight_name(network, layer), written_axis(module)
            weight = network.get_parameter(name)
            shape = [size if dim == axis else 1 for dim, size in enumerate(weight.shape)]
            yield name, nn.Parameter(weight.new_zeros(shape))


def _over_channels(slope: Tensor, threshold: Tensor) -> Tensor:
    return slope.sum([dim for dim, size in enumerate(threshold.shape) if size == 1], keepdim=True)


class Rggan(PhasedMethod):
    Settings = RgganSettings

    def hooks(self, prune: PruneSettings) -> dict[str, TrainingHook]:
        return {"rggan": Regenerating(RgganSettings(**prune.own), prune.spare_output)}

    def refusal(self, settings: TrialSettings) -> str | None:
        own, train = RgganSettings(**settings.prune.own), settings.train
        rate = min(train.lr_g, train.lr_d)
        if own.growth_per_1000 and own.growth_per_1000 >= 1000 * rate:
            return f"growth_per_1000 {own.growth_per_1000:g} is more than 1,000 steps of the learning rate {rate:g}"
        if len(PAST) * own.every >= train.epochs:
            return f"a switch needs {len(PAST)} scores, every {own.every} epochs, and {train.epochs} end before it"
        return None
