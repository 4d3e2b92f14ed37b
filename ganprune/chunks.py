"""How many pictures are worked on at once."""

import torch

ON_A_GPU = 1000


def at_once(device: torch.device, fit: int) -> int:
    """As many as `fit` a CPU's cache; on a GPU, which waits for Python to begin with the next ones, more."""
    return fit if device.type == "cpu" else max(fit, ON_A_GPU)
