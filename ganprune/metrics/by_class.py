"""What a conditional generator owes each class: its own kind of picture, and of it as many kinds as there are."""

import torch
from torch import Tensor

from ganprune.metrics.evidence import Evidence
from ganprune.metrics.quality import frechet_distance

# Pictures of a class for a distance. Of CIFAR-10, 500 real ones are 1.0 away from 100 others that are real as well, and
# 0.35 from 500; 100 from 100 are 1.6, which is half of what a good generator is away.
FEWEST_REAL, FEWEST_DRAWN = 500, 100


def class_share(seen: Evidence) -> Tensor | None:
    """Share of the drawn that the classifier puts into the class they were to be of (after Shmelkov et al. 2018,
    "GAN-test"); None where none was asked for."""
    if seen.drawn.labels is None:
        return None
    return (seen.drawn.logits.argmax(dim=1) == seen.drawn.labels).double().mean()


def class_frechet_distance(seen: Evidence) -> float | None:
    """Mean over classes of the distance between real and drawn ones (Miyato and Koyama 2018, "intra FID"); None where
    a class has too few. As any such distance it is to be compared at equal numbers alone."""
    if not (enough(seen.real.labels, FEWEST_REAL) and enough(seen.drawn.labels, FEWEST_DRAWN)):
        return None
    real, drawn = seen.real.by_class, seen.drawn.by_class
    distances = [frechet_distance(Evidence(real[label], drawn[label])) for label in real]
    return sum(distances) / len(distances)


def enough(labels: Tensor | None, fewest: int) -> bool:
    """Of each class that there is."""
    if labels is None:
        return False
    counts = torch.bincount(labels)
    return bool((counts[counts > 0] >= fewest).all())
