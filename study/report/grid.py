"""Pictures in rows and columns, as a file."""

import io

from PIL import Image
from torch import Tensor
from torchvision.utils import make_grid


def grid(drawn: Tensor, columns: int) -> bytes:
    """PNG of uint8 pictures (n, channels, height, width)."""
    file = io.BytesIO()
    Image.fromarray(make_grid(drawn, columns).permute(1, 2, 0).numpy()).save(file, "PNG")
    return file.getvalue()
