"""Whether trainings came to their end: a study of unfinished ones does not show what its settings can do."""

from collections.abc import Iterable

from study.records.study import StudyLog, TrialLog

FEW = 0.1  # of the trainings that nothing but time would have ended


def sentence(log: StudyLog) -> str:
    """Empty where more than a few trainings came to their last epoch."""
    cut = [trial for trial in log.ended if trial.ended.out_of_time and not _is_whole(trial)]
    whole = sum(map(_is_whole, log.ended)) if cut else 0
    if not cut or whole > FEW * (whole + len(cut)):
        return ""
    many = f"{'Only ' * bool(whole)}{whole or 'None'} of {len(log.ended)} trials came to the end of its training"
    done = _ends(trial.last_epoch for trial in cut)
    asked = _ends(trial.settings.train.epochs for trial in cut)
    return f"{many}: {len(cut)} were stopped by time after {done} of {asked} epochs."


def _is_whole(trial: TrialLog) -> bool:
    return trial.last_epoch >= trial.settings.train.epochs


def _ends(epochs: Iterable[int]) -> str:
    least, *_, most = sorted([*epochs] * 2)
    return f"{least} to {most}" if least < most else str(least)
