"""MLflow behind the driver's back: one thread writes, the driver goes on, and no failure there ends a study.

What could not be written is not kept here: the records have it, and the next `runs`, `finish` or `make sync` writes it.
"""

import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from study.records.log_file import note
from study.records.paths import StudyPaths
from study.records.study import StudyLog, TrialLog
from study.tracking.server import without_secrets

if TYPE_CHECKING:
    from study.tracking.models import Files
    from study.tracking.runs import Tracking

Answer = TypeVar("Answer")


class Spool:
    """A `Tracking` that is never waited for while the study runs. `warn` is given one line, once, if MLflow fails."""

    def __init__(self, uri: str, header: dict, paths: StudyPaths, warn: Callable[[str], None]):
        self._uri, self._header, self._paths, self._warn = uri, header, paths, warn
        self._tracking: Tracking | None = None
        self._failed = False
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mlflow")

    def trial(self, trial: TrialLog) -> None:
        """Have an ended trial logged, some time."""
        self.some_time(lambda tracking: tracking.trial(trial))

    def some_time(self, job: "Callable[[Tracking], object]") -> None:
        """Have something done that nobody waits for but the study's end."""
        self._thread.submit(self._try, job)

    def runs(self, log: StudyLog) -> dict[int, str]:
        """Wait until all is logged, what failed before too. MLflow's run of each trial; empty where it can't be had."""
        return self._wait(lambda tracking: tracking.runs(log)) or {}

    def finish(self, log: StudyLog, files: "Files", onnx_for_all: bool = False) -> None:
        """Wait until the study's end is logged: the front, its models, the report."""
        self._wait(lambda tracking: tracking.finish(log, files, onnx_for_all))

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _wait(self, job: "Callable[[Tracking], Answer]") -> Answer | None:
        return self._thread.submit(self._try, job, anew=True).result()

    def _try(self, job: "Callable[[Tracking], Answer]", anew: bool = False) -> Answer | None:
        """After a failure a dead server is asked no more, until the study's end waits for it `anew`."""
        if self._failed and not anew:
            return None
        try:
            return self._do(job)
        except Exception as error:
            self._tracking = None  # what it knew of MLflow may be why
            self._report(error)
            return None

    def _do(self, job: "Callable[[Tracking], Answer]") -> Answer:
        from study.tracking.client import failures

        with failures(self._uri):
            self._tracking = self._tracking or self._connect()
            return job(self._tracking)

    def _connect(self) -> "Tracking":
        from study.tracking.runs import Tracking  # here, because mlflow takes seconds to import

        return Tracking(self._uri, self._header, self._paths)

    def _report(self, error: Exception) -> None:
        note(without_secrets("".join(traceback.format_exception(error))))
        if not self._failed:
            reason = without_secrets(str(error).strip().partition("\n")[0])
            self._warn(f"MLflow: {reason}; the study goes on; later: make sync NAME={self._header['name']}")
        self._failed = True
