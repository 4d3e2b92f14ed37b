"""What a step of training costs, told without making one: a CPU may be too slow for a network, or too small.

To measure it, as is done else before anything is promised, would take what the user is to be spared.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ganprune.config import TrialSettings
from ganprune.errors import UserError
from ganprune.losses import LOSSES, Batch
from ganprune.models import MODELS
from study.settings.machine import Machine

LOOKED_AT = 2  # pictures: norms take no single one
SPEED = 2e10  # multiply-accumulates a second that one core does in convolutions; on two machines it was 1.3 to 1.9
LONGEST = 60.0  # seconds


@dataclass(frozen=True)
class StepCost:
    macs: int  # forth and back, of all networks
    held: int  # bytes, between forth and back

    @property
    def seconds(self) -> float:
        return self.macs / SPEED


def check_step(settings: TrialSettings, cost: StepCost, machine: Machine) -> None:
    """UserError where such a step is hopeless on a CPU."""
    train = settings.train
    model = f"MODEL={settings.model.name}: a step of {train.batch} pictures of {settings.model.side} pixels"
    remedy = "give a SPACE of fewer pixels, less width or smaller batches, or a GPU"
    if machine.memory and cost.held > machine.memory:
        raise UserError(f"{model} holds {cost.held / 1e9:.0f} GB, and there are {machine.memory / 1e9:.0f}; {remedy}")
    if cost.seconds > LONGEST:
        raise UserError(f"{model} would take some {cost.seconds / 60:.0f} minutes on a core of this CPU; {remedy}")


def step_cost(settings: TrialSettings) -> StepCost:
    """Of two pictures that have a shape and no content, and as many times as much of a batch."""
    from torch.utils.flop_counter import FlopCounterMode  # here, since it takes long to import

    held: dict[int, Tensor] = {}
    model = settings.model
    with torch.device("meta"):
        gan = MODELS[model.name](model)
        pictures, source = torch.empty(2, LOOKED_AT, model.channels, model.side, model.side)
    inputs = gan.inputs(LOOKED_AT, torch.Generator(), source=source)

    def descend(side: str, loss: Tensor, drawn: Tensor) -> None:
        torch.autograd.grad(loss, [weight for name in gan.sides[side] for weight in gan.nets[name].parameters()])

    def hold(tensor: Tensor) -> Tensor:
        if not isinstance(tensor, nn.Parameter):
            held[tensor.untyped_storage()._cdata] = tensor
        return tensor

    with FlopCounterMode(display=False) as flops, torch.autograd.graph.saved_tensors_hooks(hold, lambda kept: kept):
        LOSSES[settings.train.loss].step(gan.nets, inputs, Batch(pictures, source=source), descend, True)
    times = settings.train.batch / LOOKED_AT
    return StepCost(round(times * flops.get_total_flops() / 2), round(times * _bytes(held.values())))


def _bytes(tensors: Iterable[Tensor]) -> int:
    return sum(tensor.untyped_storage().nbytes() for tensor in tensors)
