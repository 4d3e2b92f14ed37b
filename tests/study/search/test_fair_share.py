"""Methods that train for themselves get no more of the pictures than their part of the methods."""

import pytest

from study.records.study import Ended, TrialLog
from study.search.fair_share import FairShare


@pytest.fixture
def trial(switching):
    """Of a space of two methods that share and one that does not."""

    def make(method: str, images: int) -> TrialLog:
        settings = switching.settings({"method": method}, channels=1, seed=0)
        return TrialLog(0, settings, {}, 0.0, ended=Ended("completed", 0.0, 1.0, images))

    return make


def test_the_sampler_chooses_until_a_third_of_the_methods_has_had_more_than_a_third_of_the_pictures(switching, trial):
    share = FairShare(switching, [])
    assert share.next() is None
    for method, images in (("switching", 500), ("percentage", 700), ("percentage", 300)):
        share.note(trial(method, images))
    assert share.next() is None
    share.note(trial("switching", 1))
    assert {"method": "magnitude"} == share.next()
    share.note(trial("magnitude", 2))
    assert share.next() is None


def test_what_was_recorded_before_counts(switching, trial):
    assert FairShare(switching, [trial("switching", 1)]).next() is not None


def test_where_all_share_or_none_does_the_sampler_chooses(space, switching, trial):
    assert FairShare(space, [trial("percentage", 100)]).next() is None
    alone = switching.model_copy(update={"methods": {"switching": switching.methods["switching"]}})
    assert FairShare(alone, [trial("switching", 100)]).next() is None


def test_a_search_follows_it(call, switching, trial):
    driver = call(space=switching, trials=9)
    driver.search_phase._suggestions._fair_share.note(trial("switching", 10**6))
    jobs = [driver.search_phase.suggest() for _ in range(9)]
    assert "switching" not in {job.settings.prune.method for job in jobs[2:]}
