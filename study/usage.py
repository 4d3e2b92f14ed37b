"""How to draw pictures with an exported generator, as the last part of its card."""

from ganprune.config import ModelSettings
from ganprune.export import ONNX

TORCH = """\
With ganprune, in the folder of this file:

```python
import torch
from ganprune.export import load_generator

pictures = load_generator(".")(torch.randn(16, {latent}))  # in [-1, 1]
```"""

ONNXRUNTIME = """\
With onnxruntime alone:

```python
import numpy as np
import onnxruntime

session = onnxruntime.InferenceSession("{onnx}")
latents = np.random.default_rng(0).standard_normal((16, {latent}), dtype=np.float32)
pictures = session.run(["pictures"], {{"latents": latents}})[0]  # (16, {channels}, {side}, {side}) in [-1, 1]
```"""

BYTES = "A byte is `round((value + 1) * 127.5)`.{crop}"
CROP = " Only the central {0}×{0} pixels are picture; crop the rest."
LOOK = "![samples](samples.png)"


def usage(model: ModelSettings, crop: int, with_onnx: bool) -> str:
    """Markdown; `crop`: pixels a side that are picture, not padding."""
    parts = ["## Use", TORCH, ONNXRUNTIME, BYTES, LOOK] if with_onnx else ["## Use", TORCH, BYTES, LOOK]
    padded = CROP.format(crop) if crop < model.side else ""
    return "\n\n".join(parts).format(onnx=ONNX, crop=padded, **model.model_dump()) + "\n"
