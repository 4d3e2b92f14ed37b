"""Our door to Ray Tune's search and scheduling: Tune asks for jobs and hands over results, the phases do the rest.

When a phase has no more jobs and all of its jobs are over, the next one begins.
"""

from collections.abc import Callable, Sequence
from typing import Any

from ray.tune.schedulers import FIFOScheduler, TrialScheduler
from ray.tune.search import Searcher

from ganprune.point import Finished
from study.records.log_file import note
from study.search.jobs import Wait
from study.search.phase import Phase
from study.workers.handed import EVENTS, pack_job, unpack

CRASHES = 3  # of one job's worker, before the job counts as failed


class StudySearcher(Searcher):
    """Keeps no state of its own: what must survive is in the records before Tune hears of it."""

    def __init__(self, phases: Sequence[Phase], tell: Callable[[str], None]):
        super().__init__()
        self._tell = tell
        self._phases = list(phases)
        self._jobs: dict[str, tuple[Phase, int]] = {}  # running ones, by Tune's trial id

    def suggest(self, trial_id: str) -> dict[str, Any] | str | None:
        while self._phases:
            job = self._phases[0].suggest()
            if isinstance(job, Wait) or (job is None and self._jobs):
                return None
            if job:
                self._jobs[trial_id] = self._phases[0], job.number
                return pack_job(job)
            self._phases.pop(0)
        return Searcher.FINISHED

    def on_trial_result(self, trial_id: str, result: dict[str, Any]) -> None:
        """Tune hands over several copies of it, and keeps the last one with all its pictures."""
        phase, number = self._jobs[trial_id]
        handed = result.get(EVENTS, [])
        while handed:
            phase.on_events(number, unpack(handed.pop()))

    def on_worker_died(self, trial_id: str, times: int) -> None:
        """Tune begins the job again, unless that was the last time."""
        phase, number = self._jobs[trial_id]
        if times <= CRASHES:
            self._tell(
                f"{phase.called(number)}: its worker died, killed or for want of memory (fewer WORKERS need less);"
                f" it starts again, {times} of {CRASHES}"
            )

    def is_over(self, trial_id: str) -> bool:
        phase, number = self._jobs[trial_id]
        return phase.is_over(number)

    def on_trial_complete(self, trial_id: str, result: dict[str, Any] | None = None, error: bool = False) -> None:
        phase, number = self._jobs[trial_id]
        if error:
            phase.on_events(number, [Finished("failed", "its worker died again and again; log.txt tells more")])
        elif result:
            self.on_trial_result(trial_id, result)
        del self._jobs[trial_id]

    def __getstate__(self) -> dict:
        """Nothing: Tune pickles its searcher in case it has to restore it, which it never has."""
        return {}

    def save_to_dir(self, checkpoint_dir: str, session_str: str = "default") -> None:
        """Nothing: to resume is to run again from the records."""

    def save(self, checkpoint_path: str) -> None:
        """Nothing, likewise."""

    def restore(self, checkpoint_path: str) -> None:
        raise RuntimeError("a study is continued from its records, never by Tune")


class StudyScheduler(FIFOScheduler):
    """Ends a trial as soon as its phase says that it is over, and tells of the death of its worker."""

    def __init__(self, searcher: StudySearcher):
        super().__init__()
        self._searcher = searcher

    def on_trial_result(self, tune_controller: Any, trial: Any, result: dict[str, Any]) -> str:
        self._searcher.on_trial_result(trial.trial_id, result)
        return TrialScheduler.STOP if self._searcher.is_over(trial.trial_id) else TrialScheduler.CONTINUE

    def on_trial_error(self, tune_controller: Any, trial: Any) -> None:
        note(trial.get_error())
        self._searcher.on_worker_died(trial.trial_id, trial.num_failures)
