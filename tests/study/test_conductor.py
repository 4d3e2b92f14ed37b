"""What is tried next, and that nobody hears of anything before it is on disk."""

import math
import time
from dataclasses import dataclass, field, replace

import pytest

from ganprune.point import EpochTrained, Finished, NullLine, Scored
from ganprune.trial import Pace
from study.advisor import Advisor
from study.conductor import FAILURES, Conductor, Job
from study.paths import StudyPaths
from study.records import Records, StudyLog, read

UNLIMITED = Pace()
STEPS = 10  # of an epoch


@dataclass
class Driver:
    """One call of `make study` as far as a conductor is concerned; `heard` is what a listener saw on the disk."""

    conductor: Conductor
    records: Records
    paths: StudyPaths
    heard: list[tuple[int, object, StudyLog]] = field(default_factory=list)

    def listen(self, number: int, event: object) -> None:
        self.heard.append((number, event, read(self.paths.records)))


@pytest.fixture
def paths(tmp_path) -> StudyPaths:
    return StudyPaths(tmp_path / "toy")


@pytest.fixture
def call(plan, paths):
    """Start a driver; calling it again is the next one, after the last was lost."""

    def start(trials: int | None = 6, pace: Pace = UNLIMITED) -> Driver:
        records = Records(paths.records)
        if not records.log.header:
            records.study(name="toy", data={"channels": 1, "train": STEPS * 32})
        advisor = Advisor(plan.space, plan.quality, plan.seed, records.log.ended, paths.journal)
        driver = Driver(None, records, paths)
        driver.conductor = Conductor(
            replace(plan, trials=trials), records, paths, advisor, pace, listeners=[driver.listen]
        )
        return driver

    return start


@pytest.fixture
def points(scored):
    """What a trial would yield, dense model first."""

    def make(job: Job, weights: bytes | None = None) -> list[Scored]:
        low, high = (30.0, 98.0) if job.settings.prune.method == "percentage" else (0.5, 0.9)
        thresholds = [(0.0, 0.0), (job.settings.prune.threshold, None), (low, 0.3), (high, 0.9)]
        return [Scored(scored(job.number, job.settings, *each), b"png", weights) for each in thresholds]

    return make


def _whole(conductor: Conductor, job: Job, points: list[Scored], state: str = "completed") -> None:
    for event in (EpochTrained(1, 0.7, 1.3, 640, 2.0), *points, Finished(state, "why")):
        conductor.hear(job.number, event)


def test_the_first_trial_is_the_papers_and_alone_scores_the_controls(call, plan):
    conductor = call().conductor
    jobs = [conductor.next() for _ in range(3)]
    assert plan.space.settings(plan.space.first[0], channels=1, seed=0) == jobs[0].settings
    assert [0, 1, 2] == [job.number for job in jobs]
    assert [True, False, False] == [job.controls for job in jobs]


def test_the_budget_counts_every_trial_the_diverged_and_failed_ones_too(call, points):
    conductor = call(trials=4).conductor
    for state in ("completed", "diverged", "failed", "stopped"):
        job = conductor.next()
        _whole(conductor, job, points(job) if state == "completed" else [], state)
    assert conductor.next() is None


def test_trials_that_fail_one_after_the_other_end_a_study_before_its_budget(call):
    """The disk is full, say: the rest of the budget would be used up in seconds. One that ends well forgives them."""
    conductor = call(trials=100).conductor
    for state in ["failed"] * (FAILURES - 1) + ["diverged"] + ["failed"] * FAILURES:
        assert not conductor.gave_up
        _whole(conductor, conductor.next(), [], state)
    assert "why" == conductor.gave_up
    assert conductor.next() is None


def test_asking_for_more_later_continues(call, points):
    first = call(trials=2).conductor
    for _ in range(2):
        job = first.next()
        _whole(first, job, points(job))
    assert call(trials=2).conductor.next() is None
    second = call(trials=3).conductor
    assert 2 == second.next().number
    assert second.next() is None


def test_without_a_number_only_time_ends_a_study(call):
    conductor = call(trials=None).conductor
    assert list(range(30)) == [conductor.next().number for _ in range(30)]


def test_no_trial_is_begun_that_has_no_time_for_an_epoch_and_two_points(call):
    def next_with(seconds: float) -> Job | None:
        return call(pace=Pace(time.time() + seconds, step_seconds=10 / STEPS, score_seconds=5)).conductor.next()

    assert next_with(19) is None
    assert next_with(25) is not None


def test_what_was_asked_is_on_disk_before_it_is_handed_out(call):
    driver = call()
    job = driver.conductor.next()
    assert job.settings == read(driver.paths.records).trials[job.number].settings


def test_a_listener_finds_on_disk_what_it_hears(call, points):
    driver = call()
    job = driver.conductor.next()
    _whole(driver.conductor, job, points(job, weights=b"weights"))
    for number, event, log in driver.heard:
        if isinstance(event, Scored):
            assert event.point == log.trials[number].points[event.point.id]
            assert b"png" == (driver.paths.samples / f"{event.point.id}.png").read_bytes()
            assert b"weights" == driver.paths.kept(event.point.id).read_bytes()
        if isinstance(event, Finished):
            assert ("completed", "why") == (log.trials[number].ended.state, log.trials[number].ended.reason)
    assert 6 == len(driver.heard)


def test_a_null_line_is_on_disk_too(call):
    driver = call()
    job = driver.conductor.next()
    null = NullLine("random control", "by lot", 0.5, {"fcd": 9.0}, 1000)
    driver.conductor.hear(job.number, null)
    assert [null] == list(driver.heard[0][2].nulls.values())


def test_the_advisor_is_told_only_what_is_on_disk(call, points, monkeypatch):
    driver, told = call(), []
    monkeypatch.setattr(Advisor, "tell", lambda self, trial: told.append((trial.number, read(driver.paths.records))))
    job = driver.conductor.next()
    _whole(driver.conductor, job, points(job))
    ((number, log),) = told
    assert log.trials[number].ended
    assert 4 == len(log.trials[number].points)


def test_an_event_that_cannot_be_recorded_is_told_to_nobody(call, points, monkeypatch):
    driver = call()
    job = driver.conductor.next()
    monkeypatch.setattr(Records, "_append", lambda self, text: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        driver.conductor.hear(job.number, points(job)[0])
    assert [] == driver.heard


def test_interrupted_trials_go_first_with_their_old_ids_and_settings(call, points):
    lost = call(trials=5).conductor
    jobs = [lost.next() for _ in range(3)]
    _whole(lost, jobs[1], points(jobs[1]))
    lost.hear(jobs[2].number, points(jobs[2])[0])

    again = call(trials=5)
    resumed = [again.conductor.next() for _ in range(2)]
    assert [(jobs[0].number, jobs[0].settings), (jobs[2].number, jobs[2].settings)] == [
        (job.number, job.settings) for job in resumed
    ]
    assert [True, False] == [job.controls for job in resumed]
    assert [3, 4] == [again.conductor.next().number for _ in range(2)]
    assert again.conductor.next() is None
    for job in resumed:
        _whole(again.conductor, job, points(job))
    assert {0, 1, 2} == {trial.number for trial in read(again.paths.records).ended}


def test_points_scored_again_after_a_loss_are_recorded_once(call, points):
    lost = call().conductor
    job = lost.next()
    for event in points(job)[:2]:
        lost.hear(job.number, event)
    again = call()
    job = again.conductor.next()
    _whole(again.conductor, job, points(job))
    lines = again.paths.records.read_text().splitlines()
    assert 4 == sum('"kind": "point"' in line for line in lines) == len(read(again.paths.records).points)


def test_a_trial_tells_what_it_cost(call, points):
    driver = call()
    job = driver.conductor.next()
    tuned = [replace(each, point=replace(each.point, images=100)) for each in points(job)]
    _whole(driver.conductor, job, tuned)
    ended = read(driver.paths.records).trials[job.number].ended
    assert 640 + 4 * 100 == ended.images
    assert 0 <= ended.seconds < 60


def test_the_pace_is_the_one_last_seen(call, points):
    conductor = call(pace=Pace(math.inf, 1.0, 1.0)).conductor
    job = conductor.next()
    conductor.hear(job.number, EpochTrained(1, 0.7, 1.3, 640, 20.0))
    conductor.hear(job.number, points(job)[0])
    assert (1.0, 0.5) == (conductor.pace.step_seconds, conductor.pace.score_seconds)
    assert conductor.pace == conductor.next().pace
