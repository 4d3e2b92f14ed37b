"""Train a GAN, epoch by epoch, so that any prefix of a run is the run that stops there."""

import math
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from types import MappingProxyType

import torch
from torch import Tensor, nn

from ganprune import seeds
from ganprune.adam import Adam
from ganprune.averaging import averaging_pace, follow
from ganprune.captured_round import CapturedRound, can_capture
from ganprune.config import ModelSettings, TrainSettings
from ganprune.data.images import to_unit
from ganprune.data.streaming import Stream, is_there
from ganprune.diffaugment import Augmented
from ganprune.hooks import Distance, TrainingHook
from ganprune.identity import Identity, Origin, identify
from ganprune.losses import LOSSES, Batch
from ganprune.models import build
from ganprune.models.gan import Inputs, recalibrate

RECALIBRATION_PICTURES = 1024
REMEMBERED = 256  # of the pictures that are translated, to recalibrate with wherever a point is made again
Shown = tuple[Tensor, Tensor | None, Tensor | None]  # pictures, their labels, what is translated into each


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
        nets = {side: [self.gan.nets[name] for name in names] for side, names in self.gan.sides.items()}
        weights = {side: [weight for net in each for weight in net.parameters()] for side, each in nets.items()}
        self.optimisers = {side: Adam(of_side, rates[side], betas) for side, of_side in weights.items()}
        self.epoch = 0
        self.step = 0
        self.epoch_steps = 0  # of an epoch that has begun
        self.remembered: Tensor | None = None  # uint8 pictures that were translated
        self._partners: Tensor | None = None
        self._round: CapturedRound | None = None
        self._stream: Stream | None = None
        for hook in self.hooks.values():
            hook.begin(self)

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

    def train_epoch(
        self,
        pixels: Tensor,
        labels: Tensor | None = None,
        source: Tensor | None = None,
        distance: Distance | None = None,
    ) -> tuple[float, float, int]:
        """One more epoch on uint8 pictures (n, channels, side, side); mean losses of both sides, pictures shown.

        `labels` (n,) are of the pictures' classes; a conditional model needs them. `source` are pictures that are
        translated into such; of a model that learns from pairs as many, and in their order. `distance` is for hooks.
        """
        for hook in self.hooks.values():
            hook.before_epoch(self, distance)
        random = seeds.generator(self.settings.seed, "epoch", self.epoch, device=self.device)
        for net in self.gan.nets.values():
            net.train()
        order = self.order(len(pixels), random)
        self.epoch_steps = len(order)
        losses = self.train_on(pixels, labels, order, random, source)
        self.epoch += 1
        loss_g, loss_d = (_mean(step[side] for step in losses if side in step) for side in self.gan.sides)
        if not math.isfinite(loss_g + loss_d):
            raise DivergedError(f"the loss is not finite after epoch {self.epoch}")
        return loss_g, loss_d, order.numel()

    def order(self, pictures: int, random: torch.Generator) -> Tensor:
        """(steps, batch): numbers of the pictures of an epoch, shuffled; what does not fill a batch is left out.

        An epoch of more pictures than there are goes through them again, shuffled anew.
        """
        steps, batch = self.settings.epoch_steps(pictures), self.settings.batch
        known = self.settings.trained_on(pictures)
        passes = -(-steps * batch // known)
        shuffled = [torch.randperm(known, generator=random, device=self.device) for _ in range(passes)]
        return torch.cat(shuffled)[: steps * batch].view(steps, batch)

    def train_on(
        self,
        pixels: Tensor,
        labels: Tensor | None,
        order: Tensor,
        random: torch.Generator,
        source: Tensor | None = None,
    ) -> list[dict[str, Tensor]]:
        """A step on each row of `order`; losses by side, of one step or of many, left on the device.

        Pictures that are elsewhere are fetched a few steps ahead.
        """
        pictures = (pixels, labels, self._beside(pixels, source, random))
        if is_there(pixels, self.device):
            return self._train_there(pictures, order, random)
        losses, there = [], [each for each in pictures if each is not None]
        for shown, rows in self._fetched(there).windows(order):
            left = iter(shown)
            losses += self._train_there(tuple(each if each is None else next(left) for each in pictures), rows, random)
        return losses

    def _beside(self, pixels: Tensor, source: Tensor | None, random: torch.Generator) -> Tensor | None:
        """The picture to be translated for each: its own, or where the model learns from no pairs one by chance."""
        if source is None:
            return None
        if self.remembered is None:
            self.remembered = source[:REMEMBERED].clone()
        if self.gan.pairs:
            return source
        chance = torch.randint(len(source), (len(pixels),), generator=random, device=self.device).to(source.device)
        if self._partners is None or len(self._partners) != len(pixels):
            self._partners = source[chance]
        return torch.index_select(source, 0, chance, out=self._partners)  # where a captured step looks for them

    def _fetched(self, pictures: list[Tensor]) -> Stream:
        if self._stream is None or not self._stream.serves(pictures):
            self._stream = Stream(pictures, self.settings.batch, self.device)
        return self._stream

    def _train_there(self, pictures: Shown, order: Tensor, random: torch.Generator) -> list[dict[str, Tensor]]:
        losses = []
        while len(order):
            rows, order = order.tensor_split([self._steps_to_pause(len(order))])
            losses += self._train_on_to_pause(pictures, rows, random)
            for hook in self.hooks.values():
                if hook.pause and self.step % hook.pause == 0:
                    hook.at_pause(self, self.batch(*pictures, rows[-1]))
        return losses

    def _steps_to_pause(self, most: int) -> int:
        steps = (hook.pause - self.step % hook.pause for hook in self.hooks.values() if hook.pause)
        return min([most, *steps])

    def _train_on_to_pause(self, pictures: Shown, order: Tensor, random: torch.Generator) -> list[dict[str, Tensor]]:
        whole = self._captured(pictures)
        alone, rounds = whole.places(order, self.step) if whole else (len(order), 0)

        def one_by_one(rows: Tensor) -> list[dict[str, Tensor]]:
            return [self.train_step(self.batch(*pictures, chosen), random) for chosen in rows]

        losses = one_by_one(order[:alone])
        losses += whole.replay(self, order[alone : alone + rounds], random) if rounds else []
        return losses + one_by_one(order[alone + rounds :])

    def _captured(self, pictures: Shown) -> CapturedRound | None:
        """What is replayed instead of single steps, made anew where these have changed; None where they can't be."""
        if not can_capture(self):
            return None
        if self._round is None or not self._round.serves(self, pictures):
            self._round = CapturedRound(self, pictures)
        return self._round

    def batch(self, pixels: Tensor, labels: Tensor | None, source: Tensor | None, chosen: Tensor) -> Batch:
        """Pictures of these numbers as floats in [-1, 1]."""

        def shown(pictures: Tensor) -> Tensor:
            return to_unit(pictures[chosen]).contiguous(memory_format=torch.channels_last)

        chosen_labels = labels[chosen] if self.gan.conditional else None
        return Batch(shown(pixels), chosen_labels, None if source is None else shown(source))

    def train_step(self, batch: Batch, random: torch.Generator) -> dict[str, Tensor]:
        """One step of the discriminator, every so many with one of the generator; their losses, left on the device."""
        self.step += 1
        turn, left = divmod(self.step, self.settings.d_steps)
        return self.play(batch, random, None if left else averaging_pace(turn))

    def play(self, batch: Batch, random: torch.Generator, pace: float | Tensor | None) -> dict[str, Tensor]:
        """A step, whatever its number: averaged weights move at `pace`; None where the discriminator plays alone."""
        inputs = self.gan.inputs(len(batch.pictures), random, batch.labels, batch.source)

        def descend(side: str, loss: Tensor, drawn: Tensor) -> None:
            hooks, optimiser = self.hooks.values(), self.optimisers[side]
            more = (hook.loss(side, inputs, drawn) for hook in hooks)
            optimiser.differentiate(sum((each for each in more if each is not None), start=loss))
            for hook in hooks:
                hook.before_descent(side, self)
            optimiser.step()
            for hook in hooks:
                hook.after_descent(side, self)

        with self._precision():
            losses = LOSSES[self.settings.loss].step(self._players(random), inputs, batch, descend, pace is not None)
        if pace is not None:
            follow(self.averaged, self.generator, pace)
        for hook in self.hooks.values():
            hook.after_step(self)
        return losses

    def _players(self, random: torch.Generator) -> dict[str, nn.Module]:
        """The networks as they play: what the discriminator sees may be augmented."""
        if self.settings.augment == "none":
            return self.gan.nets
        return self.gan.nets | {"discriminator": Augmented(self.discriminator, random)}

    def _precision(self) -> AbstractContextManager:
        """Of what the networks compute; weights, losses and moments are float32."""
        if self.settings.precision == "float32":
            return nullcontext()
        # A cache of cast weights would outlive the optimiser's step where a graph is replayed.
        return torch.autocast(torch.device(self.device).type, torch.bfloat16, cache_enabled=False)

    def tensors(self) -> dict[str, Tensor]:
        """All of its state as flat tensors, for the store."""
        remembered = {} if self.remembered is None else {"remembered": self.remembered}
        return (
            {"step": torch.tensor([self.epoch, self.step])}
            | remembered
            | {f"{part}.{name}": tensor for part, tensors in self._parts().items() for name, tensor in tensors.items()}
        )

    def _parts(self) -> dict[str, dict[str, Tensor]]:
        nets = self.gan.nets | {"averaged": self.averaged}
        optimisers = {f"optimiser_{side}": optimiser.tensors() for side, optimiser in self.optimisers.items()}
        hooks = {f"hook_{name}": hook.tensors() for name, hook in self.hooks.items()}
        return {name: net.state_dict() for name, net in nets.items()} | optimisers | hooks

    def restore(self, state: dict[str, Tensor]) -> None:
        """Go on from a state that `tensors` gave; KeyError or RuntimeError when it is of another network."""
        self.epoch, self.step = state["step"].tolist()
        self.remembered = state.get("remembered")
        for name, net in (self.gan.nets | {"averaged": self.averaged}).items():
            net.load_state_dict(_part(state, name))
        for side, optimiser in self.optimisers.items():
            optimiser.restore(_part(state, f"optimiser_{side}"))
        for name, hook in self.hooks.items():
            hook.restore(_part(state, f"hook_{name}"))

    def dense_generator(self, averaged: bool = True) -> nn.Module:
        """A copy of the generator to prune: the averaged one with its batch norm recalibrated, or the raw one."""
        if averaged:
            return self.recalibrated(self.averaged.state_dict())
        net = self._place(build(self.model).generator)
        net.load_state_dict(self.generator.state_dict())
        return net.eval()

    def recalibrated(self, weights: Mapping[str, Tensor]) -> nn.Module:
        """A generator with these weights, its batch norm measured afresh, to prune or to draw with."""
        net = self._place(build(self.model).generator)
        net.load_state_dict(weights)
        recalibrate(net, self.recalibration_inputs())
        return net.eval()

    def recalibration_inputs(self) -> Inputs:
        """Drawn on the CPU, or remembered: wherever a point is made again, they are the same."""
        random = seeds.generator(self.settings.seed, "recalibration")
        inputs = self.gan.inputs(RECALIBRATION_PICTURES, random, source=self.sources)
        return {name: tensor.to(self.device) for name, tensor in inputs.items()}

    def example(self, net: str, random: torch.Generator) -> tuple[Tensor, ...]:
        """What the generator or the discriminator takes for two pictures."""
        inputs = {name: tensor.to(self.device) for name, tensor in self.gan.inputs(2, random).items()}
        if net == "generator":
            return tuple(inputs.values())
        pictures = torch.zeros(2, self.model.channels, self.model.side, self.model.side, device=self.device)
        return pictures, *self.gan.beside(inputs)

    @property
    def sources(self) -> Tensor | None:
        """Some of the pictures that it translates, as its generator takes them; None before the first step."""
        return None if self.remembered is None else to_unit(self.remembered.to(self.device))


def _mean(losses: Iterable[Tensor]) -> float:
    """0 where there are none: an epoch may be too short for the generator's turn."""
    losses = [loss.reshape(-1) for loss in losses]
    return torch.cat(losses).mean().item() if losses else 0.0


def _part(state: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(f"{prefix}."): tensor for name, tensor in state.items() if name.startswith(f"{prefix}.")}
