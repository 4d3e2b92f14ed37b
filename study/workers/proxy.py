"""What stands in Tune's list for a job that runs in a lane of a worker: it passes on, and knows nothing of torch."""

import time
from collections.abc import Sequence
from typing import Any

import ray
from ray import tune
from ray.exceptions import ActorDiedError, ActorUnavailableError

from study.workers.handed import JOB
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
        return True

    def step(self) -> dict:
        """An error where the worker died: then Tune begins the job again."""
        self._worker = self._worker or self._with_room()
        return ray.get(self._worker.fetch.remote(self._name))

    def cleanup(self) -> None:
        if self._worker:
            self._worker.end.remote(self._name)

    def save_checkpoint(self, checkpoint_dir: str) -> None:
        """Nothing, as that of `TrialRunner`."""

    def _with_room(self) -> Any:
        """The first worker that has a lane for it; one that died may begin again, or its trials find another.

        ActorDiedError where none will.
        """
        for hired in self._crew:
            hired.worker.end_former.remote(self._name)
        while True:
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
            time.sleep(LOOK_SECONDS)

    def _answers(self, hired: Hired) -> bool:
        """Whether it is there: what is asked of one that waits for another node waits with it, and is asked once."""
        asked = self._asked.pop(hired.worker, None) or hired.worker.__ray_ready__.remote()
        answered, _ = ray.wait([asked], timeout=ANSWER_SECONDS)
        if not answered:
            self._asked[hired.worker] = asked
        return bool(answered)
