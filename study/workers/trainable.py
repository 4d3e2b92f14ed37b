"""What runs in a worker: one job after another, each a generator of events. Imports neither MLflow nor Optuna."""

import time
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import ray
import torch
from ray import tune

from ganprune.errors import UserError
from ganprune.evaluator import Evaluator
from ganprune.point import Finished, RungReached
from ganprune.trial import Event

REPORT_SECONDS = 1.0  # events are handed over at least this often, but not faster than they come
EVENTS, JOB = "events", "job"
Story = Callable[[Any, Evaluator], Iterator[Event]]  # of a job


class TrialRunner(tune.Trainable):
    """Steps through a job's story; the actor is reused, so that torch is imported once."""

    def setup(self, config: dict, evaluator: Evaluator, story: Story) -> None:
        torch.set_num_threads(1)  # two threads on busy cores are many times slower than one
        self._evaluator, self._story = evaluator.on("cuda" if ray.get_gpu_ids() else "cpu"), story
        self._events: Iterator[Event] = iter(())
        self.reset_config(config)

    def reset_config(self, new_config: dict) -> bool:
        self._events = iter(())  # ends the story of a trial that was stopped, and with it its claim on the store
        self._events = safely(self._story(new_config[JOB], self._evaluator))
        return True

    def step(self) -> dict:
        events = list(_for_a_while(self._events))
        return {EVENTS: events, "done": isinstance(events[-1], Finished)}

    def save_checkpoint(self, checkpoint_dir: str) -> None:
        """Nothing: the store has every epoch. Without this method Tune would end each trial with an error."""


def safely(events: Iterator[Event]) -> Iterator[Event]:
    """The trial's events; an error ends it as failed, since the same settings would fail again.

    Out of a GPU's memory, it may do better alone; what the user has to mend halts the study.
    """
    try:
        yield from events
    except UserError as error:
        yield Finished("user_error", str(error))
    except torch.OutOfMemoryError as error:
        yield Finished("out_of_memory", f"out of GPU memory: {error}".partition("\n")[0])
    except Exception as error:
        yield Finished("failed", f"{type(error).__name__}: {error}", traceback.format_exc())


def _for_a_while(events: Iterator[Event]) -> Iterator[Event]:
    """At a rung somebody has to decide before training goes on."""
    started = time.monotonic()
    for event in events:
        yield event
        if isinstance(event, RungReached) or time.monotonic() - started > REPORT_SECONDS:
            return
