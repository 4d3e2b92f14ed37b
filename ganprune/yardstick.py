"""What a front is scored with once more: real pictures that no search saw, fresh latents, and a second network."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from torch import Tensor, nn

from ganprune import seeds
from ganprune.data.images import crop
from ganprune.metrics import jackknife, null, quality
from ganprune.metrics.features import FeatureNet
from ganprune.metrics.quality import RealSide
from ganprune.models.gan import Inputs
from ganprune.null_names import GAUSSIAN
from ganprune.workbench import Workbench


@dataclass(frozen=True)
class Yardstick:
    """What points are confirmed with; worked out when it is first used, then kept by its worker."""

    bench: Workbench
    referee: FeatureNet | None
    inputs: Inputs  # of the generators: the same for all points, and no search has seen them
    seed: int  # of the study

    @cached_property
    def reals(self) -> RealSide:
        return RealSide(self._features(self.bench.net, self.bench.images.report.tensors()[0]))

    @cached_property
    def referee_reals(self) -> RealSide:
        return RealSide(self._features(self.referee, self.bench.images.report.tensors()[0]))

    @cached_property
    def fcd_gaussian(self) -> float:
        """The null line that skill is measured by: against the same pictures, as many as a point draws."""
        random = seeds.generator(self.seed, "report", GAUSSIAN)
        drawn = null.gaussian_pictures(crop(self.bench.pixels, self.bench.images.crop), self.n_samples, random)
        return self.reals.fcd(self._features(self.bench.net, drawn))

    @property
    def n_samples(self) -> int:
        return replace(self.bench, inputs=self.inputs).n_samples

    @property
    def times_more(self) -> float:
        """Than the pictures that a search draws."""
        return self.n_samples / self.bench.n_samples

    def score(self, net: nn.Module) -> dict[str, float | None]:
        """The scores of `Confirmed`, of a generator ready to draw."""
        drawn = replace(self.bench, inputs=self.inputs).draw(net)
        fake = self._features(self.bench.net, drawn)
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
        return replace(self.bench, net=net).features(drawn).double()


@lru_cache(maxsize=1)
def yardstick(
    bench: Workbench,
    find_referee: Callable[[Workbench], FeatureNet | None],
    seed: int,  # of the study
    samples: int,
) -> Yardstick:
    """A worker makes it once and has it for all its points."""
    random = seeds.generator(seed, "report", "latents")
    inputs = bench.sample_inputs(samples, random)
    referee = find_referee(bench)
    return Yardstick(bench, referee and referee.to(bench.device), inputs, seed)
