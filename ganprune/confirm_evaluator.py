"""What a front is scored with once more: real pictures that no search saw, fresh latents, and a second network."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from torch import nn

from ganprune import seeds
from ganprune.data.images import crop
from ganprune.evaluator import Evaluator
from ganprune.metrics import METRICS, jackknife, null, quality
from ganprune.metrics.features import FeatureNet
from ganprune.models.gan import Inputs
from ganprune.null_names import GAUSSIAN

CLASSIFIER = "classifier"


@dataclass(frozen=True)
class ConfirmEvaluator:
    """What points are confirmed with; worked out when it is first used, then kept by its worker."""

    evaluator: Evaluator
    referee: FeatureNet | None
    inputs: Inputs  # of the generators: the same for all points, and no search has seen them
    seed: int  # of the study

    @cached_property
    def judge(self) -> Evaluator:
        """The study's own, of the pictures of `report` and these inputs."""
        return self._seen_by(self.evaluator.net)

    @cached_property
    def second(self) -> Evaluator | None:
        """The same of the referee; None where there is none, or the classifier is not asked."""
        return self._seen_by(self.referee) if self.referee and METRICS[self.metric].view == CLASSIFIER else None

    @cached_property
    def gaussian(self) -> float:
        """The null line that skill is measured by: against the same pictures, as many as a point draws."""
        if (nothing := self.judge.untranslated) is not None:
            return self.judge.measure(self.metric, nothing.to(self.judge.device))
        random = seeds.generator(self.seed, "report", GAUSSIAN)
        drawn = null.gaussian_pictures(crop(self.evaluator.pixels, self.evaluator.images.crop), self.n_samples, random)
        return self.judge.measure(self.metric, drawn)

    @property
    def metric(self) -> str:
        """The quality that the study asks for."""
        return self.evaluator.by.quality.metric

    @property
    def n_samples(self) -> int:
        return self.judge.n_samples

    @property
    def times_more(self) -> float:
        """Than the pictures that a search draws."""
        return self.n_samples / self.evaluator.n_samples

    def score(self, net: nn.Module) -> dict[str, float | None]:
        """The scores of `Confirmed`, of a generator ready to draw."""
        drawn = self.judge.draw(net)
        views = {view: self.judge.evidence(drawn, view) for view in self.judge.real}
        metric = METRICS[self.metric]
        seen = views[metric.view]
        score = float(metric.measure(seen))
        low, high = jackknife.interval(lambda drawn: float(metric.measure(replace(seen, drawn=drawn))), seen.drawn)
        return {
            "score": score,
            "lo": low,
            "hi": high,
            "referee": self.second.measure(self.metric, drawn) if self.second else None,
            "skill": quality.skill(score, self.gaussian),
            "coverage": quality.coverage_alone(views[CLASSIFIER]),
        }

    def _seen_by(self, net: FeatureNet) -> Evaluator:
        images = self.evaluator.images
        reals, views = crop(images.report.tensors()[0], images.crop), {CLASSIFIER, METRICS[self.metric].view}
        truth = reals[: len(next(iter(self.inputs.values())))] if images.pairs else None
        one = replace(self.evaluator, net=net, inputs=self.inputs, truth=truth)
        return replace(one, real={view: one.view(reals, view).on(one.device) for view in views})


@lru_cache(maxsize=1)
def yardstick(
    evaluator: Evaluator,
    find_referee: Callable[[Evaluator], FeatureNet | None],
    seed: int,  # of the study
    samples: int,
) -> ConfirmEvaluator:
    """A worker makes it once and has it for all its points."""
    random = seeds.generator(seed, "report", "latents")
    inputs = evaluator.sample_inputs(samples, random, evaluator.images.report)
    referee = find_referee(evaluator)
    return ConfirmEvaluator(evaluator, referee and referee.to(evaluator.device), inputs, seed)
