"""Train a GAN, epoch by epoch, so that any prefix of a run is the run that stops there."""

import math
from collections.abc import Iterator

import torch
from torch import Tensor, nn

from ganprune import seeds
from ganprune.adam import Adam
from ganprune.config import ModelSettings, TrainSettings
from ganprune.data.images import to_unit
from ganprune.losses import discriminator_loss, generator_loss
from ganprune.models import build
from ganprune.models.gan import initialise, recalibrate

TRAINING_VERSION = 1  # raise it whenever the same settings would train another network: the store then starts afresh
AVERAGED_SHARE = 0.03  # averaged weights look back over about this share of the steps so far
RECALIBRATION_LATENTS = 1024


class DivergedError(Exception):
    """The losses are no longer finite, or what is drawn is one picture."""


class Training:
    """A pair of networks with their optimisers and the averaged generator, after some epochs."""

    def __init__(self, model: ModelSettings, settings: TrainSettings, device: str = "cpu"):
        self.model, self.settings, self.device = model, settings, device
        self.begin()

    def begin(self) -> None:
        """The state before the first step."""
        random = seeds.generator(self.settings.seed, "initial weights")
        gan = build(self.model)
        self.generator = self._place(initialise(gan.generator, random))
        self.discriminator = self._place(initialise(gan.discriminator, random))
        self.averaged = self._place(build(self.model).generator)
        self.averaged.load_state_dict(self.generator.state_dict())
        betas = (self.settings.beta1, self.settings.beta2)
        self.optimiser_g = Adam(self.generator.parameters(), self.settings.lr_g, betas)
        self.optimiser_d = Adam(self.discriminator.parameters(), self.settings.lr_d, betas)
        self.epoch = 0
        self.step = 0

    def _place(self, net: nn.Module) -> nn.Module:
        return net.to(self.device, memory_format=torch.channels_last)

    def train_epoch(self, pixels: Tensor) -> tuple[float, float, int]:
        """One more epoch on uint8 pictures (n, channels, side, side); mean losses of both nets, pictures shown."""
        random = seeds.generator(self.settings.seed, "epoch", self.epoch, device=self.device)
        self.generator.train()
        self.discriminator.train()
        losses = [self.train_step(batch, random) for batch in self.batches(pixels, random)]
        self.epoch += 1
        loss_g, loss_d = torch.stack(losses).mean(0).tolist()
        if not math.isfinite(loss_g + loss_d):
            raise DivergedError(f"the loss is not finite after epoch {self.epoch}")
        return loss_g, loss_d, len(losses) * self.settings.batch

    def batches(self, pixels: Tensor, random: torch.Generator) -> Iterator[Tensor]:
        """Shuffled pictures as floats in [-1, 1], in whole batches; what is left over is left out.

        An epoch of more pictures than there are goes through them again, shuffled anew.
        """
        shown = self.settings.epoch_steps(len(pixels)) * self.settings.batch
        passes = -(-shown // len(pixels))
        order = torch.cat([torch.randperm(len(pixels), generator=random, device=self.device) for _ in range(passes)])
        for chosen in order[:shown].split(self.settings.batch):
            yield to_unit(pixels[chosen]).contiguous(memory_format=torch.channels_last)

    def train_step(self, real: Tensor, random: torch.Generator) -> Tensor:
        """Both nets, one step each; their losses, left on the device."""
        latents = torch.randn(len(real), self.model.latent, generator=random, device=self.device)
        fake = self.generator(latents)
        loss_d = discriminator_loss(self.discriminator(real), self.discriminator(fake.detach()))
        self.optimiser_d.descend(loss_d)
        loss_g = generator_loss(self.discriminator(fake))
        self.optimiser_g.descend(loss_g)
        self.step += 1
        self._average()
        return torch.stack([loss_g.detach(), loss_d.detach()])

    @torch.no_grad()
    def _average(self) -> None:
        """Move the averaged weights; their pace depends on the steps so far alone, never on the total."""
        pace = min(1.0, 1 / (AVERAGED_SHARE * self.step))
        torch._foreach_lerp_(list(self.averaged.parameters()), list(self.generator.parameters()), pace)

    def tensors(self) -> dict[str, Tensor]:
        """All of its state as flat tensors, for the store."""
        return {
            "step": torch.tensor([self.epoch, self.step]),
            **_prefixed("generator", self.generator.state_dict()),
            **_prefixed("discriminator", self.discriminator.state_dict()),
            **_prefixed("averaged", self.averaged.state_dict()),
            **_prefixed("optimiser_g", self.optimiser_g.tensors()),
            **_prefixed("optimiser_d", self.optimiser_d.tensors()),
        }

    def restore(self, state: dict[str, Tensor]) -> None:
        """Go on from a state that `tensors` gave; KeyError or RuntimeError when it is of another network."""
        self.epoch, self.step = state["step"].tolist()
        self.generator.load_state_dict(_part(state, "generator"))
        self.discriminator.load_state_dict(_part(state, "discriminator"))
        self.averaged.load_state_dict(_part(state, "averaged"))
        self.optimiser_g.restore(_part(state, "optimiser_g"))
        self.optimiser_d.restore(_part(state, "optimiser_d"))

    def dense_generator(self, averaged: bool = True) -> nn.Module:
        """A copy of the generator to prune: the averaged one with its batch norm recalibrated, or the raw one."""
        net = self._place(build(self.model).generator)
        net.load_state_dict((self.averaged if averaged else self.generator).state_dict())
        if averaged:
            recalibrate(net, self.recalibration_latents())
        return net.eval()

    def recalibration_latents(self) -> Tensor:
        """Latents (n, latent), drawn on the CPU: wherever a point is made again, they are the same."""
        random = seeds.generator(self.settings.seed, "recalibration")
        return torch.randn(RECALIBRATION_LATENTS, self.model.latent, generator=random).to(self.device)


def _prefixed(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {f"{prefix}.{name}": tensor for name, tensor in tensors.items()}


def _part(state: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(f"{prefix}."): tensor for name, tensor in state.items() if name.startswith(f"{prefix}.")}
