"""What a person reads while a study runs is what its records say."""

import io
import re
from dataclasses import replace

import pytest

from ganprune.pace import Pace
from ganprune.point import EpochTrained, Finished, Scored
from study.analysis.pareto import front, hypervolume
from study.commands.console import Screen
from study.records.journal import Records


@pytest.fixture
def records(tmp_path, space, scored) -> Records:
    """A study that goes on: one trial has ended before."""
    records = Records(tmp_path / "study.jsonl")
    records.study(name="toy", data={"name": "toys", "train": 640})
    _trial(records, space, scored, 0)
    return records


def _trial(records: Records, space, scored, number: int, state: str = "completed") -> list:
    """Record a trial; the events that a screen hears of it."""
    settings = space.settings(space.first[0] | {"percentage.threshold": 50.0 + number}, 1, 0)
    records.asked(number, settings, {})
    points = [scored(number, settings, 90.0 - 7 * number, None, skill=0.1 * number, ssim=0.9)]
    points.append(scored(number, settings, 0.0, 0.0, ssim=1.0))
    for point in points:
        records.point(point)
    if state in ("completed", "diverged"):
        records.ended(number, state, 1.0, 0)
    return [*(Scored(point, b"") for point in points), Finished(state)]


def test_after_every_trial_it_tells_the_front_of_all_points(records, plan, space, scored):
    shown = io.StringIO()
    screen = Screen(shown)
    screen.begin(plan, Pace(), 10**6, records.log)
    for number in range(1, 6):
        for event in _trial(records, space, scored, number):
            screen.on_event(number, event)
        line = shown.getvalue().splitlines()[-1]
        points = records.log.points
        assert f"{number + 1} of 6 trials ended, {len(front(points))} points on the front" in line
        assert float(re.search(r"hypervolume ([\d.]+)", line)[1]) == pytest.approx(hypervolume(points), abs=6e-4)
    screen.end()


def test_whether_methods_that_train_for_themselves_take_part_is_said_at_the_start(records, plan):
    shown = io.StringIO()
    records.call(6, None, 1, "they take no part")
    Screen(shown).begin(plan, Pace(), 10**6, records.log)
    assert "they take no part" in shown.getvalue().splitlines()


def test_it_tells_how_fast_it_trains_and_how_busy_a_gpu_is(records, plan, space, scored):
    class Busy:
        share = 0.934

    shown = io.StringIO()
    screen = Screen(shown)
    screen.begin(plan, Pace(), 10**6, records.log, Busy())
    events = _trial(records, space, scored, 1)
    for event in [EpochTrained(1, 0.7, 1.3, 25_600, 1.0)] * 2 + events:
        screen.on_event(1, event)
    line = shown.getvalue().splitlines()[-1]
    assert line.endswith(f"images/s, GPU 93% busy with {plan.workers} lanes")
    assert 0 < float(re.search(r"([\d,]+) images/s", line)[1].replace(",", "")) <= 51_200


def test_the_last_words_name_an_export_only_where_there_is_something_to_export(records, plan, space, scored, tmp_path):
    shown = io.StringIO()
    screen = Screen(shown)
    screen.begin(plan, Pace(), 10**6, records.log)
    screen.farewell(tmp_path, plan)
    assert f"make export NAME={plan.name}" in shown.getvalue()
    for name, point in records.log.trials[0].points.items():
        records.log.trials[0].points[name] = replace(point, eligible=False, scores=point.scores | {"skill": -1.0})
    records.log.header["spec"] = {"samples": 1000}
    shown.truncate(0)
    screen.farewell(tmp_path, plan)
    assert "make export" not in shown.getvalue()
    assert "There is no front to show" in shown.getvalue()
    assert "next: make ui | make study" in shown.getvalue()


def test_it_begins_with_what_is_translated_into_what(records, plan):
    records.log.header["spec"] = {"task": "edges", "direction": "BtoA"}
    shown = io.StringIO()
    Screen(shown).begin(plan, Pace(), 10**6, records.log)
    assert (
        "study toy: toys; TASK=edges: A = edges of a picture, B = the picture; the network draws A from B"
        in (shown.getvalue().splitlines()[0])
    )


def test_a_trial_that_will_be_tried_again_has_not_ended(records, plan, space, scored):
    shown = io.StringIO()
    screen = Screen(shown)
    screen.begin(plan, Pace(), 10**6, records.log)
    for event in _trial(records, space, scored, 1, "out_of_memory"):
        screen.on_event(1, event)
    assert "1 of 6 trials ended" in shown.getvalue().splitlines()[-1]
