"""The story of methods that alternate: weights go for a while, then all of them train again.

Sparse phases end, and training may end after one: what is judged is what the last of them came to, held against the
dense network that it was made of.
"""

from collections.abc import Mapping

from torch import Tensor

from ganprune.candidate import Candidate
from ganprune.masking import Masking
from ganprune.passing import PassingMethod
from ganprune.run import Run
from ganprune.train import Training

Weights = Mapping[str, Tensor]  # a state of the averaged generator
LAST = "last"


class Phases(Masking):
    """Of the generator, or of both networks, at once."""

    def begin(self, training: Training) -> None:
        super().begin(training)
        self._last: dict[str, Weights] = {}

    def judged(self, training: Training) -> dict[str, Weights]:
        """What is "sparse", and what is "dense" beside it; the same before the first sparse phase."""
        averaged = training.averaged.state_dict()
        return {"sparse": averaged, "dense": averaged} | self._last

    def remember(self, **states: Weights) -> None:
        """These and no others, as they are now."""
        self._last = {kind: {name: each.clone() for name, each in state.items()} for kind, state in states.items()}

    def tensors(self) -> dict[str, Tensor]:
        last = {f"{LAST}.{kind}.{name}": each for kind, state in self._last.items() for name, each in state.items()}
        return super().tensors() | last

    def restore(self, state: dict[str, Tensor]) -> None:
        super().restore(state)
        self._last = {}
        for path, tensor in state.items():
            part, kind, name = path.split(".", 2)
            if part == LAST:
                self._last.setdefault(kind, {})[name] = tensor


class PhasedMethod(PassingMethod):
    def candidate(self, run: Run) -> Candidate:
        (hook,) = run.training.hooks.values()
        net, dense = (run.training.recalibrated(hook.judged(run.training)[kind]) for kind in ("sparse", "dense"))
        return Candidate(net, run.training.epoch, run.settings.prune.own, target=None, reference=dense)
