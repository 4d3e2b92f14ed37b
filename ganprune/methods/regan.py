"""Re-GAN: phases in which the smallest weights are out take turns with dense ones in which they regrow.

After the released code of Saxena et al. (CVPR 2023, "Re-GAN: Data-efficient GANs training via architectural
reconfiguration"): only the generator; in each layer the smallest |w| go; they come back from zero, at a tenth of the
learning rate. Decided here: batch norm and biases stay, which the code takes as well; a phase's masks are those that it
begins with (zeros are the smallest at every later look); the averaged weights that we prune lose what goes at once.
"""

from pydantic import Field, PositiveInt

from ganprune.config import PruneSettings, TrialSettings
from ganprune.hooks import Distance, TrainingHook
from ganprune.masking import maskable_share
from ganprune.masks import Masks
from ganprune.methods.ranks import ranks
from ganprune.phases import PhasedMethod, Phases
from ganprune.settings import Settings
from ganprune.train import Training


class ReganSettings(Settings):
    share: float = Field(0.3, gt=0, lt=1)  # of each layer's weights, which go
    warm_up: PositiveInt = 10  # epochs before the first of them go
    phase: PositiveInt = 5  # epochs of a sparse phase, and of the dense one after it
    dense_rate: float = Field(0.1, gt=0, le=1)  # times the generator's learning rate, where weights come back

    def is_sparse(self, epoch: int) -> bool:
        return epoch >= self.warm_up and (epoch - self.warm_up) // self.phase % 2 == 0

    def rate(self, epoch: int) -> float:
        """Times the learning rate."""
        return 1.0 if epoch < self.warm_up or self.is_sparse(epoch) else self.dense_rate


class SparseAndDense(Phases):
    VERSION = 1

    def __init__(self, settings: ReganSettings, spare_output: bool):
        super().__init__(settings, spare_output)
        self._rate = 1.0

    @property
    def idle_epochs(self) -> int:
        return self._settings.warm_up

    def captured_as(self) -> tuple:
        return "regan", self._rate

    def before_epoch(self, training: Training, distance: Distance | None) -> None:
        was_sparse, is_sparse = (self._settings.is_sparse(epoch) for epoch in (training.epoch - 1, training.epoch))
        averaged, masks = training.averaged.state_dict(), self.masks["generator"]
        if is_sparse and not was_sparse:
            self.remember(dense=averaged)
            self.hold(training, "generator", self._without_the_smallest(training, masks))
        elif was_sparse and not is_sparse:
            self.remember(dense=self.judged(training)["dense"], sparse=averaged)
            self.hold(training, "generator", {name: mask | True for name, mask in masks.items()})
        self._rate = training.settings.lr_g * self._settings.rate(training.epoch)
        training.optimisers["g"].rate = self._rate

    def _without_the_smallest(self, training: Training, masks: Masks) -> Masks:
        weights = {name: training.generator.get_parameter(name).detach() for name in masks}
        return {name: ranks(weight.abs()) >= self._settings.share for name, weight in weights.items()}

    def before_descent(self, side: str, training: Training) -> None:
        """Their momentum fades, so that they regrow from nothing."""
        self.hold_gradients(side, training)


class Regan(PhasedMethod):
    Settings = ReganSettings

    def hooks(self, prune: PruneSettings) -> dict[str, TrainingHook]:
        return {"regan": SparseAndDense(ReganSettings(**prune.own), prune.spare_output)}

    def refusal(self, settings: TrialSettings) -> str | None:
        own, epochs = ReganSettings(**settings.prune.own), settings.train.epochs
        if own.warm_up + own.phase <= epochs:
            return None
        return f"warm_up {own.warm_up} and phase {own.phase} take more than the {epochs} epochs; train longer"

    def at(self, settings: TrialSettings, sparsity: float) -> TrialSettings | None:
        """Spared weights are counted, so that more of the others go."""
        share = sparsity / maskable_share(settings.model, settings.prune.spare_output)
        schedule = _schedule(settings.train.epochs)
        return settings.with_own(share=share, **schedule) if 0 < share < 1 and schedule else None


def _schedule(epochs: int) -> dict[str, int]:
    """A third of the epochs to warm up, then five phases, as many as there is time for; a sparse one is the last."""
    phase = max(1, 2 * epochs // 15)
    fit = min(5, (epochs - 1) // phase)
    return {"warm_up": epochs - (fit - (fit % 2 == 0)) * phase, "phase": phase} if fit else {}
