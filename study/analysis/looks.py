"""Can short trainings be trusted? What each look of a study is known to tell, and what follows."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite

from ganprune.objective import Objectives
from study.analysis.recorded_trainings import recorded_like
from study.analysis.short_trainings import Epochs, ShortTrainings, Told
from study.records.study import StudyLog
from study.settings.policy import Policy

LEAST = Policy().least_rank


@dataclass(frozen=True)
class Look:
    epochs: Epochs
    told: Told
    own: bool = False  # of methods that train for themselves

    @property
    def trusted(self) -> bool:
        return self.told.trusted(LEAST)

    @property
    def name(self) -> str:
        return "{} of {}".format(*self.epochs) + " (own trainings)" * self.own


def looks(log: StudyLog, by: Objectives) -> list[Look]:
    """Those of which something is known, by how long the whole training is."""
    short = ShortTrainings(log.ended, recorded_like(log.header))
    ends = {trial.settings.train.epochs for trial in log.trials.values()}
    known = sorted((own, end, epoch) for (epoch, end), own in short.kinds if end in ends)
    each = [Look((epoch, end), short.tell((epoch, end), by, own), own) for own, end, epoch in known]
    return [look for look in each if look.told.ranks and isfinite(look.told.ranks.value)]


def sentence(known: list[Look]) -> str:
    """What follows from it."""
    trusted = _listed(look.name for look in known if look.trusted)
    if not trusted:
        return "No look is known to tell how a training ends, so none stops a trial."
    return f"A look after {trusted} epochs tells how a training ends and may stop trials; none stops any elsewhere."


def _listed(names: Iterable[str]) -> str:
    *others, last = [*names] or [""]
    return f"{', '.join(others)} or {last}" if others else last
