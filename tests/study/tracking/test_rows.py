"""Which point a run shows, and which figures of a point are told."""

import copy
import math
from dataclasses import replace

import pytest

from ganprune.objective import COSTS, objectives, qualities
from study.analysis.findings import findings
from study.report.tables import front_rows
from study.tracking import rows
from study.tracking.notes import NOTE
from tests.study.poor_studies import POOR


def test_a_trial_near_the_best_dense_generator_shows_its_sparsest_point_there(log):
    found = findings(log)
    other = next(trial for trial in log.ended if trial.points and trial.number != found.answer.trial)
    near = {p.id: replace(p, scores=p.scores | {"fcd": found.dense.scores["fcd"]}) for p in other.points.values()}
    other.points = near
    point, why = rows.shown(other, found)
    assert (other.curve[-1].sparsity, rows.NEAR) == (point.sparsity, why)


@pytest.mark.parametrize("cost", COSTS)
@pytest.mark.parametrize("quality", qualities())
def test_a_trial_has_a_dozen_plain_metrics_at_most_whatever_is_searched_for(log, cost, quality):
    trial, by = log.trials[0], objectives(cost, quality)
    trial.own.scores.update({by.cost.metric: 1.0, by.quality.metric: 1.0})
    told = {row.key for row in rows.summary(trial, by)}
    assert {by.cost.metric, by.quality.metric, "sparsity", "skill", "ssim"} <= told
    assert len(told) <= 12


def test_runs_can_be_sorted_by_model_task_and_direction(log):
    model = {"model": {"name": "cyclegan"}}
    log.header["spec"] |= {"task": "cat:dog", "direction": "BtoA", "searched": model}
    about = {"model": "cyclegan", "task": "cat:dog", "direction": "BtoA"}
    for tags in (rows.tags(log.trials[0], log.header), rows.study_tags(findings(log), "front.json")):
        assert about.items() <= {tag.key: tag.value for tag in tags}.items()


@pytest.mark.parametrize("lack", POOR)
def test_whatever_a_study_lacks_its_runs_tell_what_it_has(log, lack):
    lack(log)
    found = findings(log)
    assert 2 * len(found.front) == len(rows.front_rows(found, 1))
    assert len(found.front) == len(front_rows(found))
    assert len(log.ended) == len(rows.hypervolume_rows(found))
    assert found.sentence in {tag.key: tag.value for tag in rows.study_tags(found, "front.json")}[NOTE]
    for trial in log.trials.values():
        assert bool(trial.points) == bool(rows.curve(trial))
        assert bool(trial.points) == ("point" in rows.marks(trial, found, 0))


def test_infinity_is_left_out(log):
    point = log.trials[0].own
    sick = replace(point, scores=point.scores | {"fcd": math.inf, "kcd": math.nan})
    assert not {"curve/fcd", "curve/kcd"} & {row.key for row in rows.point_rows(sick, log.trials[0])}


def test_points_of_earlier_epochs_are_curves_of_their_own_and_those_of_few_pictures_none(log):
    trial = copy.deepcopy(log.trials[0])
    earlier = replace(trial.own, id="earlier", epoch=trial.own.epoch - 1)
    look = replace(earlier, id="look", epoch=trial.own.epoch - 2, n_samples=250)
    before = rows.curve(trial)
    trial.points |= {point.id: point for point in (earlier, look)}
    added = [row for row in rows.curve(trial) if row not in before]
    assert len(before) + len(added) == len(rows.curve(trial))
    assert {f"curve-e{earlier.epoch}"} == {row.key.partition("/")[0] for row in added}
    assert earlier.scores["fcd"] in [row.value for row in added if row.key.endswith("/fcd")]
