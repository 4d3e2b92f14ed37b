"""The state of a training after some epochs: what the store keeps of it, and the generators that are pruned."""

from collections.abc import Mapping
from types import MappingProxyType

import torch
from torch import Tensor, nn

from ganprune import seeds
from ganprune.adam import Adam
from ganprune.config import ModelSettings, TrainSettings
from ganprune.data.images import to_unit
from ganprune.hooks import TrainingHook
from ganprune.identity import Identity, Origin, identify
from ganprune.models import build
from ganprune.models.gan import Inputs, recalibrate

RECALIBRATION_PICTURES = 1024
REMEMBERED = 256  # of the pictures that are translated, to recalibrate with wherever a point is made again


class TrainingState:
    """The networks of a model with their optimisers, the averaged generator, and what acts while they train."""

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
        """As it is before the first step."""
        self.gan = build(self.model)
        self.gan.initialise(seeds.generator(self.settings.seed, "initial weights"))
        for net in self.gan.nets.values():
            self._place(net)
        self.averaged = self._generator_with(self.generator.state_dict())
        self.optimisers = self._optimisers()
        self.epoch = 0
        self.step = 0
        self.epoch_steps = 0  # of an epoch that has begun
        self.remembered: Tensor | None = None  # uint8 pictures that were translated
        for hook in self.hooks.values():
            hook.begin(self)

    def _optimisers(self) -> dict[str, Adam]:
        betas = (self.settings.beta1, self.settings.beta2)
        rates = {"g": self.settings.lr_g, "d": self.settings.lr_d}
        weights = {
            side: [weight for name in names for weight in self.gan.nets[name].parameters()]
            for side, names in self.gan.sides.items()
        }
        return {side: Adam(of_side, rates[side], betas) for side, of_side in weights.items()}

    def identity(self, origin: Origin) -> Identity:
        return identify(self.model, self.settings, self.hooks, origin)

    @property
    def idle_epochs(self) -> int:
        """From the first on, in which none of its hooks acts; 0 where there are none."""
        return min((hook.idle_epochs for hook in self.hooks.values()), default=0)

    @property
    def generator(self) -> nn.Module:
        return self.gan.generator

    @property
    def discriminator(self) -> nn.Module:
        return self.gan.discriminator

    def tensors(self) -> dict[str, Tensor]:
        """All of it as flat tensors, for the store."""
        remembered = {} if self.remembered is None else {"remembered": self.remembered}
        return (
            {"step": torch.tensor([self.epoch, self.step])}
            | remembered
            | {f"{part}.{name}": tensor for part, tensors in self._parts().items() for name, tensor in tensors.items()}
        )

    def _parts(self) -> dict[str, dict[str, Tensor]]:
        nets = {name: net.state_dict() for name, net in self._nets.items()}
        optimisers = {f"optimiser_{side}": optimiser.tensors() for side, optimiser in self.optimisers.items()}
        hooks = {f"hook_{name}": hook.tensors() for name, hook in self.hooks.items()}
        return nets | optimisers | hooks

    @property
    def _nets(self) -> dict[str, nn.Module]:
        return self.gan.nets | {"averaged": self.averaged}

    def restore(self, state: dict[str, Tensor]) -> None:
        """Go on from a state that `tensors` gave; KeyError or RuntimeError when it is of another network."""
        self.epoch, self.step = state["step"].tolist()
        self.remembered = state.get("remembered")
        for name, net in self._nets.items():
            net.load_state_dict(_part(state, name))
        for side, optimiser in self.optimisers.items():
            optimiser.restore(_part(state, f"optimiser_{side}"))
        for name, hook in self.hooks.items():
            hook.restore(_part(state, f"hook_{name}"))

    def dense_generator(self, averaged: bool = True) -> nn.Module:
        """A copy of the generator to prune: the averaged one with its batch norm recalibrated, or the raw one."""
        if averaged:
            return self.recalibrated(self.averaged.state_dict())
        return self._generator_with(self.generator.state_dict()).eval()

    def recalibrated(self, weights: Mapping[str, Tensor]) -> nn.Module:
        """A generator with these weights, its batch norm measured afresh, to prune or to draw with."""
        net = self._generator_with(weights)
        recalibrate(net, self.recalibration_inputs())
        return net.eval()

    def _generator_with(self, weights: Mapping[str, Tensor]) -> nn.Module:
        net = self._place(build(self.model).generator)
        net.load_state_dict(weights)
        return net

    def _place(self, net: nn.Module) -> nn.Module:
        return net.to(self.device, memory_format=torch.channels_last)

    def recalibration_inputs(self) -> Inputs:
        """Drawn on the CPU, or remembered: wherever a point is made again, they are the same."""
        random = seeds.generator(self.settings.seed, "recalibration")
        inputs = self.gan.inputs(RECALIBRATION_PICTURES, random, source=self.sources)
        return {name: tensor.to(self.device) for name, tensor in inputs.items()}

    @property
    def sources(self) -> Tensor | None:
        """Some of the pictures that it translates, as its generator takes them; None before the first step."""
        return None if self.remembered is None else to_unit(self.remembered.to(self.device))

    def remember(self, source: Tensor) -> None:
        """The first of the pictures that it translates, if there are any yet to remember."""
        if self.remembered is None:
            self.remembered = source[:REMEMBERED].clone()

    def example(self, net: str, random: torch.Generator) -> tuple[Tensor, ...]:
        """What the generator or the discriminator takes for two pictures."""
        inputs = {name: tensor.to(self.device) for name, tensor in self.gan.inputs(2, random).items()}
        if net == "generator":
            return tuple(inputs.values())
        pictures = torch.zeros(2, self.model.channels, self.model.side, self.model.side, device=self.device)
        return pictures, *self.gan.beside(inputs)


def _part(state: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(f"{prefix}."): tensor for name, tensor in state.items() if name.startswith(f"{prefix}.")}
