"""Channels close while a GAN trains beside a teacher that shows where to look; at the end they are gone.

After PPCD-GAN (Vo et al. 2022, "PPCD-GAN: Progressive pruning and class-aware distillation for large-scale conditional
GANs compression"), of which we know the abstract: masks behind each convolution that learn and harden, fewer
parameters as the aim, attention maps of a trained teacher, and of classes, in one training. How masks harden is DMAD's
(`ganprune.hardening`). Decided here: the teacher is a dense training of the same settings, from the store where another
trial has trained it; what a class has in common is a moving average of its maps; what is asked for decides how many
channels close, so that it is reached with a teacher who would have them all open, too.
"""

import copy
from collections.abc import Collection, Generator, Hashable, Iterator

import torch
from pydantic import Field, PositiveFloat, PositiveInt
from torch import Tensor, nn

from ganprune.attention import apart, attention, draws_once, reads
from ganprune.candidate import Candidate, Candidates
from ganprune.channels import without_channels
from ganprune.config import PruneSettings, TrialSettings
from ganprune.hardening import Hardening
from ganprune.hooks import TrainingHook
from ganprune.passing import PassingMethod
from ganprune.point import EpochTrained, Point
from ganprune.run import Run, train
from ganprune.settings import Settings
from ganprune.train import Training

MEMORY = 0.99  # of a class's map, from one step to the next


class ProgressiveSettings(Settings):
    sparsity: float = Field(0.81, gt=0, lt=1)  # in the end: the paper's cut
    penalty: float = Field(0.01, ge=0)  # on what is left of the channels: dear ones close before cheap ones
    anneal: PositiveInt = 6  # epochs until all gates are hard; three quarters of all
    exponent: float = Field(1 / 3, gt=0, le=1)  # of how the band falls in which they are not
    rate: PositiveFloat = 10.0  # of the gates' scores, times the learning rate
    attention: float = Field(1.0, ge=0)  # weight of the teacher's maps; 0: no teacher
    class_aware: float = Field(0.5, ge=0, le=1)  # how much of it is for the class's map, where there are classes
    teacher_epochs: PositiveInt = 8


class Progressive(PassingMethod):
    Settings = ProgressiveSettings
    structured = True

    def hooks(self, prune: PruneSettings) -> dict[str, TrainingHook]:
        own = ProgressiveSettings(**prune.own)
        gates = Hardening(own.sparsity, own.penalty, own.anneal, own.exponent, own.rate)
        return {"gates": gates} | ({"teacher": Teacher(own)} if own.attention else {})

    def refusal(self, settings: TrialSettings) -> str | None:
        own, epochs = ProgressiveSettings(**settings.prune.own), settings.train.epochs
        if own.anneal > epochs:
            return f"anneal {own.anneal} is more than the {epochs} epochs; train longer"
        if own.attention and not draws_once(settings.model):
            return f"attention {own.attention:g}: a {settings.model.name} draws more than once a step; set it to 0"
        return None

    def epochs_before(self, prune: PruneSettings) -> int:
        own = ProgressiveSettings(**prune.own)
        return own.teacher_epochs if own.attention else 0

    def at(self, settings: TrialSettings, sparsity: float) -> TrialSettings | None:
        """Half of the epochs for the teacher."""
        teacher = settings.train.epochs // 2
        if not teacher:
            return None
        mine = settings.train.epochs - teacher
        own = {"sparsity": sparsity, "teacher_epochs": teacher, "anneal": max(1, 3 * mine // 4)}
        return settings.with_train(epochs=mine).with_own(**own)

    def points(self, run: Run) -> Collection[int]:
        """Once all gates are hard."""
        anneal = ProgressiveSettings(**run.settings.prune.own).anneal
        return {epoch for epoch in run.evaluator.grid if epoch >= anneal}

    def candidates(self, run: Run) -> Candidates:
        return (yield from self._taught(run)) and (yield from super().candidates(run))

    def again(self, run: Run, points: Collection[Point]) -> Iterator[EpochTrained | Candidate]:
        if (yield from self._taught(run)):
            yield from super().again(run, points)

    def _taught(self, run: Run) -> Generator[EpochTrained, None, bool]:
        """Whether there was time for the teacher, where there is to be one: what is stored brings its own."""
        teacher = run.training.hooks.get("teacher")
        if teacher is None or teacher.taught:
            return True
        settings = run.settings.with_train(epochs=teacher.epochs)
        dense = Training(settings.model, settings.train, run.training.device)
        yield from train(dense, settings, run.evaluator, run.pace)
        if dense.epoch == teacher.epochs:
            teacher.teach(dense.dense_generator())
        return teacher.taught

    def candidate(self, run: Run) -> Candidate:
        """The small network, held against its teacher; without one, against itself before it was cut."""
        training, gates = run.training, run.training.hooks["gates"]
        whole = training.recalibrated(gates.folded(training.averaged).state_dict())
        small = without_channels(whole, gates.inputs, gates.groups, gates.alive())
        teacher = training.hooks.get("teacher")
        reference = teacher.net if teacher and teacher.taught else whole
        return Candidate(small.eval(), training.epoch, run.settings.prune.own, target=None, reference=reference)


class Teacher(TrainingHook):
    """Shows, layer by layer, where it is active in drawing the same picture, and on the average of its class."""

    VERSION = 1

    def __init__(self, own: ProgressiveSettings):
        self._own, self.epochs = own, own.teacher_epochs

    def key(self) -> dict:
        """Its training has all other settings of the student's."""
        told = {"attention", "class_aware", "teacher_epochs"}
        return self._own.model_dump(include=told) | {"version": self.VERSION}

    def captured_as(self) -> Hashable:
        return "teacher"

    def begin(self, training: Training) -> None:
        """After the gates: what the student's layers read has been through them."""
        self.net, self.taught = copy.deepcopy(training.averaged).eval(), False
        self._watched = copy.deepcopy(self.net)
        self._wanted, self._shown = reads(self._watched), reads(training.generator)
        self._aware = self._own.class_aware if training.gan.conditional else 0.0
        self._classes = torch.arange(training.model.classes, device=training.device)[:, None]
        self._maps = self._no_maps(training.hooks["gates"].inputs)

    @torch.no_grad()
    def _no_maps(self, inputs: tuple[Tensor, ...]) -> dict[str, Tensor]:
        """By layer: (classes, places)."""
        self._watched(*inputs)
        places = {name: each[0, 0].numel() for name, each in self._wanted.items()}
        return {name: torch.zeros(len(self._classes), n, device=self._classes.device) for name, n in places.items()}

    def teach(self, net: nn.Module) -> None:
        for mine in (self.net, self._watched):
            mine.load_state_dict(net.state_dict())
        self.taught = True

    def loss(self, side: str, inputs: dict[str, Tensor], drawn: Tensor | None) -> Tensor | None:
        if side != "g":
            return None
        if not self.taught:
            raise RuntimeError("the teacher was not trained")
        with torch.no_grad():
            self._watched(*inputs.values())
        return self._own.attention * sum(self._unlike(layer, inputs.get("labels")) for layer in self._wanted)

    def _unlike(self, layer: str, labels: Tensor | None) -> Tensor:
        shown, wanted = attention(self._shown[layer]), attention(self._wanted[layer])
        unlike = apart(shown, wanted)
        if not self._aware:
            return unlike
        return (1 - self._aware) * unlike + self._aware * apart(shown, self._of_class(layer, wanted, labels))

    def _of_class(self, layer: str, wanted: Tensor, labels: Tensor) -> Tensor:
        """(n, places): for each picture the map of its class, after these were seen."""
        maps, of_each = self._maps[layer], (self._classes == labels).to(wanted.dtype)
        n = of_each.sum(dim=1, keepdim=True)
        known = MEMORY * maps.any(dim=1, keepdim=True)
        maps.copy_(torch.where(n > 0, known * maps + (1 - known) * (of_each @ wanted / n.clamp(min=1)), maps))
        return maps[labels]

    def tensors(self) -> dict[str, Tensor]:
        """With the teacher, so that whoever goes on needs it no more."""
        maps = {f"map.{name}": each for name, each in self._maps.items()} if self._aware else {}
        return maps | ({f"net.{name}": each for name, each in self.net.state_dict().items()} if self.taught else {})

    def restore(self, state: dict[str, Tensor]) -> None:
        self.taught = any(name.startswith("net.") for name in state)
        for name, tensor in self.tensors().items():
            tensor.copy_(state[name])
        self._watched.load_state_dict(self.net.state_dict())
