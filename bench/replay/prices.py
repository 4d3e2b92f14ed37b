"""What a point of each method has cost in a study, as its records tell."""

from collections import defaultdict

from study.records.study import StudyLog, TrialLog

HEAD = ["| method | trials | points | pictures a point | seconds a point |", "|---|---|---|---|---|"]


def prices(log: StudyLog) -> str:
    """A markdown row a method, of all its points. Where trainings are shared, the trial that trained has paid."""
    by_method: dict[str, list[TrialLog]] = defaultdict(list)
    for trial in log.ended:
        by_method[trial.settings.prune.method].append(trial)
    return "\n".join([*HEAD, *(_row(method, trials) for method, trials in sorted(by_method.items()))])


def _row(method: str, trials: list[TrialLog]) -> str:
    points = sum(len(trial.points) for trial in trials)
    images, seconds = (sum(getattr(trial.ended, cost) for trial in trials) for cost in ("images", "seconds"))
    each = f"{images / points:,.0f} | {seconds / points:.1f}" if points else "– | –"
    return f"| {method} | {len(trials)} | {points} | {each} |"
