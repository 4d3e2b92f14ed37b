"""What stands in Tune's list for a job that runs in a lane of a worker: it passes on, and knows nothing of torch."""

import time
from collections.abc import Iterator, Sequence
from typing import Any

import ray
from ray import tune
from ray.exceptions import ActorDiedError, ActorUnavailableError

from study.workers.handed import JOB, pack_waiting
from study.workers.hired import Hired, Name

LOOK_SECONDS = 0.2  # between two rounds of asking for a lane
ANSWER_SECONDS = 5  # in which a worker answers that is there


class LaneProxy(tune.Trainable):
    """Begins its job when it is first asked for results: Tune makes some that it then has no use for."""

    def setup(self, config: dict, crew: Sequence[Hired]) -> None:
        self._crew, self._worker = crew, None
        self._asked: dict[Any, Any] = {}  # workers that have not answered yet
        self.reset_config(config)

    def reset_config(self, new_config: dict) -> bool:
        self.cleanup()
        self._job, self._name, self._worker = new_config[JOB], Name(self.trial_id), None
        self._offers = self._ask_for_room()
        return True

    def step(self) -> dict:
        """An error where the worker died: then Tune begins the job again."""
        self._worker = self._worker or next(self._offers)
        return ray.get(self._worker.fetch.remote(self._name)) if self._worker else pack_waiting()

    def let_go(self) -> None:
        """As that of `TrialRunner`."""
        self.cleanup()

    def cleanup(self) -> None:
        if self._worker:
            self._worker.end.remote(self._name)

    def save_checkpoint(self, checkpoint_dir: str) -> None:
        """Nothing, as that of `TrialRunner`."""

    def _ask_for_room(self) -> Iterator[Any]:
        """In rounds: the first worker that has a lane for it, or None."""
        for hired in self._crew:
            hired.worker.end_former.remote(self._name)
        while True:
            yield self._with_room()
            time.sleep(LOOK_SECONDS)

    def _with_room(self) -> Any:
        """One of those that are there; one that died may begin again. ActorDiedError where none will."""
        dead = []
        for hired in filter(self._answers, self._crew):
            try:
                if ray.get(hired.worker.begin.remote(self._name, self._job, hired.lanes)):
                    return hired.worker
            except ActorUnavailableError:
                continue
            except ActorDiedError as error:
                dead.append(error)
        if len(dead) == len(self._crew):
            raise dead[0]
        return None

    def _answers(self, hired: Hired) -> bool:
        """Whether it is there: what is asked of one that waits for another node waits with it, and is asked once."""
        asked = self._asked.pop(hired.worker, None) or hired.worker.__ray_ready__.remote()
        answered, _ = ray.wait([asked], timeout=ANSWER_SECONDS)
        if not answered:
            self._asked[hired.worker] = asked
        return bool(answered)
