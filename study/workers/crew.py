"""Who runs a study's trials: processes, a trial each, or the lanes of workers, of which every GPU has one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from ganprune.config import TrialSettings
from ganprune.errors import UserError
from ganprune.evaluator import Evaluator
from study.workers.cluster import answer
from study.workers.hired import Hired
from study.workers.story import Story, perform
from study.workers.trials_at_once import Paced

CALLS = 40  # that a worker answers at once: each of its lanes may have two, and there is room
A_PROXY = 0.01  # of a core, which is as good as none; Tune wants every trial to need something


class Crew(Protocol):
    at_once: int  # trials

    def trainable(self) -> Any:
        """What Ray Tune makes a trial of."""


@dataclass(frozen=True)
class Processes:
    """A core and a process each. Only those who measure ourselves tell another story than a job's own."""

    evaluator: Evaluator
    at_once: int
    story: Story = perform

    def trainable(self) -> Any:
        from ray import tune

        from study.workers.trainable import TrialRunner

        given = {"evaluator": self.evaluator, "story": self.story}
        return tune.with_resources(tune.with_parameters(TrialRunner, **given), {"cpu": 1})


@dataclass(frozen=True)
class Lanes:
    """A thread each, in the process of one of these workers."""

    hired: tuple[Hired, ...]
    shared: Any  # where Ray has the evaluator: without it no worker that died could begin again

    @property
    def at_once(self) -> int:
        return sum(each.lanes for each in self.hired)

    def trainable(self) -> Any:
        from ray import tune

        from study.workers.proxy import LaneProxy

        return tune.with_resources(tune.with_parameters(LaneProxy, crew=self.hired), {"cpu": A_PROXY})


def hire(
    evaluator: Evaluator,
    settings: TrialSettings,
    deadline: float,
    gpus: int,
    wanted: int | None,
    tell: Callable[[str], None],
    device: str = "cuda",
) -> tuple[Lanes, Paced]:
    """A worker at each GPU of the Ray that is there, and what the slowest was measured to do.

    `wanted` trials at once in all, or as many as pay; UserError where they do not fit. A worker that dies begins again.
    """
    import ray

    from study.workers.worker import Worker

    gpus = min(gpus, wanted or gpus)
    # Unasked, Ray would give each a core for good, and where there are no more than GPUs no proxy would ever begin.
    actor = ray.remote(Worker).options(num_gpus=1, num_cpus=0, max_restarts=-1, max_concurrency=CALLS)
    shared = ray.put(evaluator)
    workers = [actor.remote(shared, device) for _ in range(gpus)]
    shares = [wanted and (wanted + place) // gpus for place in range(gpus)]
    each = zip(workers, shares, strict=True)
    found = _found([worker.measure.remote(settings, deadline, share) for worker, share in each], deadline)
    for remark in dict.fromkeys(filter(None, (paced.remark for paced in found))):
        tell(remark)
    hired = tuple(Hired(worker, paced.lanes) for worker, paced in zip(workers, found, strict=True))
    return Lanes(hired, shared), max(found, key=lambda paced: paced.pace.step_seconds)


def _found(measuring: list, deadline: float) -> list[Paced]:
    from ray.exceptions import RayActorError, RayTaskError

    try:
        return answer(measuring, deadline)
    except RayTaskError as error:
        if isinstance(error.cause, UserError):
            raise UserError(str(error.cause)) from None
        raise
    except RayActorError as error:
        reason = str(error).strip().splitlines()[-1]  # where it ends in an error of its own, the last line tells it
        raise UserError(f"the process that measured a GPU died ({reason}); fewer WORKERS need less memory") from None
