"""What our study saves: images trained until the naive study's final front, replayed from recorded trainings.

A study that does not come there with the images of the naive study's 40 trials counts as if it came there with them:
that is for the competent study and, of ours, nearly never the case.
"""

from bench.figure import Figure, figure
from bench.replay.baselines import Competent
from bench.replay.clock import Study
from bench.replay.compare import Goal, goal
from bench.replay.ours import Ours
from bench.replay.world import recorded, unprejudiced
from study.settings.policy import Policy

SEEDS = range(25)
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
    ]


def images(goal: Goal, study: Study) -> int:
    state = goal.reached_by(study)
    return state.images if state else goal.end.images
