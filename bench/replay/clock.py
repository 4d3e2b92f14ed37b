"""A clock that is not waited for: trials take the seconds that their events say, `workers` at once."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Protocol

from ganprune.point import EpochTrained, Finished, Point, Scored
from ganprune.trial import Event
from study.search.jobs import Job, Wait


class Study(Protocol):
    """What hands out trials and hears what came of them: the product's search phase, and those it is held against."""

    def suggest(self) -> Job | Wait | None: ...

    def on_event(self, number: int, event: Event) -> None: ...

    def is_over(self, number: int) -> bool: ...

    def story(self, job: Job) -> Iterator[Event]: ...


@dataclass(frozen=True)
class Ended:
    """A trial ended."""

    seconds: float  # since the study began
    images: int  # trained until then, by all its trials
    points: list[Point]  # of this trial


def run(study: Study, workers: int) -> Iterator[Ended]:
    """Run a study on the simulated clock, to its end or as far as whoever listens wants."""
    now, images, idle, order = 0.0, 0, workers, count()
    coming: list[tuple[float, int, int, Event, Iterator[Event]]] = []  # (when, tie-break, trial, what, what follows)
    points: dict[int, list[Point]] = {}

    def expect(number: int, story: Iterator[Event]) -> None:
        event = next(story)
        heapq.heappush(coming, (now + _seconds(event), next(order), number, event, story))

    while True:
        while idle and isinstance(job := study.suggest(), Job):
            idle -= 1
            points[job.number] = []
            expect(job.number, study.story(job))
        if not coming:
            return
        now, _, number, event, story = heapq.heappop(coming)
        if isinstance(event, EpochTrained):
            images += event.images
        if isinstance(event, Scored):
            points[number].append(event.point)
        study.on_event(number, event)
        if isinstance(event, Finished) or study.is_over(number):
            idle += 1
            yield Ended(now, images, points.pop(number))
        else:
            expect(number, story)


def _seconds(event: Event) -> float:
    match event:
        case EpochTrained():
            return event.seconds
        case Scored():
            return event.point.seconds
    return 0.0
