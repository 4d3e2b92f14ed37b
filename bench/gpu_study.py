"""What a GPU does in a study of CIFAR-10: real trials in the lanes of one worker for a while, without Ray.

What needs a whole study of five minutes is extrapolated from it, and its unit says so: the start is counted as seen
here, the end as `make study` keeps it back, and between them the GPU is taken to go on as in the window.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from itertools import count

import torch

from bench.figure import Figure, figure, not_measured
from bench.full_size import full_size
from ganprune.evaluator import Evaluator
from ganprune.point import EpochTrained, Finished, Scored
from ganprune.trial import Event
from study.search.jobs import Job
from study.settings.plan import Plan
from study.settings.policy import Policy
from study.settings.process import BEGAN, FINISH_SECONDS
from study.workers.gpu_busy import GpuBusy
from study.workers.lane import Lane
from study.workers.trials_at_once import measure

SECONDS = 60  # of the window
STUDY = 300  # seconds of the one that is extrapolated
RATES = ((1.78e-4, 1.0), (3.16e-4, 1.5), (5.62e-4, 1.78))  # lr_g, lr_g / lr_d
EPOCHS = (10, 20)
EXTRAPOLATED = "(extrapolated)"
NAMES = {  # unit, better, reach
    "point_seconds_gpu": ("s", "lower", 0.08),
    "gpu_busy": (EXTRAPOLATED, "higher", 0.6),
    "images_5min": (EXTRAPOLATED, "higher", 15e6),  # in TF32, as the space trains; 25 million in bf16
    "start_gpu": (f"s {EXTRAPOLATED}", "lower", 20),
}


def figures() -> list[Figure]:
    if not torch.cuda.is_available() or not full_size():
        return [not_measured(name, reach, unit, better) for name, (unit, better, reach) in NAMES.items()]
    plan, evaluator = full_size()
    paced = measure(evaluator, plan.space.settings({}, evaluator.images.channels, plan.seed), deadline=float("inf"))
    start = time.time() - BEGAN
    with closing(GpuBusy()) as busy:
        events = drive(plan, evaluator, paced.lanes)
    refuse_failures(events)
    images = sum(event.images for event in events if isinstance(event, EpochTrained))
    points = [event.point.seconds for event in events if isinstance(event, Scored)]
    print(f"  {paced.lanes} lanes, {len(points)} points, {images:,} pictures in {SECONDS} s", flush=True)
    searching = STUDY - FINISH_SECONDS - start
    values = {
        "point_seconds_gpu": points,
        "gpu_busy": [busy.share * searching / STUDY],
        "images_5min": [images / SECONDS * searching],
        "start_gpu": [start],
    }
    return [figure(name, values[name], unit, better, reach) for name, (unit, better, reach) in NAMES.items()]


def drive(plan: Plan, evaluator: Evaluator, lanes: int) -> list[Event]:
    """What trials told that ran one after the other in every lane, until time was up."""
    told, jobs, until = list[Event](), jobs_of(plan, evaluator, lanes), time.monotonic() + SECONDS

    def keep_busy(jobs: Iterator[Job]) -> None:
        while time.monotonic() < until:
            lane, over = begin(next(jobs), evaluator), False
            while time.monotonic() < until and not over:
                events = lane.fetch()
                told.extend(events)
                over = isinstance(events[-1], Finished)
            lane.end()

    with ThreadPoolExecutor(lanes) as drivers:
        list(drivers.map(keep_busy, jobs))
    return told


def refuse_failures(events: list[Event]) -> None:
    failed = [event.details for event in events if isinstance(event, Finished) and event.state == "failed"]
    if failed:
        raise RuntimeError(f"{len(failed)} trials failed, the last one with {failed[-1]}")


def begin(job: Job, evaluator: Evaluator) -> Lane:
    return Lane(lambda: job.run(evaluator), evaluator.device)


def jobs_of(plan: Plan, evaluator: Evaluator, lanes: int) -> list[Iterator[Job]]:
    """For every lane trials as a search would ask for, with no training twice."""
    return [map(partial(job_of, plan, evaluator), count(lane, lanes)) for lane in range(lanes)]


def job_of(plan: Plan, evaluator: Evaluator, number: int) -> Job:
    methods = list(plan.space.methods)
    (lr_g, lr_ratio), method = RATES[number % len(RATES)], methods[number % len(methods)]
    drawn = {"lr_g": lr_g, "lr_ratio": lr_ratio, "epochs": EPOCHS[number % len(EPOCHS)], "method": method}
    settings = plan.space.settings(drawn | plan.space.unrecovered, evaluator.images.channels, number)
    return Job(number, settings, refined=Policy().refined)
