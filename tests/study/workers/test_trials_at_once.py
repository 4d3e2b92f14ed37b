"""How many trials share a GPU: as many as fit and pay. No GPU here, so the measuring itself is run on the CPU."""

import math
from threading import Barrier
from types import SimpleNamespace

import pytest
import torch

from ganprune.config import TrialSettings
from ganprune.errors import UserError
from study.workers.trials_at_once import Measured, Trainings, as_many, one_fits, trials_at_once


def _gpu(full_at: int, memory: float):
    """Speed grows with the number of trials up to one, each takes so much memory."""
    return lambda trials: Measured(trials, min(trials, full_at), trials * memory)


def _full_from(lanes: int):
    def measure(trials: int) -> Measured:
        if trials >= lanes:
            raise torch.OutOfMemoryError("out of memory. Tried to allocate\n2 GiB")
        return _gpu(100, 0.01)(trials)

    return measure


@pytest.mark.parametrize(
    ("full_at", "memory", "expected"),
    [(1, 0.01, 1), (4, 0.01, 4), (100, 0.01, 16), (100, 0.15, 4), (100, 0.5, 1), (3, 0.01, 4)],
)
def test_trials_are_added_as_long_as_they_fit_and_are_faster_together(full_at, memory, expected):
    assert expected == trials_at_once(_gpu(full_at, memory), print).lanes


@pytest.mark.parametrize(("full_from", "expected"), [(2, 1), (8, 4)])
def test_memory_that_is_full_leaves_what_was_found_and_a_line(full_from, expected):
    told = []
    assert expected == trials_at_once(_full_from(full_from), told.append).lanes
    assert [f"{2 * expected} trials do not fit into the GPU's memory: {expected} at once"] == told


def test_a_gpu_that_takes_none_is_one_line():
    with pytest.raises(UserError, match=r"not one trial fits .*\(out of memory. Tried to allocate\); end what else"):
        trials_at_once(_full_from(1), print)


def test_one_that_finds_no_room_to_be_scored_is_the_same_line():
    with pytest.raises(UserError, match=r"not one trial fits .*\(full. 4 MiB is free.\); end what else"), one_fits():
        raise torch.OutOfMemoryError("full. 4 MiB is free. Including non-PyTorch memory, this process has 79 GiB")


def test_more_workers_than_fit_are_refused_with_what_fits():
    with pytest.raises(UserError, match="WORKERS: 16 trials at once on one GPU, whose free memory takes 8; give fewer"):
        as_many(_gpu(4, 0.1), 16)
    assert 8 == as_many(_gpu(4, 0.1), 8).lanes


def test_more_workers_than_fit_after_all_are_refused_likewise():
    """What libraries take when trials begin may be more than one alone had shown."""
    with pytest.raises(UserError, match="WORKERS: 8 trials at once on one GPU, whose free memory takes 7; give fewer"):
        as_many(_full_from(8), 8)


def test_a_cpu_has_no_memory_to_share():
    assert 3 == as_many(_gpu(math.inf, 0.0), 3).lanes


class Crowded(Trainings):
    """The second of several finds no memory."""

    def __init__(self):
        super().__init__(TrialSettings(), SimpleNamespace(device="cpu"))
        self.begun = ["first", "second", "third"]

    def _speed(self, training: str, ready: Barrier) -> float:
        if training == "second":
            ready.abort()
            raise torch.OutOfMemoryError("full")
        ready.wait()
        return 1.0


def test_one_that_finds_no_memory_keeps_nobody_waiting_and_says_why():
    with pytest.raises(torch.OutOfMemoryError, match="full"):
        Crowded().measure(3)
