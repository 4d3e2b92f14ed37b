"""What our study saves: images trained until the naive study's final front, replayed from recorded trainings.

A study that does not come there with the images of the naive study's 40 trials counts as if it came there with them:
that is for the competent study and, of ours, nearly never the case.
"""

from statistics import median

from bench.figure import Figure, figure
from bench.replay.baselines import Competent
from bench.replay.clock import Study
from bench.replay.compare import Goal, goal
from bench.replay.ours import Ours
from bench.replay.recorded import H100, each_left_out, recorded
from bench.replay.world import World, unprejudiced
from study.settings.policy import Policy

SEEDS = range(25)
SEEDS_H100 = range(6)  # of each of its worlds
REACH_NAIVE, REACH_COMPETENT = 10, 2


def figures() -> list[Figure]:
    world = unprejudiced(recorded())
    goals = {seed: goal(world, seed) for seed in SEEDS}
    ours = {seed: images(goals[seed], Ours(world, Policy(), seed)) for seed in SEEDS}
    competent = {seed: images(goals[seed], Competent(world, None, seed)) for seed in SEEDS}
    naive = [goals[seed].naive.images / ours[seed] for seed in SEEDS]
    return [
        figure("training_saved_naive", naive, "times", "higher", REACH_NAIVE),
        figure(
            "training_saved_competent",
            [competent[seed] / ours[seed] for seed in SEEDS],
            "times",
            "higher",
            REACH_COMPETENT,
        ),
        figure("training_saved_competent_h100", [*map(saved_in, each_left_out(H100))], "times", "higher", None),
    ]


def saved_in(world: World) -> float:
    """Images of the competent study / ours, in the middle of its seeds."""
    goals = {seed: goal(world, seed) for seed in SEEDS_H100}
    return median(
        images(goals[seed], Competent(world, None, seed)) / images(goals[seed], Ours(world, Policy(), seed))
        for seed in SEEDS_H100
    )


def images(goal: Goal, study: Study) -> int:
    state = goal.reached_by(study)
    return state.images if state else goal.end.images
