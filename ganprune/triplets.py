"""A few pictures after the first epoch of a translation, each as input, target and output: is the direction right?

A wrong direction, or pairs that are none, are seen there before hours have gone.
"""

import torch

from ganprune.data.images import crop
from ganprune.evaluator import Evaluator
from ganprune.strip import strip
from ganprune.train import Training

SHOWN = 3


def triplets(training: Training, evaluator: Evaluator) -> bytes:
    """PNG, side by side. Without pairs a target is any picture of its kind."""
    images = evaluator.images
    targets = evaluator.truth if evaluator.truth is not None else crop(images.search.tensors()[0], images.crop)
    drawn = evaluator.draw(training.dense_generator(), last=SHOWN)
    shown = [each[:SHOWN].cpu() for each in (evaluator.untranslated, targets, drawn)]
    return strip(torch.stack(shown, dim=1).flatten(0, 1))
