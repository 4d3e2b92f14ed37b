"""A card tells the whole truth about a point: every figure, its limits, its lineage."""

import copy
from dataclasses import replace

import pytest

from bench.synthetic import write_study
from ganprune.methods import METHODS
from ganprune.metrics import METRICS
from ganprune.point import NO_TIME, Point
from study.analysis.findings import findings
from study.analysis.pareto import front
from study.analysis.size_baselines import ZEROS
from study.records.study import StudyLog
from study.report import card as cards
from tests.study.scored_again import add_smaller, confirmed, score_again, time_it, without_other_seeds


def card(point: Point, log: StudyLog) -> str:
    return cards.card(point, findings(log))


@pytest.fixture
def log(tmp_path) -> StudyLog:
    return write_study(tmp_path / "study.jsonl", trials=2).log


@pytest.fixture
def point(log):
    return next(point for point in log.points if point.eligible and point.target is None)


def row(text: str, metric: str) -> list[str]:
    """The cells of a metric's row."""
    (line,) = (line for line in text.splitlines() if line.startswith(f"| `{metric}`"))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_every_scored_metric_stands_beside_the_dense_one(log, point):
    text = card(point, log)
    dense = next(other for other in log.trials[point.trial].points.values() if other.target == 0)
    for name in point.scores:
        _, better, pruned, whole = row(text, name)
        assert better == METRICS[name].better
        assert float(pruned.replace(",", "")) == pytest.approx(point.scores[name], rel=1e-3)
        assert float(whole.replace(",", "")) == pytest.approx(dense.scores[name], rel=1e-3)


def test_the_numbers_of_pictures_are_told(log, point):
    text = card(point, log)
    assert f"{point.n_samples:,} generated pictures" in text
    assert "300 real ones" in text


def test_lineage_leads_back_to_run_record_data_and_weights(log, point):
    assert "MLflow run: none" in card(point, log)
    log.runs[point.trial] = "0123abc"
    text = card(point, log)
    for fact in ("0123abc", f"record `{point.id}`", log.header["data"]["fingerprint"], point.weights):
        assert fact in text


def test_what_is_had_without_pruning_comes_before_all_figures(log, point):
    add_smaller(log)
    beginning = card(point, log).partition("| figure")[0]
    assert "As a file, 4-bit dense is smaller and better" in beginning
    assert ZEROS in beginning


def test_the_score_that_counts_stands_first_and_the_searchs_own_says_that_it_is(log, point):
    assert "fcd_report` F" not in card(point, log)
    dense = next(other for other in log.trials[point.trial].points.values() if other.target == 0)
    for each, fcd in ((point, 3.25), (dense, 2.125)):
        log.confirmed[each.id, 0] = confirmed(each.id, 0, fcd)
    text = card(point, log)
    assert row(text, "fcd_report")[2:] == ["3.25", "2.125"]
    assert text.index("`fcd_report`") < text.index("`fcd_referee`") < text.index("| `fcd`")
    assert "as the search saw them" in text


def test_a_dense_generator_that_was_not_scored_again_has_a_dash_there(log, point):
    log.confirmed[point.id, 0] = confirmed(point.id, 0, 3.25)
    assert row(card(point, log), "fcd_report")[2:] == ["3.25", "–"]


def test_the_dense_column_says_whether_it_was_trained_on(log, point):
    assert "before pruning, not trained on" in card(point, log)
    for other in list(log.trials[point.trial].points.values()):
        log.trials[point.trial].points[other.id] = replace(other, images=1280)
    assert "before pruning, trained on as well, with 1,280 pictures" in card(point, log)


def test_latency_stands_beside_the_dense_one_and_says_on_what_it_was_measured(log, point):
    assert "latency" not in card(point, log)
    time_it(log, point)
    text = card(log.trials[point.trial].points[point.id], log)
    assert row(text, "latency_ms")[2:] == ["0.3", "0.25"]
    assert "latency_noise" not in text
    assert "one thread of a processor, nothing else running" in text


def test_a_sound_point_is_not_disparaged(log, point):
    good = replace(point, scores=point.scores | {"skill": 0.8})
    assert "indicative" not in card(good, log)
    assert "Not eligible" not in card(good, log)
    assert "skill is under" not in card(good, log)


def test_limits_are_told_where_they_apply(log, point):
    poor = replace(point, eligible=False, scores=point.scores | {"skill": -0.1})
    few = copy.deepcopy(log)
    few.header["data"]["indicative"] = True
    text = card(poor, few)
    assert "indicative only" in text
    assert "Not eligible" in text
    assert "skill is under" in text


def test_trainings_that_time_stopped_are_told(log, point):
    assert "stopped by time" not in card(point, log)
    for trial in log.trials.values():
        trial.settings = trial.settings.with_train(epochs=1000)
        trial.ended = replace(trial.ended, state="stopped", reason=f"{NO_TIME} after epoch 1")
    assert "were stopped by time" in card(point, log)


def with_own(log: StudyLog, point: Point, **own) -> None:
    """As if the method had these settings."""
    trial = log.trials[point.trial]
    prune = trial.settings.prune.model_copy(update={"own": own})
    trial.settings = trial.settings.model_copy(update={"prune": prune})


def test_a_threshold_is_told_with_its_unit_and_beside_what_else_the_method_knows(log, point):
    unit = METHODS[point.method].Settings.model_fields["threshold"].description
    with_own(log, point, threshold=0.3, scope="layer")
    assert f"with threshold {point.threshold:g}, scope layer ({unit}): " in card(point, log)


def test_a_point_without_a_threshold_is_told_by_its_settings(log, point):
    with_own(log, point, period=2, share=0.5)
    assert f"Pruned by `{point.method}` with period 2, share 0.5: " in card(replace(point, threshold=None), log)


def narrowed(log: StudyLog, point: Point) -> Point:
    """As if channels had gone from it: half of what it takes."""
    half = {name: point.scores[name] / 2 for name in ("params", "macs", "bytes")}
    small = replace(point, scores=point.scores | half)
    log.trials[point.trial].points[point.id] = small
    return small


def test_zeros_make_no_network_faster_and_that_is_told(log, point):
    text = card(point, log)
    assert "weights are zero" in text
    assert " zero |" in text
    assert "sparse kernels" in text


def test_a_smaller_network_is_told_as_one_with_what_is_left(log, point):
    text = card(narrowed(log, point), log)
    assert "weights are gone" in text
    assert " gone |" in text
    assert "sparse kernels" not in text
    assert ZEROS not in text
    assert "50 % of its parameters, 50 % of its MACs, 50 % of its bytes" in text.partition("| figure")[0]
    time_it(log, point)
    assert "120 % of the time a picture takes" in card(log.trials[point.trial].points[point.id], log)


@pytest.mark.parametrize(
    ("along", "told"),
    [(False, "recovered by `distil` for 90 steps, batch"), (True, "for 90 steps along its curve, of which")],
)
def test_what_was_done_after_pruning_is_told(log, point, along, told):
    trial = log.trials[point.trial]
    recovery = {"recovery": "distil", "recovery_steps": 90, "recovery_along": along}
    trial.settings = trial.settings.model_copy(update={"prune": trial.settings.prune.model_copy(update=recovery)})
    assert told in card(point, log)


def test_what_scoring_again_gave_is_told_with_its_two_claims(log, point):
    assert "Scored again" not in card(point, log)
    score_again(log)
    point = front(log.points)[0]
    own = log.confirmed[point.id, 0]
    text = card(point, log)
    assert f"This file: fcd {own.score:.4g} ({own.lo:.4g} to {own.hi:.4g} with other latents)" in text
    assert f"In a second feature network: {own.referee:.4g}." in text
    assert "trained from another seed" in text
    without_other_seeds(log)
    assert "trained from another seed" not in card(point, log)


def test_a_point_that_was_only_screened_has_no_score_before_mending(log, point):
    assert "before anything was mended" in card(point, log)
    assert "before anything was mended" not in card(replace(point, fcd_stale=None), log)


def test_what_is_not_a_number_is_a_dash(log, point):
    text = card(replace(point, scores=point.scores | {"fcd": float("inf")}), log)
    assert row(text, "fcd")[2] == "–"
