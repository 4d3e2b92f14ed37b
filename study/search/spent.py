"""What a job costs in the call that runs it, from its hand-out on; of a trial it is recorded with its end."""

import time
from typing import Any

from ganprune.point import EpochTrained, Finished, Scored
from ganprune.trial import Event
from study.records.journal import Records
from study.records.log_file import note


class Spent:
    """Of one that runs."""

    def __init__(self):
        self._started, self._images = time.time(), 0

    def add(self, event: Event) -> None:
        """The training pictures that it tells of."""
        match event:
            case EpochTrained():
                self._images += event.images
            case Scored():
                self._images += event.point.images

    def record(self, number: int, finished: Finished, records: Records) -> None:
        """The trial's end; one that ran out of memory and is not run again has failed."""
        state: Any = "failed" if finished.state == "out_of_memory" else finished.state
        if finished.details:
            note(f"trial {number}: {finished.details}")
        records.ended(number, state, time.time() - self._started, self._images, finished.reason)
