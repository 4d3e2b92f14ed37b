"""Between Tune and the phases: nothing that a trial tells is heard twice."""

from copy import copy
from types import SimpleNamespace

import pytest

from ganprune.point import EpochTrained, RungReached
from study.workers.handed import pack_events
from study.workers.searcher import StudyScheduler, StudySearcher

EVENTS = [EpochTrained(1, 0.7, 1.3, 640, 0.1), RungReached(1)]


@pytest.fixture
def phase() -> SimpleNamespace:
    """It stops its one job at once."""
    heard = []
    return SimpleNamespace(
        heard=heard,
        suggest=lambda: SimpleNamespace(number=3),
        on_events=lambda number, events: heard.append((number, events)),
        is_over=lambda number: bool(heard),
    )


def test_a_trial_that_is_stopped_is_heard_once_although_tune_hands_over_its_last_result_again(phase):
    searcher = StudySearcher([phase], print)
    scheduler, trial, result = StudyScheduler(searcher), SimpleNamespace(trial_id="one"), pack_events(EVENTS)
    searcher.suggest("one")
    assert "STOP" == scheduler.on_trial_result(None, trial, copy(result))
    searcher.on_trial_complete("one", result=copy(result))
    assert [(3, EVENTS)] == phase.heard


def test_a_trial_that_is_over_by_itself_is_heard_when_it_is_complete(phase):
    searcher = StudySearcher([phase], print)
    searcher.suggest("one")
    searcher.on_trial_complete("one", result=pack_events(EVENTS))
    assert [(3, EVENTS)] == phase.heard
