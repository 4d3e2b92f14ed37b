"""What a report says of short trainings."""

from math import nan

from study.analysis.looks import Look, looks, sentence
from study.analysis.rank_correlation import RankCorrelation
from study.analysis.short_trainings import Told
from study.records.study import StudyLog, TrialLog
from tests.study.analysis.test_recorded_trainings import header


def _look(epoch: int, low: float) -> Look:
    return Look((epoch, 40), Told(12, RankCorrelation(0.8, low, 0.9)))


def test_the_sentence_says_where_trials_may_be_stopped():
    told = sentence([_look(10, -0.5), _look(20, 0.4), _look(30, 0.5)])
    assert told.startswith("A look after 20 of 40 or 30 of 40 epochs tells")
    assert sentence([_look(10, -0.5)]).startswith("No look is known")
    assert sentence([]).startswith("No look is known")


def test_looks_are_of_trainings_as_long_as_the_study_has(space):
    settings = space.settings({"epochs": 2}, channels=1, seed=0).with_train(epochs=120)
    log = StudyLog(header("digits-cpu"), trials={0: TrialLog(0, settings, {}, 0.0)})
    known = looks(log, log.objectives)
    assert [(40, 120), (80, 120)] == [look.epochs for look in known]
    assert all(look.trusted for look in known)


def test_what_is_the_same_for_all_tells_nothing():
    assert not Told(20, RankCorrelation(nan, -1.0, 1.0)).trusted(0.3)
