"""Our door to Ray Tune's search and scheduling: Tune asks for jobs and hands over results, the phases do the rest.

When a phase has no more jobs and all of its jobs are over, the next one begins.
"""

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from math import inf
from typing import Any, NamedTuple

from ray.tune.experiment import Trial
from ray.tune.schedulers import FIFOScheduler, TrialScheduler
from ray.tune.search import Searcher

from ganprune.point import Finished
from ganprune.trial import Event
from study.records.log_file import note
from study.search.jobs import Wait
from study.search.phase import Phase
from study.workers.handed import EVENTS, WAITS, pack_job, unpack

CRASHES = 3  # of one job's worker, before the job counts as failed
PATIENCE = 30  # seconds without a worker, in which any would have begun that is there


class Handed(NamedTuple):
    """A job in Tune's hands."""

    phase: Phase
    number: int
    config: dict[str, Any]  # of Tune's trial


class StudySearcher(Searcher):
    """Keeps no state of its own: what must survive is in the records before Tune hears of it."""

    def __init__(self, phases: Sequence[Phase], tell: Callable[[str], None], deadline: float = inf):
        super().__init__()
        self._tell, self._deadline, self._ran = tell, deadline, time.time()
        self._phases = list(phases)
        self._jobs: dict[str, Handed] = {}  # that are not over, by Tune's trial id
        self._again: list[Handed] = []  # that Tune gave up too soon
        self._deaths: Counter[tuple[Phase, int]] = Counter()
        self._waiting: set[str] = set()  # of these, those in Tune's hands for which no worker has room
        self.error: Exception | None = None  # what a phase raised, a record that could not be written: it ends them all

    @contextmanager
    def _at_a_phase(self) -> Iterator[None]:
        """What is raised within is kept: Tune would swallow it and try again, or wrap it."""
        try:
            yield
        except Exception as error:
            self._phases.clear()
            self.error = error

    def suggest(self, trial_id: str) -> dict[str, Any] | str | None:
        with self._at_a_phase():
            return self._next_job(trial_id)
        return Searcher.FINISHED

    def _next_job(self, trial_id: str) -> dict[str, Any] | str | None:
        if self._again and not self.error:
            self._jobs[trial_id] = self._again.pop()
            return self._jobs[trial_id].config
        while self._phases:
            job = self._phases[0].suggest()
            if isinstance(job, Wait) or (job is None and self._jobs):
                return None
            if job:
                self._jobs[trial_id] = Handed(self._phases[0], job.number, pack_job(job))
                return self._jobs[trial_id].config
            self._phases.pop(0)
        return Searcher.FINISHED

    def on_trial_result(self, trial_id: str, result: dict[str, Any]) -> None:
        """Tune hands over several copies of it, and keeps the last one with all its pictures."""
        phase, number, _ = self._jobs[trial_id]
        if result.get(WAITS):
            self._waiting.add(trial_id)
        else:
            self._waiting.discard(trial_id)
        handed = result.get(EVENTS, [])
        while handed:
            self._take_in(phase, number, unpack(handed.pop()))

    def _take_in(self, phase: Phase, number: int, events: Sequence[Event]) -> None:
        """Unless nothing is taken in any more."""
        if not self.error:
            with self._at_a_phase():
                phase.on_events(number, events)

    def on_worker_died(self, trial_id: str) -> None:
        """Tune begins the job again, unless that was the last time."""
        phase, number, _ = self._jobs[trial_id]
        self._deaths[phase, number] += 1
        if (times := self._deaths[phase, number]) <= CRASHES:
            self._tell(
                f"{phase.called(number)}: its worker died, killed or for want of memory (fewer WORKERS need less);"
                f" it starts again, {times} of {CRASHES}"
            )

    def gives_up(self, running: Collection[str]) -> bool:
        """Whether all jobs are to end as they are; `running`: those that Tune has begun."""
        if not self.error and self._is_stranded(running):
            self._phases.clear()
            self._tell(
                "time is up, and no trial has run of late: whatever could run one has left, or others hold it;"
                " the same command goes on from here"
            )
            return True
        return self.error is not None

    def _is_stranded(self, running: Collection[str]) -> bool:
        """Whether time is up and no job has had a worker for a while: none of them would ever end by itself."""
        if not self._jobs or {*running} - self._waiting:
            self._ran = time.time()
        return time.time() > max(self._deadline, self._ran + PATIENCE)

    def is_over(self, trial_id: str) -> bool:
        phase, number, _ = self._jobs[trial_id]
        return self.error is not None or phase.is_over(number)

    def on_trial_complete(self, trial_id: str, result: dict[str, Any] | None = None, error: bool = False) -> None:
        phase, number, _ = self._jobs[trial_id]
        if error and not self.error and self._deaths[phase, number] <= CRASHES:
            self._again.append(self._jobs[trial_id])  # one death had been told as two
        elif error:
            self._take_in(phase, number, [Finished("failed", "its worker died again and again; log.txt tells more")])
        elif result:
            self.on_trial_result(trial_id, result)
        self._waiting.discard(trial_id)
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
    """Ends a trial as soon as its phase says that it is over, all where none will end by itself or nothing can be
    taken in any more; tells of the death of a worker."""

    def __init__(self, searcher: StudySearcher):
        super().__init__()
        self._searcher = searcher

    def on_trial_result(self, tune_controller: Any, trial: Any, result: dict[str, Any]) -> str:
        self._searcher.on_trial_result(trial.trial_id, result)
        if not self._searcher.is_over(trial.trial_id):
            return TrialScheduler.CONTINUE
        if actor := trial.temporary_state.ray_actor:  # Tune keeps it, for a next trial that may never come
            actor.let_go.remote()
        return TrialScheduler.STOP

    def on_trial_error(self, tune_controller: Any, trial: Any) -> None:
        note(trial.get_error())
        self._searcher.on_worker_died(trial.trial_id)

    def choose_trial_to_run(self, tune_controller: Any) -> Any:
        """Tune asks every moment, whatever happens or does not."""
        live = list(tune_controller.get_live_trials())
        if self._searcher.gives_up([trial.trial_id for trial in live if trial.status == Trial.RUNNING]):
            for trial in live:
                tune_controller.stop_trial(trial)
        return super().choose_trial_to_run(tune_controller)
