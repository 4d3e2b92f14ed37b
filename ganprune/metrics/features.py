"""The small classifier in whose features `fcd` and its kin are measured, trained once on the training pictures.

Its hash is part of every figure; named data sets have a frozen one in `weights/`, made by `bench/train_features.py`. A
second one, the referee, differs by seed and schedule: what only one of the two sees in a front is luck with the other.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from importlib import resources
from typing import Literal

import safetensors.torch
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ganprune.chunks import at_once
from ganprune.metrics.augmentation import ROTATIONS

FEATURES = 128
MIN_TIMES_CHANCE = 1.5  # a rotation classifier below this knows too little to judge


@dataclass(frozen=True)
class About:
    """What a feature network is and how good; travels in the header of its safetensors."""

    channels: int
    outputs: int  # classes, or 4 rotations
    task: Literal["classes", "rotations"]
    seed: int
    images_seen: int
    accuracy: float = 0.0  # on pictures held out from its training
    note: str = ""  # what it was trained on


class FeatureNet(nn.Module):
    """Five convolutions to 128 features, a linear layer to classes: 0.4 M parameters, any side from 8 pixels."""

    def __init__(self, about: About):
        super().__init__()
        self.about = about
        self.body = nn.Sequential(
            _block(about.channels, 48, kernel=4, stride=2),
            _block(48, 64),
            nn.MaxPool2d(2),
            _block(64, 128),
            nn.MaxPool2d(2),
            _block(128, 128),
            _block(128, FEATURES),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
        )
        self.head = nn.Linear(FEATURES, about.outputs)

    def forward(self, pictures: Tensor) -> Tensor:
        """Logits (n, outputs) of uint8 pictures (n, channels, side, side)."""
        return self.head(self.embed(pictures))

    def embed(self, pictures: Tensor) -> Tensor:
        scaled = pictures.to(self.head.weight.device).float() / 127.5 - 1
        return self.body(scaled.contiguous(memory_format=torch.channels_last))

    @torch.no_grad()
    def logits(self, features: Tensor) -> Tensor:
        """(n, outputs) of what `features` returned."""
        return self.head(features.to(self.head.weight.device))

    def probabilities(self, features: Tensor) -> Tensor:
        return self.logits(features).softmax(dim=1)

    @property
    def hash(self) -> str:
        """12 hex digits that name these very weights."""
        digest = hashlib.sha256()
        for name, tensor in sorted(self.state_dict().items()):
            digest.update(name.encode() + tensor.cpu().contiguous().numpy().tobytes())
        return digest.hexdigest()[:12]


def prepare(pictures: Tensor, crop: int, features_side: int) -> Tensor:
    """Uint8 pictures as the network takes them: the central `crop` pixels, averaged down to `features_side`.

    Undoes the padding and enlarging that a generator's size asked for; the metric would else measure those.
    """
    top, left = ((side - crop) // 2 for side in pictures.shape[2:])
    pictures = pictures[:, :, top : top + crop, left : left + crop]
    if crop == features_side:
        return pictures
    return F.adaptive_avg_pool2d(pictures.float(), features_side).round().to(torch.uint8)


@torch.no_grad()
def features(net: FeatureNet, pictures: Tensor, batch: int = 250) -> Tensor:
    """(n, 128) features of prepared uint8 pictures; `batch` at once, on a GPU more."""
    net.eval()
    return torch.cat([net.embed(part) for part in pictures.split(at_once(net.head.weight.device, batch))])


def can_judge(net: FeatureNet) -> bool:
    """False for a network that had no classes and cannot even tell rotations: its `fcd` may be no objective."""
    return net.about.task == "classes" or net.about.accuracy >= MIN_TIMES_CHANCE / ROTATIONS


def save(net: FeatureNet) -> bytes:
    """Safetensors in half precision, which holds the weights exactly, since training ends by rounding to it."""
    return safetensors.torch.save(halved(net), {"feature_net": json.dumps(asdict(net.about))})


def load(stored: bytes) -> FeatureNet:
    header = json.loads(stored[8 : 8 + int.from_bytes(stored[:8], "little")])
    net = empty(About(**json.loads(header["__metadata__"]["feature_net"])))
    net.load_state_dict(safetensors.torch.load(stored))
    return net.eval()


def frozen(name: str, referee: bool = False) -> FeatureNet | None:
    """The network that ships for a named data set, or its referee; None where there is none."""
    file = resources.files("ganprune.metrics") / "weights" / file_name(name, referee)
    return load(file.read_bytes()) if file.is_file() else None


def file_name(name: str, referee: bool) -> str:
    return f"{name}{'-referee' if referee else ''}.safetensors"


def _block(channels_in: int, channels: int, kernel: int = 3, stride: int = 1) -> nn.Sequential:
    convolution = nn.Conv2d(channels_in, channels, kernel, stride, padding=1, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(channels), nn.ReLU())


def empty(about: About) -> FeatureNet:
    """Without weights: torch's own initialisation would draw them from the global random state."""
    with torch.device("meta"):
        net = FeatureNet(about)
    return net.to_empty(device="cpu").to(memory_format=torch.channels_last)


def halved(net: FeatureNet) -> dict[str, Tensor]:
    """Its state in half precision."""
    return {name: t.half().contiguous() if t.is_floating_point() else t for name, t in net.state_dict().items()}
