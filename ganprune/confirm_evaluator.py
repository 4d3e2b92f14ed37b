"""What a front is scored with once more: real pictures that no search saw, fresh latents, and a second network."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from torch import Tensor, nn

from ganprune import seeds
from ganprune.data.images import crop
from ganprune.evaluator import Evaluator
from ganprune.metrics import jackknife, null, quality
from ganprune.metrics.features import FeatureNet
from ganprune.metrics.quality import RealSide
from ganprune.models.gan import Inputs
from ganprune.null_names import GAUSSIAN


@dataclass(frozen=True)
class ConfirmEvaluator:
    """What points are confirmed with; worked out when it is first used, then kept by its worker."""

    evaluator: Evaluator
    referee: FeatureNet | None
    inputs: Inputs  # of the generators: the same for all points, and no search has seen them
    seed: int  # of the study

    @cached_property
    def reals(self) -> RealSide:
        return RealSide(self._features(self.evaluator.net, self.evaluator.images.report.tensors()[0]))

    @cached_property
    def referee_reals(self) -> RealSide:
        return RealSide(self._features(self.referee, self.evaluator.images.report.tensors()[0]))

    @cached_property
    def fcd_gaussian(self) -> float:
        """The null line that skill is measured by: against the same pictures, as many as a point draws."""
        random = seeds.generator(self.seed, "report", GAUSSIAN)
        drawn = null.gaussian_pictures(crop(self.evaluator.pixels, self.evaluator.images.crop), self.n_samples, random)
        return self.reals.fcd(self._features(self.evaluator.net, drawn))

    @property
    def n_samples(self) -> int:
        return replace(self.evaluator, inputs=self.inputs).n_samples

    @property
    def times_more(self) -> float:
        """Than the pictures that a search draws."""
        return self.n_samples / self.evaluator.n_samples

    def score(self, net: nn.Module) -> dict[str, float | None]:
        """The scores of `Confirmed`, of a generator ready to draw."""
        drawn = replace(self.evaluator, inputs=self.inputs).draw(net)
        fake = self._features(self.evaluator.net, drawn)
        fcd, (low, high) = self.reals.fcd(fake), jackknife.interval(self.reals.fcd, fake)
        return {
            "fcd": fcd,
            "fcd_lo": low,
            "fcd_hi": high,
            "fcd_referee": self.referee_reals.fcd(self._features(self.referee, drawn)) if self.referee else None,
            "skill": quality.skill(fcd, self.fcd_gaussian),
            "coverage": self.reals.coverage(fake),
        }

    def _features(self, net: FeatureNet, drawn: Tensor) -> Tensor:
        return replace(self.evaluator, net=net).features(drawn).double()


@lru_cache(maxsize=1)
def yardstick(
    evaluator: Evaluator,
    find_referee: Callable[[Evaluator], FeatureNet | None],
    seed: int,  # of the study
    samples: int,
) -> ConfirmEvaluator:
    """A worker makes it once and has it for all its points."""
    random = seeds.generator(seed, "report", "latents")
    inputs = evaluator.sample_inputs(samples, random)
    referee = find_referee(evaluator)
    return ConfirmEvaluator(evaluator, referee and referee.to(evaluator.device), inputs, seed)
