"""Batch norm that scales and shifts as the class asks for (Dumoulin et al. 2017), of which a GAN's generator draws one.

It is put together of layers that channels can be taken out of, and that any runtime knows.
"""

from torch import Tensor, nn


class Scale(nn.Embedding):
    """A factor for each class and channel."""


class Shift(nn.Embedding):
    """What is added, likewise."""


class ConditionalNorm(nn.Module):
    def __init__(self, classes: int, channels: int):
        super().__init__()
        self.norm = nn.BatchNorm2d(channels, affine=False)
        self.scale, self.shift = Scale(classes, channels), Shift(classes, channels)

    def forward(self, x: Tensor, labels: Tensor) -> Tensor:
        return self.norm(x) * self.scale(labels)[:, :, None, None] + self.shift(labels)[:, :, None, None]
