"""A job's story as a worker tells it: whatever goes wrong in it ends it with an event, and it is handed on in parts."""

import time
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import torch

from ganprune.errors import UserError
from ganprune.evaluator import Evaluator
from ganprune.point import Finished, RungReached
from ganprune.trial import Event

REPORT_SECONDS = 1.0  # events are handed over at least this often, but not faster than they come
Story = Callable[[Any, Evaluator], Iterator[Event]]  # of a job


def perform(job: Any, evaluator: Evaluator) -> Iterator[Event]:
    return job.run(evaluator)


def safely(story: Callable[[], Iterator[Event]]) -> Iterator[Event]:
    """The trial's events; an error, before the first one too, ends it as failed: the same settings would fail again.

    Out of a GPU's memory, it may do better alone; what the user has to mend halts the study.
    """
    try:
        yield from story()
    except UserError as error:
        yield Finished("user_error", str(error))
    except torch.OutOfMemoryError as error:
        yield Finished("out_of_memory", f"out of GPU memory: {error}".partition("\n")[0])
    except Exception as error:
        yield failed(error)


def failed(error: BaseException) -> Finished:
    return Finished("failed", f"{type(error).__name__}: {error}", traceback.format_exc())


def for_a_while(events: Iterator[Event]) -> Iterator[Event]:
    """At a rung somebody has to decide before training goes on."""
    started = time.monotonic()
    for event in events:
        yield event
        if isinstance(event, RungReached) or time.monotonic() - started > REPORT_SECONDS:
            return
