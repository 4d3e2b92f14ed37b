"""The few pictures that stand for a point: what a reader sees of it."""

import io

import torch
from PIL import Image
from torch import Tensor

from ganprune.evaluator import Evaluator

STRIP = 16  # pictures


def shown(drawn: Tensor, dense: Tensor, evaluator: Evaluator) -> Tensor:
    """(STRIP, channels, height, width), the first of those drawn; where they are translations, each between its source
    and the true picture, after what the dense network draws.
    """
    source, truth = evaluator.untranslated, evaluator.truth
    if source is None:
        return drawn[:STRIP]
    told = [source, dense, drawn, *([] if truth is None else [truth])]
    return torch.stack([each[: STRIP // 4].to(drawn.device) for each in told], dim=1).flatten(0, 1)


def strip(drawn: Tensor) -> bytes:
    """PNG of the first pictures side by side."""
    row = torch.cat(list(drawn[:STRIP].cpu()), dim=2).permute(1, 2, 0)
    file = io.BytesIO()
    Image.fromarray(row.squeeze(2).numpy()).save(file, "PNG")
    return file.getvalue()
