"""How many trials are worth running on one GPU at once: small GANs leave it idle, so it is measured, not guessed.

Inside the process that will train them, as lanes: twice as many as long as they fit and are faster together.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Barrier, BrokenBarrierError

import torch

from ganprune import seeds
from ganprune.config import TrialSettings
from ganprune.errors import UserError
from ganprune.evaluator import Evaluator
from ganprune.own_stream import own_stream
from ganprune.pace import Pace
from ganprune.train import Training
from study.search.measured_pace import score_seconds

MEMORY = 0.8  # of what is free, so that scoring finds room as well
GAIN = 1.1  # times the speed of half as many; less is not worth their memory
MOST = 16
SECONDS, ROWS = 0.3, 50  # of training, for each number of lanes; steps between two looks at the clock


@dataclass(frozen=True)
class Paced:
    """What a device takes, and how fast a trial goes among so many."""

    lanes: int
    pace: Pace
    state_bytes: int
    remark: str = ""


def measure(evaluator: Evaluator, settings: TrialSettings, deadline: float, wanted: int | None = None) -> Paced:
    """As many lanes as pay, or as wanted; UserError where these do not fit."""
    trainings, remarks = Trainings(settings, evaluator), list[str]()
    found = trials_at_once(trainings.measure, remarks.append) if wanted is None else as_many(trainings.measure, wanted)
    training = trainings.begun[0]
    with one_fits():
        score_seconds(evaluator, training)  # the first one pays for set-up
        scoring = score_seconds(evaluator, training)
    pace = Pace(deadline, found.lanes * settings.train.batch / found.speed, scoring)
    return Paced(found.lanes, pace, sum(tensor.nbytes for tensor in training.tensors().values()), *remarks)


@dataclass(frozen=True)
class Measured:
    """What trainings that ran at once came to."""

    lanes: int
    speed: float  # pictures a second, all of them together
    memory: float  # share of the free memory that they use, all of them together


def trials_at_once(measure: Callable[[int], Measured], tell: Callable[[str], None], most: int = MOST) -> Measured:
    """What they came to; UserError where not even one fits."""
    found = _alone(measure)
    while 2 * found.lanes <= most and 2 * found.memory <= MEMORY:
        try:
            more = measure(2 * found.lanes)
        except torch.OutOfMemoryError:
            tell(f"{2 * found.lanes} trials do not fit into the GPU's memory: {found.lanes} at once")
            break
        if more.speed < GAIN * found.speed:
            break
        found = more
    return found


def as_many(measure: Callable[[int], Measured], wanted: int) -> Measured:
    """What so many came to; UserError where they do not fit."""
    memory = _alone(measure).memory
    if wanted * memory <= MEMORY:
        with suppress(torch.OutOfMemoryError):
            return measure(wanted)
    fit = min(wanted - 1, int(MEMORY / memory))
    raise UserError(f"WORKERS: {wanted} trials at once on one GPU, whose free memory takes {fit}; give fewer")


def _alone(measure: Callable[[int], Measured]) -> Measured:
    with one_fits():
        return measure(1)


@contextmanager
def one_fits() -> Iterator[None]:
    """UserError where memory is short although there is only one trial."""
    try:
        yield
    except torch.OutOfMemoryError as error:
        reason = str(error).partition("\n")[0].partition(" Including")[0]  # then come torch's own pools
        raise UserError(f"not one trial fits into the GPU's free memory ({reason}); end what else uses it") from None


class Trainings:
    """Some that run at once, for a moment; each as a lane of its own."""

    def __init__(self, settings: TrialSettings, evaluator: Evaluator):
        self._settings, self._evaluator = settings, evaluator
        self._free = free_memory(evaluator.device)
        self.begun: list[Training] = []

    def measure(self, lanes: int) -> Measured:
        """OutOfMemoryError where they do not fit."""
        ready = Barrier(lanes)
        while len(self.begun) < lanes:
            self.begun.append(Training(self._settings.model, self._settings.train, self._evaluator.device))
        with ThreadPoolExecutor(lanes) as pool:
            running = [pool.submit(self._speed, training, ready) for training in self.begun]
        for error in filter(None, (one.exception() for one in running)):
            if not isinstance(error, BrokenBarrierError):  # of those who waited for the one that failed
                raise error
        speeds = [one.result() for one in running]
        used = 1 - free_memory(self._evaluator.device) / self._free if self._free else 0.0
        return Measured(lanes, sum(speeds), used)

    def _speed(self, training: Training, ready: Barrier) -> float:
        device, (pixels, labels, *source) = self._evaluator.device, self._evaluator.training_set
        random = seeds.generator(0, "pace", device=device)
        rows = training.order(len(pixels), random)[:ROWS]

        def train() -> None:
            training.train_on(pixels, labels, rows, random, *source)[-1]["d"].tolist()  # waits for the device

        with own_stream(device):
            try:
                train()  # the first steps pay for set-up
            except BaseException:
                ready.abort()
                raise
            ready.wait()
            started, shown = time.perf_counter(), 0
            while time.perf_counter() - started < SECONDS:
                train()
                shown += rows.numel()
            return shown / (time.perf_counter() - started)


def free_memory(device: str) -> int:
    """Bytes; 0 of a CPU, whose memory is counted elsewhere."""
    return torch.cuda.mem_get_info()[0] if device.startswith("cuda") else 0
