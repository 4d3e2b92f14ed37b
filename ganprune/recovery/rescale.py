"""Singular value scaling, then the game goes on: directions that pruning left weak are to learn like the strong ones.

After Kim and Yoo 2025: U S V' becomes U √S V', but for the last layer, which draws; a bias is divided by the root of
its length. Masks hold, so that single weights which it would bring back stay out; channels that are gone stay gone.
"""

import torch
from torch import nn

from ganprune.hooks import TrainingHook
from ganprune.prunable import prunable

EPS = 1e-8  # where a bias is all zero


@torch.no_grad()
def rescale(student: nn.Module, teacher: nn.Module) -> dict[str, TrainingHook]:
    for name, weight in list(prunable(student).items())[:-1]:
        layer = student.get_submodule(name)
        filters = weight.movedim(1, 0) if isinstance(layer, nn.ConvTranspose2d) else weight
        left, sizes, right = torch.linalg.svd(filters.flatten(1), full_matrices=False)
        filters.copy_((left * sizes.sqrt() @ right).view_as(filters))
        if layer.bias is not None:
            layer.bias.mul_((layer.bias.norm() + EPS).rsqrt())
    return {}
