"""What driver and workers hand to each other: pickled, so that whoever only passes it on need not know what it is."""

import pickle
from collections.abc import Sequence
from typing import Any

from ray import cloudpickle

from ganprune.point import Finished

EVENTS, JOB = "events", "job"  # in a Tune result, and in a Tune config
WAITS = "waits"  # in a Tune result


def pack_job(job: Any) -> dict[str, bytes]:
    return {JOB: cloudpickle.dumps(job)}


def pack_events(events: Sequence[Any]) -> dict[str, Any]:
    """As Tune's result: some events of a job, and whether it is over.

    In a list, which copies of a result share: what is taken out of one is gone from all.
    """
    return {EVENTS: [cloudpickle.dumps(events)], "done": isinstance(events[-1], Finished)}


def pack_waiting() -> dict[str, Any]:
    """As Tune's result: no worker has room for the job yet."""
    return {EVENTS: [], WAITS: True, "done": False}


def unpack(handed: bytes) -> Any:
    """A job, or events: of our own processes alone."""
    return pickle.loads(handed)
