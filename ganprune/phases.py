"""The story of methods whose masks change while a GAN trains, with states on the way that are kept beside it.

Weights go for a while, then all of them train again; or ever more of them go. What is judged is what the last sparse
phase came to, also where training ends after it, held against the dense network that it was made of.
"""

from collections.abc import Mapping

from torch import Tensor, nn

from ganprune.candidate import Candidate
from ganprune.masking import Masking
from ganprune.passing import PassingMethod
from ganprune.run import Run
from ganprune.train import Training

Weights = Mapping[str, Tensor]  # a state, mostly of the averaged generator
LAST = "last"


class Phases(Masking):
    """Of the generator, or of both networks, at once."""

    def begin(self, training: Training) -> None:
        super().begin(training)
        self._last: dict[str, Weights] = {}
        self._dense: nn.Module | None = None

    def networks(self, training: Training) -> tuple[nn.Module, nn.Module]:
        """What is judged, and the dense one that it is held against: the same one, as long as none comes after it."""
        judged = self.judged(training)
        net = training.recalibrated(judged["sparse"])
        if judged["dense"] is judged["sparse"]:
            return net, net
        self._dense = self._dense or training.recalibrated(judged["dense"])
        return net, self._dense

    def judged(self, training: Training) -> dict[str, Weights]:
        """What is "sparse", and what is "dense" beside it; the same before the first sparse phase."""
        averaged = training.averaged.state_dict()
        return {"sparse": averaged, "dense": averaged} | self._last

    def remember(self, **states: Weights) -> None:
        """These and no others, as they are now."""
        self._dense = None
        self._last = {kind: {name: each.clone() for name, each in state.items()} for kind, state in states.items()}

    def tensors(self) -> dict[str, Tensor]:
        last = {f"{LAST}.{kind}.{name}": each for kind, state in self._last.items() for name, each in state.items()}
        return super().tensors() | last

    def restore(self, state: dict[str, Tensor]) -> None:
        super().restore(state)
        self._last, self._dense = {}, None
        for path, tensor in state.items():
            if path.startswith(f"{LAST}."):
                _, kind, name = path.split(".", 2)
                self._last.setdefault(kind, {})[name] = tensor


class PhasedMethod(PassingMethod):
    def candidate(self, run: Run) -> Candidate:
        (hook,) = run.training.hooks.values()
        net, dense = hook.networks(run.training)
        return Candidate(net, run.training.epoch, run.settings.prune.own, target=None, reference=dense)
