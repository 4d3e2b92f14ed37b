"""What runs in a worker: one trial after another, each a generator of events. Imports neither MLflow nor Optuna."""

import time
import traceback
from collections.abc import Callable, Iterator

import ray
import torch
from ray import tune

from ganprune.config import TrialSettings
from ganprune.point import Finished
from ganprune.trial import Event, Pace
from ganprune.workbench import Workbench

REPORT_SECONDS = 1.0  # events are handed over at least this often, but not faster than they come
EVENTS = "events"


class TrialRunner(tune.Trainable):
    """Steps through a trial's story; the actor is reused, so that torch is imported once."""

    def setup(self, config: dict, bench: Workbench, story: Callable[..., Iterator[Event]]) -> None:
        torch.set_num_threads(1)  # two threads on busy cores are many times slower than one
        self._bench, self._story = bench.on("cuda" if ray.get_gpu_ids() else "cpu"), story
        self.reset_config(config)

    def reset_config(self, new_config: dict) -> bool:
        settings, pace = TrialSettings(**new_config["settings"]), Pace(**new_config["pace"])
        self._events = _safely(self._story(new_config["number"], settings, self._bench, pace, new_config["controls"]))
        return True

    def step(self) -> dict:
        events = list(_for_a_while(self._events))
        return {EVENTS: events, "done": isinstance(events[-1], Finished)}

    def save_checkpoint(self, checkpoint_dir: str) -> None:
        """Nothing: the store has every epoch. Without this method Tune would end each trial with an error."""


def _safely(events: Iterator[Event]) -> Iterator[Event]:
    """The trial's events; an error ends it as failed, since the same settings would fail again."""
    try:
        yield from events
    except Exception as error:
        yield Finished("failed", f"{type(error).__name__}: {error}", traceback.format_exc())


def _for_a_while(events: Iterator[Event]) -> Iterator[Event]:
    started = time.monotonic()
    for event in events:
        yield event
        if time.monotonic() - started > REPORT_SECONDS:
            return
