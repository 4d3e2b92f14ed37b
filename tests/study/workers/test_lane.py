"""Stories told in threads: none waits for another, none takes another down."""

import threading
import time

import pytest
import torch

from ganprune.errors import UserError
from ganprune.point import EpochTrained, Finished, RungReached
from study.workers.lane import Lane

EPOCH = EpochTrained(1, 0.7, 1.3, 640, 0.1)
OVER = Finished("completed")


def _all(lane: Lane) -> list:
    events = []
    while not events or not isinstance(events[-1], Finished):
        events += lane.fetch()
    return events


def test_a_story_is_told_to_its_end_while_another_waits():
    go = threading.Event()

    def waits():
        go.wait()
        yield OVER

    waiting, other = Lane(waits, "cpu"), Lane(lambda: iter([EPOCH, EPOCH, OVER]), "cpu")
    assert [EPOCH, EPOCH, OVER] == _all(other)
    go.set()
    assert [OVER] == _all(waiting)


@pytest.mark.parametrize(
    ("error", "state"), [(ValueError("odd"), "failed"), (torch.OutOfMemoryError("full"), "out_of_memory")]
)
def test_an_error_stays_in_its_lane(error, state):
    def fails():
        yield EPOCH
        raise error

    failing, other = Lane(fails, "cpu"), Lane(lambda: iter([EPOCH, OVER]), "cpu")
    assert state == _all(failing)[-1].state
    assert [EPOCH, OVER] == _all(other)


def _raise(error: BaseException):
    raise error


@pytest.mark.parametrize(
    ("error", "state"),
    [(UserError("odd"), "user_error"), (torch.OutOfMemoryError("full"), "out_of_memory"), (SystemExit(), "failed")],
)
def test_one_that_fails_before_its_first_event_is_told_of(error, state):
    """Else whoever fetches would wait for ever."""
    lane = Lane(lambda: _raise(error), "cpu")
    assert [state] == [event.state for event in _all(lane)]


@pytest.fixture
def beyond() -> threading.Event:
    """Set once a story of `rung` has gone on."""
    return threading.Event()


@pytest.fixture
def rung(beyond) -> Lane:
    """Its story comes to a rung, and then to its end."""

    def story():
        yield RungReached(1)
        beyond.set()
        yield OVER

    return Lane(story, "cpu")


def test_at_a_rung_it_waits_until_more_is_wanted(rung, beyond):
    assert [RungReached(1)] == rung.fetch()
    assert not beyond.wait(0.1)
    assert [OVER] == rung.fetch()


def test_one_that_nobody_wants_any_more_ends_and_lets_go_of_what_it_held():
    closed = threading.Event()

    def story():
        try:
            while True:
                time.sleep(0.001)
                yield EPOCH
        finally:
            closed.set()

    lane = Lane(story, "cpu")
    lane.fetch()
    lane.end()
    assert closed.is_set()


def test_one_that_is_ended_at_a_rung_does_not_go_on(rung, beyond):
    rung.fetch()
    rung.end()
    assert not beyond.is_set()


def test_one_that_tells_without_a_pause_is_heard_every_so_often(monkeypatch):
    monkeypatch.setattr("study.workers.lane.REPORT_SECONDS", 0.05)

    def story():
        for _ in range(100_000):
            yield EPOCH
        yield OVER

    lane = Lane(story, "cpu")
    first = lane.fetch()
    lane.end()
    assert EPOCH == first[-1]


def test_one_that_is_asked_is_not_left_however_long_its_next_event_takes(monkeypatch):
    monkeypatch.setattr("study.workers.lane.LEFT_SECONDS", 0.0)
    go = threading.Event()

    def story():
        go.wait()
        yield OVER

    lane = Lane(story, "cpu")
    assert lane.is_left
    asking = threading.Thread(target=lane.fetch)
    asking.start()
    while lane.is_left:
        time.sleep(0.001)
    go.set()
    asking.join()
    assert lane.is_left
