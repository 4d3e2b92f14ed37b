"""The interval of a setting trained again is what statistics says it is, and the seed that was picked has no part."""

from dataclasses import replace
from math import inf

import numpy as np
import pytest
from scipy import stats

from bench.synthetic import write_study
from study.analysis.intervals import TOLD, confirmations, setting_intervals, training
from study.analysis.pareto import front
from study.records.journal import Records, read
from study.records.study import StudyLog
from tests.study.scored_again import confirmed, score_again, without_other_seeds


@pytest.fixture
def log(tmp_path) -> StudyLog:
    log = write_study(tmp_path / "study.jsonl", 12).log
    score_again(log, seeds=2)
    return log


def test_one_setting_has_the_prediction_interval_of_the_textbook():
    fcd = [4.0, 4.4, 3.9, 4.6]
    logs = np.log(fcd)
    scale = stats.sem(logs) * np.sqrt(len(fcd) + 1)  # s * sqrt(1 + 1/n)
    told = setting_intervals({"a": fcd}, {"a": "a"})["a"]
    assert told == pytest.approx(np.exp(stats.t.interval(0.95, 3, logs.mean(), scale)))


def test_the_next_training_lies_within_19_times_of_20():
    numbers, hits = np.random.default_rng(0), []
    for _ in range(1000):
        means = numbers.normal(1, 0.5, 4)
        fcd = np.exp(means[:, None] + numbers.normal(0, 0.2, (4, 3)))  # four settings, two seeds, and the next one
        told = setting_intervals(dict(enumerate(fcd[:, :2])), {setting: setting for setting in range(4)})
        hits += [told[setting][0] <= fcd[setting, 2] <= told[setting][1] for setting in range(4)]
    assert np.mean(hits) == pytest.approx(0.95, abs=0.015)


def test_more_points_of_the_same_trainings_know_no_more():
    few = setting_intervals({"a": [4.0, 4.4], "b": [2.0, 2.1]}, {"a": 1, "b": 2})
    twice = {"a": [4.0, 4.4], "a2": [4.0, 4.4], "b": [2.0, 2.1], "b2": [2.0, 2.1]}
    assert setting_intervals(twice, {"a": 1, "a2": 1, "b": 2, "b2": 2})["a"] == pytest.approx(few["a"])


def test_one_other_seed_alone_has_no_spread_but_may_borrow_it():
    assert setting_intervals({"a": [4.0], "b": [5.0]}, {"a": 1, "b": 2}) == {}
    told = setting_intervals({"a": [4.0], "b": [5.0, 5.5]}, {"a": 1, "b": 2})
    assert told["a"][0] < 4.0 < told["a"][1]


def test_a_training_that_diverged_opens_the_interval_upwards():
    assert setting_intervals({"a": [4.0, 4.2, inf]}, {"a": 1})["a"][1] == inf
    assert setting_intervals({"a": [4.0, inf]}, {"a": 1}) == {"a": (pytest.approx(4.0), inf)}
    assert setting_intervals({"a": [inf]}, {"a": 1}) == {"a": (inf, inf)}


def test_the_seed_that_was_picked_takes_no_part_in_its_settings_interval(log):
    point = front(log.points)[0]
    before = confirmations(log)[point.id]
    log.confirmed[point.id, 0] = confirmed(point.id, 0, 0.001)
    after = confirmations(log)[point.id]
    assert before.setting == after.setting
    assert before.file != after.file


def test_epochs_and_method_do_not_make_another_training(log):
    first = next(iter(log.trials.values())).settings
    longer = first.model_copy(update={"train": first.train.model_copy(update={"epochs": 7, "seed": 3})})
    faster = first.model_copy(update={"train": first.train.model_copy(update={"lr_g": 1.0})})
    assert training(first) == training(longer) != training(faster)


def test_what_is_not_known_is_empty(log):
    without_other_seeds(log)
    row = next(iter(confirmations(log).values())).row()
    assert list(row) == list(TOLD)
    assert [name for name, value in row.items() if value is None] == ["setting_lo", "setting_hi"]


def test_a_confirmation_of_no_known_point_is_passed_over(log):
    log.confirmed["gone", 0] = confirmed("gone", 0, 4.0)
    assert "gone" not in confirmations(log)


def test_a_point_worse_than_a_gaussian_on_report_is_eligible_no_more(log):
    again = next(iter(confirmations(log).values()))
    assert again.rescored.eligible
    assert not replace(again, own=replace(again.own, skill=-0.1)).rescored.eligible


def test_records_keep_every_confirmation(tmp_path, log):
    records = Records(tmp_path / "again.jsonl")
    for each in log.confirmed.values():
        records.confirmed(each)
    assert read(tmp_path / "again.jsonl").confirmed == log.confirmed
