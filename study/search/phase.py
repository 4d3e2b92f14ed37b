"""A phase of a study: who hands out jobs and hears what comes of them. The search is one."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

from ganprune.trial import Event
from study.records.journal import Records
from study.search.spent import Spent


class Phase(ABC):
    """A job has a `number`, the phase's own, and `run`, which a worker calls with the evaluator."""

    def __init__(self, records: Records):
        self._records = records
        self._running: dict[int, Spent] = {}  # jobs, by their numbers
        self.user_error = ""  # why nothing can go on at all, once that is so

    @abstractmethod
    def suggest(self) -> Any:
        """A job; `Wait`; None when there are no more."""

    @abstractmethod
    def on_event(self, number: int, event: Event) -> None:
        """Take in what a job yielded."""

    @abstractmethod
    def called(self, number: int) -> str:
        """What people call a job."""

    def is_over(self, number: int) -> bool:
        """Whether a job has ended, by itself or because the phase wants no more of it."""
        return number not in self._running

    def on_events(self, number: int, events: Iterable[Event]) -> None:
        """Take in what a job yielded since Ray last handed something over."""
        with self._records.together():
            for event in events:
                self.on_event(number, event)
