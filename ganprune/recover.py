"""Train a masked generator on, with its masks held.

A stage of its own after the training that all share: how long it is, and whether its learning rates fall, are settings
of the point. No training that is stored ever decays, since any prefix of it has to be the run that stops there.
"""

from collections.abc import Hashable, Mapping
from types import MappingProxyType

from torch import Tensor, nn

from ganprune import seeds
from ganprune.config import PruneSettings
from ganprune.hooks import TrainingHook
from ganprune.losses import Batch
from ganprune.masks import Masks, apply, apply_to_side
from ganprune.recovery import RECOVERIES
from ganprune.train import Training

STAIRS = 20  # of rates that fall: a captured step has its rate for good


class Held(TrainingHook):
    """Masks applied after every descent."""

    def __init__(self, masks: dict[str, Masks]):
        self._masks = masks  # by network

    def captured_as(self) -> Hashable:
        return "held"

    def after_descent(self, side: str, training: Training) -> None:
        apply_to_side(self._masks, training.gan, side)


class Decay(TrainingHook):
    """Learning rates fall to nothing over so many steps, as at the end of CycleGAN (Zhu et al. 2017, appendix 7.1)."""

    def __init__(self, training: Training, steps: int):
        self._begun, self._steps = training.step, steps
        self._rates = {side: optimiser.rate for side, optimiser in training.optimisers.items()}
        self._left = 1.0
        self.pause = max(1, steps // STAIRS)

    def captured_as(self) -> Hashable:
        return "decay", self._left

    def at_pause(self, training: Training, batch: Batch) -> None:
        self._left = 1 - (training.step - self._begun) / self._steps
        for side, rate in self._rates.items():
            training.optimisers[side].rate = self._left * rate


def recover(
    student: nn.Module,
    teacher: nn.Module,  # the dense generator
    training: Training,
    pictures: tuple[Tensor, ...],  # training pictures, uint8, their labels, and what is translated into them
    settings: PruneSettings,
    masks: dict[str, Masks],  # by network
    steps: int,
    beside: Mapping[str, TrainingHook] = MappingProxyType({}),  # who looks on
) -> int:
    """More steps for `student`, in place, at a share of the learning rates; the number of pictures shown.

    The discriminator and both optimisers go on from where training left them, on copies. So does the average of the
    generator's weights, from the student's on; those of the last step alone would leave the score to chance.
    """
    if not steps:  # where the curve's share for a point is none
        return 0
    tuned = _continued(training, student, settings.recovery_rate)
    tuned.hooks = RECOVERIES[settings.recovery](tuned.generator, teacher) | {"held": Held(masks)} | dict(beside)
    for net, of_net in masks.items():
        apply(of_net, tuned.gan.nets[net])
    if settings.recovery_decay:
        tuned.hooks["decay"] = Decay(tuned, steps)
    random = seeds.generator(training.settings.seed, "finetune", device=training.device)
    pixels, labels, *source = pictures
    while steps > tuned.step - training.step:
        order = tuned.order(len(pixels), random)
        tuned.train_on(pixels, labels, order[: steps - (tuned.step - training.step)], random, *source)
    student.load_state_dict(tuned.generator.state_dict() | dict(tuned.averaged.named_parameters()))
    return steps * training.settings.batch


def _continued(training: Training, student: nn.Module, rate: float) -> Training:
    settings = training.settings
    scaled = settings.model_copy(update={"lr_g": settings.lr_g * rate, "lr_d": settings.lr_d * rate})
    tuned = Training(training.model, scaled, training.device)
    tuned.restore(training.tensors())
    for net in (tuned.generator, tuned.averaged):
        net.load_state_dict(student.state_dict())
    for net in tuned.gan.nets.values():
        net.train()
    return tuned
