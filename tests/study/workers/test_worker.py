"""Lanes of a worker, free once their trial runs elsewhere."""

import time
from types import SimpleNamespace

import pytest

from ganprune.point import EpochTrained
from study.workers.handed import JOB, pack_job
from study.workers.hired import Name
from study.workers.worker import Worker


class Endless:
    """A job."""

    def run(self, evaluator):
        while True:
            time.sleep(0.001)
            yield EpochTrained(1, 0.7, 1.3, 640, 0.1)


@pytest.fixture
def worker() -> Worker:
    here = SimpleNamespace(device="cpu", training_set=())
    here.on = lambda device: here
    return Worker(here, "cpu")


def test_what_a_dead_proxy_left_ends_when_its_trial_begins_at_another_worker(worker):
    job = pack_job(Endless())[JOB]
    left, other, again = Name("one"), Name("other"), Name("one")
    assert worker.begin(left, job, 2)
    assert worker.begin(other, job, 2)
    assert not worker.begin(Name("third"), job, 2)
    worker.end_former(again)
    worker.end_former(other)  # its own stays
    third = Name("third")
    assert worker.begin(third, job, 2)
    assert not worker.begin(Name("fourth"), job, 2)
    for name in (other, third):
        worker.end(name)


def test_a_lane_that_nobody_asks_any_more_is_free_for_others(worker, monkeypatch):
    job, left, other = pack_job(Endless())[JOB], Name("left"), Name("other")
    assert worker.begin(left, job, 1)
    worker.fetch(left)
    assert not worker.begin(other, job, 1)
    monkeypatch.setattr("study.workers.lane.LEFT_SECONDS", 0.0)
    assert worker.begin(other, job, 1)
    worker.end(other)
