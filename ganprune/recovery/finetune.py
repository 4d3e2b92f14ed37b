"""Fine-tuning: the game goes on, with the masks held (Han et al. 2015)."""

from torch import nn

from ganprune.hooks import TrainingHook


def finetune(student: nn.Module, teacher: nn.Module) -> dict[str, TrainingHook]:
    """Nothing but the losses of training."""
    return {}
