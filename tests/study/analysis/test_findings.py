"""What a reader takes away of a study; of a real one, too: eight trials on a GPU, all of them cut short."""

import json
import tarfile
from dataclasses import replace

import pytest

from bench.synthetic import write_study
from study.analysis.figures import percent
from study.analysis.findings import Findings, findings
from study.records.journal import read
from study.records.study import StudyLog
from study.report.page import command
from study.report.tables import pareto_json
from tests.study.scored_again import confirmed, score_again


@pytest.fixture
def log(tmp_path) -> StudyLog:
    """Scored again: what was picked loses something on pictures that no search saw, dense nothing."""
    log = write_study(tmp_path / "study.jsonl", 20).log
    score_again(log, seeds=0, worse=1.04)
    dense = findings(log).dense
    log.confirmed[dense.id, 0] = confirmed(dense.id, 0, dense.scores["fcd"], 0.0)
    return log


def test_headline_verdict_and_table_tell_what_no_search_saw(log):
    found, told = findings(log), json.loads(pareto_json(findings(log)))
    scores = {name: each.score for (name, _), each in log.confirmed.items()}
    limit = 1.1 * scores[found.dense.id]
    near = [point for point in found.front if scores[point.id] <= limit and point.sparsity]
    assert told["headline"]["point"] == found.headline.id == near[-1].id
    assert told["headline"]["change"] == pytest.approx(scores[near[-1].id] / scores[found.dense.id] - 1)
    assert near[-1].sparsity < findings(replace(log, confirmed={})).headline.sparsity


def test_an_under_trained_dense_generator_is_one_on_pictures_that_no_search_saw(log):
    assert not findings(log).under_trained
    dense = findings(log).dense
    log.confirmed[dense.id, 0] = replace(log.confirmed[dense.id, 0], skill=0.4)
    assert findings(log).under_trained


def test_without_a_pruned_point_near_dense_the_answer_is_the_knee(log):
    for (name, seed), each in log.confirmed.items():
        if name != findings(log).dense.id:
            log.confirmed[name, seed] = replace(each, score=2 * each.score, lo=2 * each.lo, hi=2 * each.hi)
    found = findings(log)
    assert found.answer == found.knee
    assert found.sentence.startswith("None of the weights can go")
    assert found.lead.startswith(f"The knee of the front, {percent(found.knee.sparsity)}: fcd ")


def test_a_point_that_was_not_scored_again_is_held_against_dense_as_the_search_saw_both(log):
    other = next(point for point in findings(log).points if (point.id, 0) not in log.confirmed and point.sparsity)
    found = findings(log)
    assert found.counted.change(other) == pytest.approx(other.scores["fcd"] / found.dense.scores["fcd"] - 1)
    assert found.counted.change(found.dense) == 0


@pytest.fixture(scope="module")
def found(real_data, tmp_path_factory) -> Findings:
    """Its dense generator was not scored again: that was not done yet."""
    archive = real_data / "gpu-study.tgz"
    if not archive.exists():
        pytest.skip(f"no {archive}")
    folder = tmp_path_factory.mktemp("gpu")
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    return findings(read(next(folder.rglob("study.jsonl"))))


def test_its_headline_is_by_the_searchs_scores_and_says_so(found):
    assert found.sentence == "At least 75 % of the weights can go, perhaps 82 % at +9 % fcd."
    assert found.answer.id == found.headline.id == "t0002-magnitude-0.825598-e9"
    assert "no pruned point was scored again beside dense" in found.counted.scored_by


def test_with_dense_scored_again_it_is_by_what_no_search_saw(found):
    own = replace(found.log.confirmed["t0002-magnitude-0.825598-e9", 0], point=found.dense.id, score=5.5, skill=0.6)
    log = replace(found.log, confirmed=found.log.confirmed | {(found.dense.id, 0): own})
    again = findings(log)
    assert again.answer.id == "t0002-magnitude-0.752164-e9"
    assert (again.counted.score(again.answer), again.counted.score(again.dense)) == (
        pytest.approx(5.796, abs=1e-3),
        5.5,
    )
    assert again.sentence == "75 % of the weights can go at +5 % fcd."
    assert again.counted.scored_by == "Both were scored again, on pictures that no search saw."


def test_no_two_points_of_its_front_are_a_few_weights_apart(found):
    sparsities = [point.sparsity for point in found.front]
    assert len(sparsities) == 13
    assert not {"t0000-sensitivity-1.52328-e8", "t0000-sensitivity-1.87973-e8"} & {point.id for point in found.front}


def test_it_says_that_no_training_ended(found):
    assert found.unfinished.startswith("None of 8 trials came to the end of its training")
    assert "after 1 to 9 of 10 to 100 epochs" in found.unfinished


def test_it_says_what_is_smaller_and_better(found):
    assert found.instead.startswith("As a file, 4-bit dense is smaller and better: 403 kB, fcd 5.40;")


def test_its_settings_are_those_that_were_trained(found):
    assert found.log.trials[2].trained == {
        **{"method": "magnitude", "lr_g": 0.000422, "lr_ratio": 1.0},
        **{"epochs": 9, "recovery_steps": 0},
    }


def test_it_is_made_again_by_what_was_asked(found):
    assert command(found).endswith("TIME=170s")
