"""Distillation: the student is to draw what the dense generator draws from the same inputs, while the game goes on.

Pictures are compared by L1, and layer by layer where their activations are strong (`ganprune.attention`).
"""

import copy
from collections.abc import Hashable

import torch
from torch import Tensor, nn
from torch.nn.functional import l1_loss

from ganprune.attention import apart, attention
from ganprune.hooks import TrainingHook
from ganprune.prunable import BATCH_NORMS

PICTURES, ATTENTION = 10.0, 1.0  # weights beside the adversarial loss


def distil(student: nn.Module, teacher: nn.Module) -> dict[str, TrainingHook]:
    return {"teacher": Teacher(student, teacher)}


class Teacher(TrainingHook):
    def __init__(self, student: nn.Module, teacher: nn.Module):
        self._teacher = copy.deepcopy(teacher).eval()
        self._wanted, self._shown = _watched(self._teacher), _watched(student)

    def captured_as(self) -> Hashable:
        return "teacher"

    def loss(self, side: str, inputs: dict[str, Tensor], drawn: Tensor) -> Tensor | None:
        if side != "g":
            return None
        with torch.no_grad():
            target = self._teacher(*inputs.values())
        layers = zip(self._shown.values(), self._wanted.values(), strict=True)
        unlike = sum(apart(attention(shown), attention(wanted)) for shown, wanted in layers)
        return PICTURES * l1_loss(drawn, target) + ATTENTION * unlike


def _watched(net: nn.Module) -> dict[str, Tensor]:
    """What comes out of each of its norms, as last seen."""
    seen: dict[str, Tensor] = {}
    for name, layer in net.named_modules():
        if isinstance(layer, BATCH_NORMS):
            layer.register_forward_hook(lambda layer, taken, given, name=name: seen.update({name: given}))
    return seen
