"""Train a pruned generator on, with its mask held."""

from collections.abc import Iterator
from itertools import islice

import torch
from torch import Tensor, nn

from ganprune import seeds
from ganprune.config import PruneSettings
from ganprune.prunable import prunable
from ganprune.pruning.prune import Masks, apply
from ganprune.train import Training


def finetune(
    pruned: nn.Module, training: Training, pixels: Tensor, settings: PruneSettings, masks: Masks, masks_d: Masks
) -> int:
    """More steps for `pruned`, in place, at a share of the learning rates; the number of pictures shown.

    The discriminator and both optimisers go on from where training left them, on copies. Masks are applied
    after every step, because Adam's momentum moves a zeroed weight even where its gradient is zero.
    """
    tuned = _continued(training, pruned, settings.finetune_rate)
    apply(masks_d, prunable(tuned.discriminator))
    random = seeds.generator(training.settings.seed, "finetune", device=training.device)
    for batch in islice(_endless(tuned, pixels, random), settings.finetune_steps):
        tuned.train_step(batch, random)
        apply(masks, prunable(tuned.generator))
        apply(masks_d, prunable(tuned.discriminator))
    pruned.load_state_dict(tuned.generator.state_dict())
    return settings.finetune_steps * training.settings.batch


def _continued(training: Training, pruned: nn.Module, rate: float) -> Training:
    settings = training.settings
    scaled = settings.model_copy(update={"lr_g": settings.lr_g * rate, "lr_d": settings.lr_d * rate})
    tuned = Training(training.model, scaled, training.device)
    tuned.restore(training.tensors())
    tuned.generator.load_state_dict(pruned.state_dict())
    tuned.generator.train()
    tuned.discriminator.train()
    return tuned


def _endless(training: Training, pixels: Tensor, random: torch.Generator) -> Iterator[Tensor]:
    while True:
        yield from training.batches(pixels, random)
