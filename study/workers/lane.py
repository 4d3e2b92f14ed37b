"""A story in a thread of its own, as one of several in a process: their steps share a GPU, a CUDA stream each."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from queue import Empty, SimpleQueue
from threading import Event as Flag
from threading import Semaphore, Thread

import torch

from ganprune.own_stream import own_stream
from ganprune.point import Finished, RungReached
from ganprune.trial import Event
from study.workers.story import REPORT_SECONDS, failed, safely

LEFT_SECONDS = 60.0  # without a fetch; Tune asks again at once
LOST = 70  # exit status of a process whose CUDA context is gone, and with it all that its lanes hold


class Lane:
    """It runs on while its events wait to be fetched, but for rungs: there somebody has to decide first."""

    def __init__(self, story: Callable[[], Iterator[Event]], device: str):
        self._events: SimpleQueue[Event] = SimpleQueue()
        self._unwanted, self._decided, self._asks = Flag(), Semaphore(0), False
        self._fetched: float | None = time.monotonic()  # when it was fetched from last; None: it is just now
        self._thread = Thread(target=self._run, args=(story, device), daemon=True)
        self._thread.start()

    @property
    def is_left(self) -> bool:
        """Whether nobody asks for its events any more: whoever did has died, and could not say so."""
        return self._fetched is not None and time.monotonic() - self._fetched > LEFT_SECONDS

    def fetch(self) -> list[Event]:
        """What came since, at least one event; whoever fetches after a rung wants more."""
        self._fetched = None
        if self._asks:
            self._decided.release()
        events, until = [self._events.get()], time.monotonic() + REPORT_SECONDS
        while not isinstance(events[-1], Finished | RungReached) and (left := until - time.monotonic()) > 0:
            with suppress(Empty):
                events.append(self._events.get(timeout=left))
        self._asks, self._fetched = isinstance(events[-1], RungReached), time.monotonic()
        return events

    def end(self) -> None:
        """End the story at its next event, and with it its claim on the store."""
        self._unwanted.set()
        self._decided.release()
        self._thread.join()

    def _run(self, story: Callable[[], Iterator[Event]], device: str) -> None:
        try:
            self._tell(story, device)
        except BaseException as error:  # around the story: whoever fetches would wait for ever
            self._events.put(failed(error))

    def _tell(self, story: Callable[[], Iterator[Event]], device: str) -> None:
        on_gpu = device.startswith("cuda")
        with own_stream(device), closing(safely(story)) as events:
            for event in events:
                if on_gpu and isinstance(event, Finished) and event.state == "failed" and is_lost():
                    os._exit(LOST)
                self._events.put(event)
                if isinstance(event, RungReached):
                    self._decided.acquire()
                if self._unwanted.is_set():
                    return


def is_lost() -> bool:
    """Whether the CUDA context of this process is gone: after a fault nothing runs in it any more."""
    try:
        torch.cuda.synchronize()
    except RuntimeError:
        return True
    return False
