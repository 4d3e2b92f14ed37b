"""Train a GAN, epoch by epoch, so that any prefix of a run is the run that stops there."""

import math
from collections.abc import Iterable

import torch
from torch import Tensor

from ganprune import seeds
from ganprune.averaging import averaging_pace
from ganprune.captured_round import CapturedRound, can_capture
from ganprune.data.streaming import Stream, is_there
from ganprune.hooks import Distance
from ganprune.losses import Batch
from ganprune.step import Shown, play
from ganprune.training_state import TrainingState

Losses = list[dict[str, Tensor]]  # by side, of one step or of many, left on the device


class DivergedError(Exception):
    """The losses are no longer finite, or what is drawn is one picture."""


class Training(TrainingState):
    """A state that goes on."""

    def begin(self) -> None:
        self._partners: Tensor | None = None
        self._round: CapturedRound | None = None
        self._stream: Stream | None = None
        super().begin()

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
    ) -> Losses:
        """A step on each row of `order`. Pictures that are elsewhere are fetched a few steps ahead."""
        shown = Shown(pixels, labels, self._beside(pixels, source, random))
        if is_there(pixels, self.device):
            return self._train_there(shown, order, random)
        losses = []
        for fetched, rows in self._fetched(shown).windows(order):
            losses += self._train_there(shown.at(fetched), rows, random)
        return losses

    def _beside(self, pixels: Tensor, source: Tensor | None, random: torch.Generator) -> Tensor | None:
        """The picture to be translated for each: its own, or where the model learns from no pairs one by chance."""
        if source is None:
            return None
        self.remember(source)
        if self.gan.pairs:
            return source
        chance = torch.randint(len(source), (len(pixels),), generator=random, device=self.device).to(source.device)
        if self._partners is None or len(self._partners) != len(pixels):
            self._partners = source[chance]
        return torch.index_select(source, 0, chance, out=self._partners)  # where a captured step looks for them

    def _fetched(self, shown: Shown) -> Stream:
        if self._stream is None or not self._stream.serves(shown.tensors):
            self._stream = Stream(shown.tensors, self.settings.batch, self.device)
        return self._stream

    def _train_there(self, shown: Shown, order: Tensor, random: torch.Generator) -> Losses:
        losses = []
        while len(order):
            rows, order = order.tensor_split([self._steps_to_pause(len(order))])
            losses += self._train_on_to_pause(shown, rows, random)
            for hook in self.hooks.values():
                if hook.pause and self.step % hook.pause == 0:
                    hook.at_pause(self, self.batch(*shown, rows[-1]))
        return losses

    def _steps_to_pause(self, most: int) -> int:
        steps = (hook.pause - self.step % hook.pause for hook in self.hooks.values() if hook.pause)
        return min([most, *steps])

    def _train_on_to_pause(self, shown: Shown, order: Tensor, random: torch.Generator) -> Losses:
        whole = self._captured(shown)
        alone, rounds = whole.places(order, self.step) if whole else (len(order), 0)

        def one_by_one(rows: Tensor) -> Losses:
            return [self.train_step(self.batch(*shown, chosen), random) for chosen in rows]

        losses = one_by_one(order[:alone])
        losses += whole.replay(self, order[alone : alone + rounds], random) if rounds else []
        return losses + one_by_one(order[alone + rounds :])

    def _captured(self, shown: Shown) -> CapturedRound | None:
        """What is replayed instead of single steps, made anew where these have changed; None where they can't be."""
        if not can_capture(self):
            return None
        if self._round is None or not self._round.serves(self, shown):
            self._round = CapturedRound(self, shown)
        return self._round

    def batch(self, pixels: Tensor, labels: Tensor | None, source: Tensor | None, chosen: Tensor) -> Batch:
        """What a step looks at, of pictures of these numbers."""
        return Shown(pixels, labels, source).batch(chosen, self.gan.conditional)

    def train_step(self, batch: Batch, random: torch.Generator) -> dict[str, Tensor]:
        """One step of the discriminator, every so many with one of the generator; their losses, left on the device."""
        self.step += 1
        turn, left = divmod(self.step, self.settings.d_steps)
        return play(self, batch, random, None if left else averaging_pace(turn))


def _mean(losses: Iterable[Tensor]) -> float:
    """0 where there are none: an epoch may be too short for the generator's turn."""
    losses = [loss.reshape(-1) for loss in losses]
    return torch.cat(losses).mean().item() if losses else 0.0
