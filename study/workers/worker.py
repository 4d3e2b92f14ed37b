"""A process at a device: its context, the pictures and the yardsticks are there once, and each job has a lane."""

import threading
from functools import partial
from typing import Any

import torch

from ganprune.config import TrialSettings
from ganprune.evaluator import Evaluator
from study.workers.handed import pack_events, unpack
from study.workers.hired import Name
from study.workers.lane import Lane
from study.workers.trials_at_once import Paced, measure


class Worker:
    """Runs jobs at once, each under the name that its proxy hears of it by."""

    def __init__(self, evaluator: Evaluator, device: str):
        torch.set_num_threads(1)  # of each lane: more would be many times slower on busy cores
        self._evaluator = evaluator.on(device)
        self._evaluator.training_set  # noqa: B018 - there before two lanes ask for it at once
        self._lanes: dict[Name, Lane] = {}
        self._turn = threading.Lock()

    def measure(self, settings: TrialSettings, deadline: float, lanes: int | None) -> Paced:
        """How many such trials it takes at once, or these so many, and at what pace."""
        return measure(self._evaluator, settings, deadline, lanes)

    def begin(self, name: Name, job: bytes, most: int) -> bool:
        """Whether one of `most` lanes was free."""
        self.end_former(name)
        self._end_left()
        with self._turn:
            if len(self._lanes) >= most:
                return False
            self._lanes[name] = Lane(partial(unpack(job).run, self._evaluator), self._evaluator.device)
        return True

    def end_former(self, name: Name) -> None:
        """What runs for the same trial is of a proxy that died: it would train on, alone, and nobody else could."""
        for other in list(self._lanes):  # at once: other threads begin and end some meanwhile
            if other.trial == name.trial and other != name:
                self.end(other)

    def _end_left(self) -> None:
        """Lanes whose proxies died while this worker could not be reached would run on for ever."""
        for name, lane in list(self._lanes.items()):
            if lane.is_left:
                self.end(name)

    def fetch(self, name: Name) -> dict[str, Any]:
        """What its job yielded since, at least one event, as Tune's result."""
        return pack_events(self._lanes[name].fetch())

    def end(self, name: Name) -> None:
        """Free its lane."""
        with self._turn:
            lane = self._lanes.pop(name, None)
        if lane:
            lane.end()
