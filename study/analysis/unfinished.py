"""Whether trainings came to their end: a study of unfinished ones does not show what its settings can do."""

from collections.abc import Iterable

from ganprune.point import NO_TIME
from study.records.study import StudyLog

FEW = 0.1  # of the trainings that nothing but time would have ended


def sentence(log: StudyLog) -> str:
    """Empty where more than a few trainings came to their last epoch."""
    whole = [trial for trial in log.ended if trial.last_epoch >= trial.settings.train.epochs]
    cut = [trial for trial in log.ended if trial not in whole and trial.ended.reason.startswith(NO_TIME)]
    if not cut or len(whole) > FEW * len([*whole, *cut]):
        return ""
    many = f"{'Only ' * bool(whole)}{len(whole) or 'None'} of {len(log.ended)} trials came to the end of its training"
    done = _ends(trial.last_epoch for trial in cut)
    asked = _ends(trial.settings.train.epochs for trial in cut)
    return f"{many}: {len(cut)} were stopped by time after {done} of {asked} epochs."


def _ends(epochs: Iterable[int]) -> str:
    least, *_, most = sorted([*epochs] * 2)
    return f"{least} to {most}" if least < most else str(least)
