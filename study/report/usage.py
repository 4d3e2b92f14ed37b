"""How to draw pictures with an exported generator, as the last part of its card."""

from typing import Any

from torch import Tensor

from ganprune.config import ModelSettings
from ganprune.export_names import DESCRIPTION, ONNX, WEIGHTS
from ganprune.onnx_file import PICTURES, example_inputs

CHAIN = """\
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
    pictures = net.eval()({torch_inputs})  # {drawn}
```"""

STEPS = """\
With torch and safetensors alone, in the folder of this file:

```python
import json
from pkgutil import resolve_name

import torch
from safetensors.torch import load_file
from torch import nn

about, weights, known = json.load(open("{description}")), load_file("{weights}"), {{}}


def told(value):
    if isinstance(value, dict):
        return known[value["of"]] if "of" in value else slice(*value["slice"])
    return tuple(map(told, value)) if isinstance(value, list) else value


@torch.no_grad()
def draw(**inputs):
    known.update(weights | inputs)
    for step in about["layers"]:
        if "function" in step:
            call = resolve_name(step["function"])
        else:
            call, own = getattr(nn, step["type"])(**step["arguments"]).eval(), step["name"] + "."
            call.load_state_dict({{name.removeprefix(own): weights[name] for name in weights if name.startswith(own)}})
        options = {{name: told(value) for name, value in step["options"].items()}}
        known[step["gives"]] = call(*told(step["takes"]), **options)
    return known[step["gives"]]


pictures = draw({torch_named})  # {drawn}
```"""

AT_HAND = "Where ganprune is at hand, `ganprune.export.load_generator` {does}checks that no file has changed."

ONNXRUNTIME = """\
With onnxruntime alone:

```python
import numpy as np
import onnxruntime

session, random = onnxruntime.InferenceSession("{onnx}"), np.random.default_rng(0)
inputs = {{{numpy_inputs}}}
pictures = session.run(["{pictures}"], inputs)[0]  # {drawn}
```"""

BYTES = "A byte is `round((value + 1) * 127.5)`."
CROP = " Only the central {0}×{0} pixels are picture; crop the rest."
LOOK = "![samples](samples.png)"
DRAWN = 16  # pictures


def usage(model: ModelSettings, crop: int, layers: list[dict[str, Any]] | None, with_onnx: bool) -> str:
    """Markdown; `crop`: pixels a side that are picture, not padding; `layers` as the description tells them."""
    bytes_ = BYTES + (CROP.format(crop) if crop < model.side else "")
    parts = ["## Use", *_torch(layers), *([ONNXRUNTIME] if with_onnx else [])]
    told = "\n\n".join(parts).format(
        description=DESCRIPTION,
        weights=WEIGHTS,
        onnx=ONNX,
        pictures=PICTURES,
        drawn=f"({DRAWN}, {model.channels}, {model.side}, {model.side}) in [-1, 1]",
        **_inputs(model),
    )
    return "\n\n".join([told, bytes_, LOOK]) + "\n"


def _torch(layers: list[dict[str, Any]] | None) -> list[str]:
    """Without ganprune, where the description tells how."""
    if layers is None:
        return [AT_HAND.format(does="builds it and ")]
    return [STEPS if "gives" in layers[0] else CHAIN, AT_HAND.format(does="does the same and ")]


def _inputs(model: ModelSettings) -> dict[str, str]:
    """Python that makes what the generator takes, with torch and with numpy."""
    made = {name: _made(name, tensor, model.classes) for name, tensor in example_inputs(model, DRAWN).items()}
    return {
        "torch_inputs": ", ".join(with_torch for with_torch, _ in made.values()),
        "torch_named": ", ".join(f"{name}={with_torch}" for name, (with_torch, _) in made.items()),
        "numpy_inputs": ", ".join(f'"{name}": {with_numpy}' for name, (_, with_numpy) in made.items()),
    }


def _made(name: str, example: Tensor, classes: int) -> tuple[str, str]:
    shape = tuple(example.shape)
    if name == "source":  # noise in the place of pictures
        return f"2 * torch.rand{shape} - 1", f"2 * random.random({shape}, dtype=np.float32) - 1"
    if example.is_floating_point():
        return f"torch.randn{shape}", f"random.standard_normal({shape}, dtype=np.float32)"
    return f"torch.randint({classes}, ({DRAWN},))", f"random.integers({classes}, size={DRAWN})"
