"""Calls of `make study` as far as a conductor is concerned: no worker runs, the tests say what trials yield."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from ganprune.pace import Pace
from ganprune.point import EpochTrained, Finished, Scored
from study.analysis.short_trainings import Seen
from study.records.journal import Records, read
from study.records.paths import StudyPaths
from study.records.study import StudyLog
from study.search.jobs import Job
from study.search.optuna_study import OptunaStudy
from study.search.search_phase import SearchPhase
from study.settings.plan import Plan
from study.settings.space import Space

UNLIMITED = Pace()
STEPS = 10  # of an epoch


@dataclass
class Call:
    """One call; `heard` is what a listener saw on the disk."""

    search_phase: SearchPhase
    records: Records
    paths: StudyPaths
    heard: list[tuple[int, object, StudyLog]] = field(default_factory=list)

    def listen(self, number: int, event: object) -> None:
        self.heard.append((number, event, read(self.paths.records)))


def calls(plan: Plan, paths: StudyPaths) -> Callable[..., Call]:
    """Start a driver; calling it again is the next one, after the last was lost."""

    def start(
        trials: int | None = 6, pace: Pace = UNLIMITED, space: Space = plan.space, recorded: Iterable[Seen] = ()
    ) -> Call:
        records = Records(paths.records)
        if not records.log.header:
            records.study(name="toy", data={"channels": 1, "classes": 10, "train": STEPS * 32})
        optuna_study = OptunaStudy(space, plan.objectives, plan.seed, records.log.ended, paths.journal)
        driver = Call(None, records, paths)
        driver.search_phase = SearchPhase(
            replace(plan, trials=trials, space=space),
            records,
            paths,
            optuna_study,
            pace,
            listeners=[driver.listen],
            recorded=recorded,
        )
        return driver

    return start


def whole(search_phase: SearchPhase, job: Job, points: list[Scored], state: str = "completed") -> None:
    for event in (EpochTrained(1, 0.7, 1.3, 640, 2.0), *points, Finished(state, "why")):
        search_phase.on_event(job.number, event)
