"""What runs in a process of Tune's: one job after another, each a generator of events. No MLflow, no Optuna."""

from collections.abc import Iterator
from functools import partial

import torch
from ray import tune

from ganprune.evaluator import Evaluator
from ganprune.trial import Event
from study.workers.handed import JOB, pack_events, unpack
from study.workers.story import Story, for_a_while, safely


class TrialRunner(tune.Trainable):
    """Steps through a job's story; the actor is reused, so that torch is imported once."""

    def setup(self, config: dict, evaluator: Evaluator, story: Story) -> None:
        torch.set_num_threads(1)  # two threads on busy cores are many times slower than one
        self._evaluator, self._story = evaluator, story
        self._events: Iterator[Event] = iter(())
        self.reset_config(config)

    def reset_config(self, new_config: dict) -> bool:
        self.let_go()
        self._events = safely(partial(self._story, unpack(new_config[JOB]), self._evaluator))
        return True

    def step(self) -> dict:
        return pack_events(list(for_a_while(self._events)))

    def let_go(self) -> None:
        """End the story of a trial that was stopped, and with it its claim on the store: others may wait for that."""
        self._events = iter(())

    def save_checkpoint(self, checkpoint_dir: str) -> None:
        """Nothing: the store has every epoch. Without this method Tune would end each trial with an error."""
