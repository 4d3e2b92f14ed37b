"""Between Tune and the phases: nothing that a trial tells is heard twice, and none is waited for beyond its time."""

import time
from copy import copy
from types import SimpleNamespace

import pytest

from ganprune.errors import UserError
from ganprune.point import EpochTrained, RungReached
from study.workers import searcher as module
from study.workers.handed import pack_events, pack_waiting
from study.workers.searcher import PATIENCE, Searcher, StudyScheduler, StudySearcher, Trial

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
    scheduler, trial, result = StudyScheduler(searcher), _trial("one"), pack_events(EVENTS)
    searcher.suggest("one")
    assert "STOP" == scheduler.on_trial_result(None, trial, copy(result))
    searcher.on_trial_complete("one", result=copy(result))
    assert [(3, EVENTS)] == phase.heard


def test_a_trial_that_is_over_by_itself_is_heard_when_it_is_complete(phase):
    searcher = StudySearcher([phase], print)
    searcher.suggest("one")
    searcher.on_trial_complete("one", result=pack_events(EVENTS))
    assert [(3, EVENTS)] == phase.heard


def test_what_a_phase_cannot_write_is_kept_and_nothing_is_taken_in_or_handed_out_any_more(phase):
    """Tune would log it, begin the trial again, and fail at its next result."""
    full, heard = UserError("cannot write"), []

    def on_events(number, events):
        heard.append(events)
        raise full

    phase.on_events = on_events
    searcher = StudySearcher([phase], print)
    for name in ("one", "other"):
        searcher.suggest(name)
    searcher.on_trial_complete("one", result=pack_events(EVENTS))
    searcher.on_trial_result("other", pack_events(EVENTS))
    assert (full, [EVENTS]) == (searcher.error, heard)
    assert searcher.gives_up(["other"])
    assert searcher.is_over("other")
    searcher.on_trial_complete("other", error=True)
    assert Searcher.FINISHED == searcher.suggest("more")
    assert [EVENTS] == heard


def test_a_trial_that_cannot_be_written_down_is_not_begun(phase):
    phase.suggest = lambda: _raise(UserError("cannot write"))
    searcher = StudySearcher([phase], print)
    assert Searcher.FINISHED == searcher.suggest("one")
    assert "cannot write" == str(searcher.error)


def _trial(name: str, **more) -> SimpleNamespace:
    """Of Tune's, with an actor that can be told to let go."""
    actor = SimpleNamespace(let_go=SimpleNamespace(remote=lambda: None))
    return SimpleNamespace(trial_id=name, temporary_state=SimpleNamespace(ray_actor=actor), **more)


def _raise(error: Exception):
    raise error


class Controller:
    """Tune's, as far as a scheduler may ask it; time goes on a second with every look."""

    def __init__(self, monkeypatch, phase, deadline: float):
        self.now, self.trials, self.told = time.time(), {}, []
        monkeypatch.setattr(module, "time", SimpleNamespace(time=lambda: self.now))
        self._searcher = StudySearcher([phase], self.told.append, deadline)
        self._scheduler = StudyScheduler(self._searcher)

    def hand_out(self, name: str, status: str) -> None:
        self._searcher.suggest(name)
        self.trials[name] = _trial(name, status=status)

    def hear(self, name: str, result: dict) -> None:
        self._scheduler.on_trial_result(self, self.trials[name], result)

    def look(self, seconds: int) -> None:
        for _ in range(seconds):
            self.now += 1
            self._scheduler.choose_trial_to_run(self)

    def get_live_trials(self) -> set:
        return self.get_trials()

    def get_trials(self) -> list:
        return [trial for trial in self.trials.values() if trial.status != Trial.TERMINATED]

    def stop_trial(self, trial: SimpleNamespace) -> None:
        trial.status = Trial.TERMINATED
        self._searcher.on_trial_complete(trial.trial_id)

    def asks_for_more(self) -> bool:
        return Searcher.FINISHED != self._searcher.suggest("more")


@pytest.fixture
def endless(phase) -> SimpleNamespace:
    phase.is_over = lambda number: False
    return phase


@pytest.fixture
def controller(monkeypatch, endless) -> Controller:
    """Of a study that has a minute."""
    return Controller(monkeypatch, endless, time.time() + 60)


def test_once_time_is_up_trials_that_no_worker_runs_are_waited_for_no_more(controller):
    controller.hand_out("lane", Trial.RUNNING)
    controller.hand_out("process", Trial.PENDING)
    controller.hear("lane", pack_waiting())
    controller.look(59)
    assert 2 == len(controller.get_trials())
    controller.look(2)
    assert [] == controller.get_trials()
    assert not controller.asks_for_more()
    (line,) = controller.told
    assert line.startswith("time is up, and no trial has run of late")


def test_while_one_trial_runs_the_others_are_waited_for_and_for_a_while_after(controller):
    controller.hand_out("lane", Trial.RUNNING)
    controller.hand_out("process", Trial.PENDING)
    controller.hear("lane", pack_events(EVENTS))
    controller.look(100)
    assert 2 == len(controller.get_trials())
    controller.hear("lane", pack_waiting())
    controller.look(PATIENCE)
    assert 2 == len(controller.get_trials())
    controller.look(1)
    assert [] == controller.get_trials()


def test_without_a_limit_of_time_they_wait_for_ever(monkeypatch, endless):
    controller = Controller(monkeypatch, endless, float("inf"))
    controller.hand_out("process", Trial.PENDING)
    controller.look(10_000)
    assert 1 == len(controller.get_trials())
    assert controller.asks_for_more()
