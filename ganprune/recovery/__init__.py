"""The shelf of recoveries: what is done to a masked generator, with its masks held, before it is judged.

A member is a function `(student, teacher) -> hooks`: it may change the student, and gives what acts while it trains on
beside the discriminator (`ganprune.recover`). The teacher is the dense generator.
A new member is a new file and a line here; `tests/contracts/test_recoveries.py` covers it at once.
"""

from collections.abc import Callable

from torch import nn

from ganprune.hooks import TrainingHook
from ganprune.recovery.distil import distil
from ganprune.recovery.finetune import finetune
from ganprune.recovery.rescale import rescale

RECOVERIES: dict[str, Callable[[nn.Module, nn.Module], dict[str, TrainingHook]]] = {
    "finetune": finetune,
    "distil": distil,
    "rescale": rescale,
}
