"""Train a GAN, epoch by epoch, so that any prefix of a run is the run that stops there."""

import math
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

import torch
from torch import Tensor, nn

from ganprune import seeds
from ganprune.adam import Adam
from ganprune.config import ModelSettings, TrainSettings
from ganprune.data.images import to_unit
from ganprune.hooks import TrainingHook
from ganprune.identity import Identity, Origin, identify
from ganprune.losses import LOSSES, Batch
from ganprune.models import build
from ganprune.models.gan import Inputs, recalibrate

AVERAGED_SHARE = 0.03  # averaged weights look back over about this share of the steps so far
RECALIBRATION_PICTURES = 1024
SIDES = {"g": "generator", "d": "discriminator"}  # of the game: whose loss an optimiser descends


class DivergedError(Exception):
    """The losses are no longer finite, or what is drawn is one picture."""


class Training:
    """The networks of a model with their optimisers and the averaged generator, after some epochs."""

    def __init__(
        self,
        model: ModelSettings,
        settings: TrainSettings,
        device: str = "cpu",
        hooks: Mapping[str, TrainingHook] = MappingProxyType({}),
    ):
        """`hooks` by the names that their state is stored under."""
        self.model, self.settings, self.device, self.hooks = model, settings, device, dict(hooks)
        self.begin()

    def begin(self) -> None:
        """The state before the first step."""
        self.gan = build(self.model)
        self.gan.initialise(seeds.generator(self.settings.seed, "initial weights"))
        for net in self.gan.nets.values():
            self._place(net)
        self.averaged = self._place(build(self.model).generator)
        self.averaged.load_state_dict(self.generator.state_dict())
        betas = (self.settings.beta1, self.settings.beta2)
        rates = {"g": self.settings.lr_g, "d": self.settings.lr_d}
        nets = {side: self.gan.nets[net] for side, net in SIDES.items()}
        self.optimisers = {side: Adam(net.parameters(), rates[side], betas) for side, net in nets.items()}
        self.epoch = 0
        self.step = 0

    def identity(self, origin: Origin) -> Identity:
        return identify(self.model, self.settings, self.hooks, origin)

    @property
    def generator(self) -> nn.Module:
        return self.gan.generator

    @property
    def discriminator(self) -> nn.Module:
        return self.gan.discriminator

    def _place(self, net: nn.Module) -> nn.Module:
        return net.to(self.device, memory_format=torch.channels_last)

    def train_epoch(self, pixels: Tensor, labels: Tensor | None = None) -> tuple[float, float, int]:
        """One more epoch on uint8 pictures (n, channels, side, side); mean losses of both sides, pictures shown.

        `labels` (n,) are of the pictures' classes; a conditional model needs them.
        """
        random = seeds.generator(self.settings.seed, "epoch", self.epoch, device=self.device)
        for net in self.gan.nets.values():
            net.train()
        steps = [self.train_step(batch, random) for batch in self.batches(pixels, random, labels)]
        self.epoch += 1
        for hook in self.hooks.values():
            hook.after_epoch(self)
        loss_g, loss_d = (_mean(step[side] for step in steps if side in step) for side in SIDES)
        if not math.isfinite(loss_g + loss_d):
            raise DivergedError(f"the loss is not finite after epoch {self.epoch}")
        return loss_g, loss_d, len(steps) * self.settings.batch

    def batches(self, pixels: Tensor, random: torch.Generator, labels: Tensor | None = None) -> Iterator[Batch]:
        """Shuffled pictures as floats in [-1, 1], in whole batches; what is left over is left out.

        An epoch of more pictures than there are goes through them again, shuffled anew.
        """
        shown = self.settings.epoch_steps(len(pixels)) * self.settings.batch
        passes = -(-shown // len(pixels))
        order = torch.cat([torch.randperm(len(pixels), generator=random, device=self.device) for _ in range(passes)])
        for chosen in order[:shown].split(self.settings.batch):
            pictures = to_unit(pixels[chosen]).contiguous(memory_format=torch.channels_last)
            yield Batch(pictures, labels[chosen] if self.gan.conditional else None)

    def train_step(self, batch: Batch, random: torch.Generator) -> dict[str, Tensor]:
        """One step of the discriminator, every so many with one of the generator; their losses, left on the device."""
        self.step += 1
        both = self.step % self.settings.d_steps == 0
        inputs = self.gan.inputs(len(batch.pictures), random, batch.labels)

        def descend(side: str, loss: Tensor, drawn: Tensor) -> None:
            more = (hook.loss(side, inputs, drawn) for hook in self.hooks.values())
            self.optimisers[side].descend(sum((each for each in more if each is not None), start=loss))

        losses = LOSSES[self.settings.loss].step(self.gan.nets, inputs, batch, descend, both)
        if both:
            self._average()
        for hook in self.hooks.values():
            hook.after_step(self)
        return losses

    @torch.no_grad()
    def _average(self) -> None:
        """Move the averaged weights; their pace depends on the steps so far alone, never on the total."""
        pace = min(1.0, 1 / (AVERAGED_SHARE * (self.step // self.settings.d_steps)))
        torch._foreach_lerp_(list(self.averaged.parameters()), list(self.generator.parameters()), pace)

    def tensors(self) -> dict[str, Tensor]:
        """All of its state as flat tensors, for the store."""
        return {"step": torch.tensor([self.epoch, self.step])} | {
            f"{part}.{name}": tensor for part, tensors in self._parts().items() for name, tensor in tensors.items()
        }

    def _parts(self) -> dict[str, dict[str, Tensor]]:
        nets = self.gan.nets | {"averaged": self.averaged}
        optimisers = {f"optimiser_{side}": optimiser.tensors() for side, optimiser in self.optimisers.items()}
        hooks = {f"hook_{name}": hook.tensors() for name, hook in self.hooks.items()}
        return {name: net.state_dict() for name, net in nets.items()} | optimisers | hooks

    def restore(self, state: dict[str, Tensor]) -> None:
        """Go on from a state that `tensors` gave; KeyError or RuntimeError when it is of another network."""
        self.epoch, self.step = state["step"].tolist()
        for name, net in (self.gan.nets | {"averaged": self.averaged}).items():
            net.load_state_dict(_part(state, name))
        for side, optimiser in self.optimisers.items():
            optimiser.restore(_part(state, f"optimiser_{side}"))
        for name, hook in self.hooks.items():
            hook.restore(_part(state, f"hook_{name}"))

    def dense_generator(self, averaged: bool = True) -> nn.Module:
        """A copy of the generator to prune: the averaged one with its batch norm recalibrated, or the raw one."""
        net = self._place(build(self.model).generator)
        net.load_state_dict((self.averaged if averaged else self.generator).state_dict())
        if averaged:
            recalibrate(net, self.recalibration_inputs())
        return net.eval()

    def recalibration_inputs(self) -> Inputs:
        """Drawn on the CPU: wherever a point is made again, they are the same."""
        random = seeds.generator(self.settings.seed, "recalibration")
        inputs = self.gan.inputs(RECALIBRATION_PICTURES, random)
        return {name: tensor.to(self.device) for name, tensor in inputs.items()}


def _mean(losses: Iterable[Tensor]) -> float:
    """0 where there are none: an epoch may be too short for the generator's turn."""
    losses = list(losses)
    return torch.stack(losses).mean().item() if losses else 0.0


def _part(state: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(f"{prefix}."): tensor for name, tensor in state.items() if name.startswith(f"{prefix}.")}
