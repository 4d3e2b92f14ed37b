"""The networks of a model by name, what its generator takes, and how they begin, draw and find their statistics."""

from collections.abc import Iterator, Mapping

import torch
from torch import Tensor, nn

from ganprune.chunks import at_once
from ganprune.config import ModelSettings
from ganprune.errors import UserError
from ganprune.models.initialise import initialise
from ganprune.prunable import BATCH_NORMS

SIDES = (16, 32, 64)  # that come of 4 pixels by doubling
Inputs = dict[str, Tensor]  # what a generator takes, in its order, each (n, ...); the names are those of an export


class Gan:
    """A generator, which is what is pruned, and a discriminator, which helps to train it.

    Models differ by subclass where another start, other inputs than latents or more networks are wanted.
    """

    conditional = False  # whether both networks take the labels of classes as well
    translates = False  # whether pictures of another kind are what it takes
    pairs = False  # and each of them has to come with the very picture that it stands for
    sides: Mapping[str, tuple[str, ...]] = {"g": ("generator",), "d": ("discriminator",)}  # whose loss a net descends

    def __init__(
        self, settings: ModelSettings, generator: nn.Module, discriminator: nn.Module, outputs: dict[str, set[str]]
    ):
        """`outputs`: by network, the layers whose channels are its answer; pruning may spare them."""
        self.settings, self.outputs = settings, outputs
        self.nets = {"generator": generator, "discriminator": discriminator}

    @property
    def generator(self) -> nn.Module:
        return self.nets["generator"]

    @property
    def discriminator(self) -> nn.Module:
        return self.nets["discriminator"]

    def inputs(
        self, n: int, random: torch.Generator, labels: Tensor | None = None, source: Tensor | None = None
    ) -> Inputs:
        """What the generator takes for `n` pictures, on the device of `random`.

        A conditional one draws these classes (n,), all alike often where none are given; `source` is for those that
        translate pictures.
        """
        latents = torch.randn(n, self.settings.latent, generator=random, device=random.device)
        if not self.conditional:
            return {"latents": latents}
        if labels is None:
            labels = torch.randint(self.settings.classes, (n,), generator=random, device=random.device)
        return {"latents": latents, "labels": labels}

    def beside(self, inputs: Inputs) -> list[Tensor]:
        """What the discriminator takes besides the pictures that are drawn of these inputs."""
        return [inputs["labels"]] if self.conditional else []

    def initialise(self, random: torch.Generator) -> None:
        """Weights as before the first step."""
        for net in self.nets.values():
            initialise(net, random)


def check_side(settings: ModelSettings) -> None:
    """Of a model that doubles its way to a picture."""
    if settings.side not in SIDES:
        raise UserError(
            f"model: side {settings.side}: {settings.name} draws pictures of 16, 32 or 64 pixels; set one of these"
        )


def parts(inputs: Inputs, size: int) -> Iterator[list[Tensor]]:
    """The inputs in batches, as a generator takes them."""
    yield from map(list, zip(*(tensor.split(size) for tensor in inputs.values()), strict=True))


@torch.no_grad()
def pictures(net: nn.Module, inputs: Inputs, batch: int = 250) -> Tensor:
    """Generated pictures (n, channels, side, side) in [-1, 1], in evaluation mode; `batch` at once, on a GPU more."""
    net.eval()
    device = next(iter(inputs.values())).device
    return torch.cat([net(*part) for part in parts(inputs, at_once(device, batch))])


@torch.no_grad()
def recalibrate(net: nn.Module, inputs: Inputs, batch: int = 128) -> None:
    """Measure batch-norm statistics afresh on these inputs, as a plain average over batches; in place.

    Averaging or pruning weights leaves them stale, and stale ones decide how a pruned network is judged
    (Li et al. 2020, EagleEye).
    """
    norms = [layer for layer in net.modules() if isinstance(layer, BATCH_NORMS)]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # a cumulative average
    net.train()
    for part in parts(inputs, batch):
        net(*part)
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum
    net.eval()
