"""How to draw pictures with an exported generator, as the last part of its card."""

from ganprune.config import ModelSettings
from ganprune.export import DESCRIPTION, ONNX, WEIGHTS

TORCH = """\
With torch and safetensors alone, in the folder of this file:

```python
import json

import torch
from safetensors.torch import load_file
from torch import nn

about, weights = json.load(open("{description}")), load_file("{weights}")
net = nn.Sequential()
for layer in about["layers"]:
    prefix = layer["name"] + "."
    net.append(getattr(nn, layer["type"])(**layer["arguments"]))
    net[-1].load_state_dict({{name.removeprefix(prefix): weights[name] for name in weights if name.startswith(prefix)}})
with torch.no_grad():
    pictures = net.eval()(torch.randn(16, {latent}))  # (16, {channels}, {side}, {side}) in [-1, 1]
```

Where ganprune is at hand, `ganprune.export.load_generator` does the same and checks that no file has changed."""

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
    names = {"description": DESCRIPTION, "weights": WEIGHTS, "onnx": ONNX}
    padded = CROP.format(crop) if crop < model.side else ""
    return "\n\n".join(parts).format(crop=padded, **names, **model.model_dump(exclude={"name"})) + "\n"
