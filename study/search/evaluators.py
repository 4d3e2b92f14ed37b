"""What trials are scored at: the real side of every metric, worked out once before the first of them."""

from dataclasses import replace
from pathlib import Path

from torch import Tensor

from ganprune import null_names, seeds
from ganprune.confirm_evaluator import yardstick
from ganprune.data.images import Images, crop
from ganprune.evaluator import Evaluator
from ganprune.metrics import METRICS, null, quality, views
from ganprune.metrics.features import FeatureNet
from ganprune.metrics.inception import load_inception
from study.settings.plan import Plan
from study.settings.space import takes_labels


def make_evaluator(images: Images, net: FeatureNet, plan: Plan, store: Path) -> Evaluator:
    """Everything that trials share, the real side of the metrics worked out."""
    evaluator = _without_pictures(images, net, plan, store)
    real = crop(images.search.tensors()[0], images.crop)
    labels = images.search.tensors()[1] if takes_labels(plan.space.model) else None
    inputs = evaluator.sample_inputs(plan.space.samples, seeds.generator(plan.seed, "latents"))
    truth = real[: len(next(iter(inputs.values())))] if images.pairs else None
    evaluator = replace(evaluator, inputs=inputs, truth=truth)
    evaluator = replace(evaluator, real={view: evaluator.view(real, view, labels) for view in views(plan.quality)})
    return replace(
        evaluator,
        real_entropy=_entropy(evaluator) if images.classes else None,
        gaussian=evaluator.measure(plan.quality, _of_no_skill(evaluator, plan)),
    )


def _without_pictures(images: Images, net: FeatureNet, plan: Plan, store: Path) -> Evaluator:
    return Evaluator(
        images=images,
        model=plan.space.settings({}, images.channels, plan.seed, len(images.classes)).model,
        net=net,
        real={},
        real_entropy=None,
        gaussian=1.0,
        inputs={},
        store=store,
        grid=frozenset(plan.space.epochs),
        inception=load_inception(plan.data_dir) if METRICS[plan.quality].view == "inception" else None,
        by=plan.objectives.searched,
    )


def _of_no_skill(evaluator: Evaluator, plan: Plan) -> Tensor:
    """Pictures whose skill is 0: of translations what is to be translated, else a Gaussian's of the training pixels."""
    if evaluator.untranslated is not None:
        return evaluator.untranslated
    train = crop(evaluator.images.train.tensors()[0], evaluator.images.crop)
    return null.gaussian_pictures(train, plan.space.samples, seeds.generator(plan.seed, null_names.GAUSSIAN))


def report_evaluator(evaluator: Evaluator, seed: int, samples: int) -> Evaluator:
    """The same, of the pictures of `report`: for what nothing is picked from any more."""
    ruler = yardstick(evaluator, lambda evaluator: None, seed, samples)
    return replace(ruler.judge, gaussian=ruler.gaussian)


def _entropy(evaluator: Evaluator) -> float:
    """Of the classes of the `search` pictures, as the classifier sees them."""
    return quality.entropy_of_classes(evaluator.net.probabilities(evaluator.real["classifier"].rows.float()))
