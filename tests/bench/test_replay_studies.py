"""Replayed studies: the clock, the shared store, what a comparison counts."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, pairwise

import pytest

from bench.record import AVERAGED
from bench.replay.__main__ import contestants
from bench.replay.baselines import Competent, Naive
from bench.replay.clock import run
from bench.replay.compare import goal, history, on_report
from bench.replay.ours import Ours
from bench.replay.world import unprejudiced
from bench.yardstick import SWEPT
from ganprune.config import TrialSettings
from ganprune.point import EpochTrained, Finished, Scored
from ganprune.trial import Event
from study.analysis.pareto import front, hypervolume
from study.search.jobs import Job
from study.settings.policy import Policy
from tests.bench.worlds import world


class Fixed:
    """Trials of so many seconds each, without any search."""

    def __init__(self, seconds: list[float]):
        self._seconds, self._asked, self.heard = seconds, 0, []

    def suggest(self) -> Job | None:
        self._asked += 1
        return Job(self._asked - 1, TrialSettings()) if self._asked <= len(self._seconds) else None

    def on_event(self, number: int, event: Event) -> None:
        self.heard.append((number, type(event).__name__))

    def is_over(self, number: int) -> bool:
        return False

    def story(self, job: Job) -> Iterator[Event]:
        yield EpochTrained(1, 0.0, 0.0, 10, self._seconds[job.number])
        yield Finished("completed")


@pytest.mark.parametrize(("workers", "seconds"), [(1, [3, 4, 6]), (2, [1, 3, 3]), (3, [1, 2, 3])])
def test_workers_share_the_trials_and_the_clock(workers, seconds):
    assert [ended.seconds for ended in run(Fixed([3, 1, 2]), workers)] == seconds


def test_images_of_trials_that_are_still_running_count_too():
    assert [ended.images for ended in run(Fixed([3, 1, 2]), 3)] == [10, 20, 30]


def test_a_naive_trial_pays_all_its_epochs_and_gives_one_point():
    ended = list(run(Naive(world(), 5, seed=0), workers=1))
    assert [len(each.points) for each in ended] == [1] * 5
    epochs = [each.points[0].epoch for each in ended]
    assert [each.images for each in ended] == [1152 * sum(epochs[: place + 1]) for place in range(5)]


def test_the_same_seed_replays_the_same_study_and_another_one_does_not():
    first, again, other = (list(history(Naive(world(), 12, seed), 2)) for seed in (1, 1, 2))
    assert first == again != other


def test_a_competent_trial_sweeps_the_drawn_method():
    ended = next(run(Competent(world(), 1, seed=0), workers=1))
    assert len({point.threshold for point in ended.points}) == len(SWEPT) + 1
    assert len({point.method for point in ended.points}) == 1


def _told(events: Iterator[Event]) -> list[tuple]:
    """A trial's story without its figures."""
    return [
        (type(event).__name__, *((event.point.epoch, event.point.target) if isinstance(event, Scored) else ()))
        for event in events
    ]


def test_a_replayed_trial_tells_the_story_that_a_real_one_tells(evaluator, settings):
    """Its epochs, looks and points in their order; and for another method what the store has is not trained again."""
    ours = Ours(world(), Policy(), seed=0)
    magnitude = settings.prune.model_copy(update={"method": "magnitude", "own": {"threshold": 0.6}})
    for number, each in enumerate((settings, settings.model_copy(update={"prune": magnitude}))):
        job = Job(number, each, rungs=(2,))
        assert _told(job.run(evaluator)) == _told(ours.story(job))


def test_two_networks_of_one_setting_are_two_trainings(settings):
    ours = Ours(world(), Policy(), seed=0)
    wide = settings.model_copy(update={"model": settings.model.model_copy(update={"width": 16})})
    for each in (settings, wide):
        assert ["EpochTrained"] * 3 == [name for name, *_ in _told(ours.story(Job(0, each)))][:3]


def test_ours_trains_no_epoch_of_a_setting_twice():
    """Other methods on a trained model cost no images."""
    ended = list(islice(run(Ours(unprejudiced(world()), Policy(siblings="always", centre=False), seed=0), 1), 6))
    paid = [after.images - before.images for before, after in pairwise(ended)]
    assert paid[:2] == [0, 0]
    assert max(paid) > 0


def test_every_contestant_of_the_command_can_be_replayed():
    for name, make in contestants(unprejudiced(world()), world()):
        assert next(run(make(0), 2)).points, name


def test_ours_stops_what_is_behind_and_that_saves_training():
    def spent(policy: Policy) -> tuple[int, int]:
        ended = list(islice(run(Ours(world(), policy, seed=3), workers=2), 40))
        return ended[-1].images, sum(not any(point.eligible for point in each.points) for each in ended)

    stopping, patient = spent(Policy(first_rung=0.25, least_rank=None)), spent(Policy(first_rung=None))
    assert stopping[1] > patient[1] == 0


def test_the_front_is_chosen_by_search_scores_and_worth_what_report_scores_say():
    pruned = world().pruned(0, world().settings({"lr_g": 1e-3, "lr_ratio": 2.0, "epochs": 200}, 0), AVERAGED, 200)
    points = [pruned.score(target).point for target in (0.0, 0.5, 0.75)]
    lucky = replace(points[1], scores=points[1].scores | {"fcd": 0.0, "skill": 1.0, "skill_report": 0.1})
    assert front([*points[:2], lucky])[-1] is lucky
    assert on_report(front([points[0], lucky])) < on_report(front(points[:2])) < hypervolume([lucky])


def test_points_from_few_pictures_never_stand_on_the_front():
    pruned = world().pruned(0, world().settings({"epochs": 200}, 0), AVERAGED, 200)
    few, full = pruned.score(0.5, few=True).point, pruned.score(0.5).point
    assert front([few, full]) == [full]
    assert few.scores["fcd"] != full.scores["fcd"]


def test_the_naive_study_itself_reaches_its_goal_at_its_own_pace():
    target = goal(world(), seed=0)
    assert target.reached_by(Naive(world(), 40, seed=0)) == target.naive
    assert target.naive.images <= target.end.images


def test_ours_reaches_the_naive_front_with_less_training():
    target = goal(world(), seed=0)
    assert target.reached_by(Ours(unprejudiced(world()), Policy(), seed=0)).images < target.naive.images / 2
