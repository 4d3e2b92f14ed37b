"""What MLflow's pages say in words about what they show."""

from ganprune.metrics import METRICS
from ganprune.objective import Objectives

NOTE = "mlflow.note.content"  # the tag that its UI shows as a description


def legend(by: Objectives) -> str:
    quality = by.quality.metric
    distance = f"{METRICS[quality].title}: how far pictures are from real ones, 0 at best"
    return _LEGEND.format(quality=quality, distance=distance, cost=by.cost.name)


_LEGEND = """\
**How to read it.** A run is a trial: a GAN trained once and pruned by one method to many sparsities. The run in red is
the study's own; its curve is the front, the points that no other beats.

- `curve/…`: a step a point, from dense to sparsest. A step is per mille of sparsity: at step 875, 87.5 % of the
  prunable weights are zero or gone. `curve/sparsity` is the same from 0 to 1, to draw the others over.
- `curve-e2/…`: the points of a trial after epoch 2, where its training has gone on since.
- `front/…`: the same for the points of the front alone, in the study's own run.
- `sparsity`, `{quality}` and the other plain metrics are those of one point of the run; its tags `point` and
  `point_is` say which.
- `{quality}`: {distance}.
- `skill`: 1 for real pictures, 0 for a Gaussian of their pixels.
- `hypervolume`: the area of skill over {cost} that the points reach together. A trial's is held against its own dense
  generator, the study's against the best of all.
- `ssim`, `uqi`, `ms_ssim`: likeness to the dense generator's picture for the same latent, 1 at best.
- Models, at the left: the points of the front, each with its files under "Artifacts".
"""
