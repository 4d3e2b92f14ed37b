"""Costly methods, which train for themselves or train agents: they take part in a study whose budget has room for them.

What others share, each of their trials pays for; with fewer trainings of so many of them little would be found, and
others would go short.
"""

import math
from dataclasses import replace

from ganprune.pace import Pace
from study.records.study import StudyLog
from study.search.confirm_phase import SHARE
from study.settings.arguments import spelled
from study.settings.plan import Plan

TRAININGS = 20  # the longest that the space has


def with_costly(plan: Plan, pace: Pace, log: StudyLog) -> tuple[Plan, str]:
    """The plan with those that its space holds ready, or without; and a sentence that says which, and why."""
    space = plan.space
    if not space.costly:
        return plan, ""
    names = f"costly methods ({', '.join(space.costly)}) take"
    rooms = _rooms(plan, pace, log.header["data"]["train"])
    short = {enough: room for enough, room in rooms.items() if room < TRAININGS}
    if any(trial.settings.prune.method in space.costly for trial in log.trials.values()):
        told = f"{names} part, as before"
    elif not short:
        told = f"{names} part: there is room for {TRAININGS} of their trainings"
    else:
        room, enough = int(min(short.values())), " and ".join(short)
        return plan, f"{names} no part: of {TRAININGS} of their trainings there is room for {room}; {enough} would do"
    return replace(plan, space=space.with_costly()), told


def _rooms(plan: Plan, pace: Pace, pictures: int) -> dict[str, float]:
    """For how many each limit has room, if nothing else were tried; by the one that would do."""
    space, rooms = plan.space, {}
    if plan.trials:
        rooms[f"TRIALS={TRAININGS}"] = plan.trials
    if plan.seconds:
        scoring = len(space.epochs) * pace.score_seconds
        longest = max(space.epochs) * pace.epoch_seconds(space.train, pictures) + scoring
        needed = TRAININGS * longest / plan.workers / (1 - SHARE)
        rooms[f"TIME={spelled(60 * math.ceil(needed / 60))}"] = TRAININGS * plan.seconds / needed
    return rooms
