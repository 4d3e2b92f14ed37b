"""Our door to Ray Tune's search: Tune asks for trials and hands over results, the conductor does the rest."""

from dataclasses import asdict
from typing import Any

from ray.tune.search import Searcher

from ganprune.point import Finished
from study.conductor import Conductor
from study.trainable import EVENTS


class StudySearcher(Searcher):
    """Keeps no state of its own: what must survive is in the records before Tune hears of it."""

    def __init__(self, conductor: Conductor):
        super().__init__()
        self._conductor = conductor
        self._numbers: dict[str, int] = {}  # by Tune's trial id

    def suggest(self, trial_id: str) -> dict[str, Any] | str:
        job = self._conductor.next()
        if job is None:
            return Searcher.FINISHED
        self._numbers[trial_id] = job.number
        return {
            "number": job.number,
            "settings": job.settings.model_dump(),
            "pace": asdict(job.pace),
            "controls": job.controls,
        }

    def on_trial_result(self, trial_id: str, result: dict[str, Any]) -> None:
        for event in result[EVENTS]:
            self._conductor.hear(self._numbers[trial_id], event)
        result[EVENTS].clear()  # Tune keeps the last result of every trial; pictures need not stay in it

    def on_trial_complete(self, trial_id: str, result: dict[str, Any] | None = None, error: bool = False) -> None:
        if error:
            lost = Finished("failed", "its worker died again and again; log.txt tells more")
            self._conductor.hear(self._numbers[trial_id], lost)
        elif result:
            self.on_trial_result(trial_id, result)

    def __getstate__(self) -> dict:
        """Nothing: Tune pickles its searcher in case it has to restore it, which it never has."""
        return {}

    def save_to_dir(self, checkpoint_dir: str, session_str: str = "default") -> None:
        """Nothing: to resume is to run again from the records."""

    def save(self, checkpoint_path: str) -> None:
        """Nothing, likewise."""

    def restore(self, checkpoint_path: str) -> None:
        raise RuntimeError("a study is continued from its records, never by Tune")
