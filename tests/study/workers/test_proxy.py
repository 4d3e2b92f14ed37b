"""What stands in Tune's list for a trial never keeps Tune waiting for a lane."""

from types import SimpleNamespace

import pytest
from ray.exceptions import ActorDiedError

from study.workers import proxy as module
from study.workers.handed import EVENTS, JOB, WAITS
from study.workers.hired import Hired
from study.workers.proxy import LaneProxy


class Actor:
    """A worker as Ray hands it over; `begins`: what it answers, one after the other."""

    def __init__(self, *begins: bool | Exception):
        self.begin = SimpleNamespace(remote=lambda *given: _answer(next(answers)))
        self.fetch = SimpleNamespace(remote=lambda name: {EVENTS: [b"epoch"]})
        self.end_former = self.__ray_ready__ = SimpleNamespace(remote=lambda *given: None)
        answers = iter(begins)


def _answer(given: bool | Exception) -> bool:
    if isinstance(given, Exception):
        raise given
    return given


@pytest.fixture
def proxy(monkeypatch):
    """Of these workers."""
    here = SimpleNamespace(get=lambda answer: answer, wait=lambda asked, timeout: (asked, []))
    monkeypatch.setattr(module, "ray", here)
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(LaneProxy, "trial_id", "one")

    def make(*actors: Actor) -> LaneProxy:
        made = object.__new__(LaneProxy)
        made.setup({JOB: b"job"}, [Hired(actor, 1) for actor in actors])
        return made

    return make


def test_it_tells_that_it_waits_until_a_worker_has_room(proxy):
    waiting = proxy(Actor(False, False), Actor(False, True))
    assert waiting.step()[WAITS]
    assert [b"epoch"] == waiting.step()[EVENTS]
    assert [b"epoch"] == waiting.step()[EVENTS]


def test_one_dead_worker_is_passed_over_and_where_all_are_dead_it_is_an_error(proxy):
    assert [b"epoch"] == proxy(Actor(ActorDiedError()), Actor(True)).step()[EVENTS]
    with pytest.raises(ActorDiedError):
        proxy(Actor(ActorDiedError()), Actor(ActorDiedError())).step()
