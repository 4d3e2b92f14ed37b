"""How many trials share a GPU: as many as fit and pay. No GPU here, so the measuring itself is run on the CPU."""

import time
from multiprocessing import active_children
from threading import Thread

import pytest
import torch

from ganprune.config import ModelSettings, TrainSettings, TrialSettings
from study.workers.gpu_share import Measured, measure, trials_at_once

SETTINGS = TrialSettings(model=ModelSettings(width=4, side=16, channels=1, latent=8), train=TrainSettings(batch=16))
PICTURES = torch.zeros(64, 1, 16, 16, dtype=torch.uint8), torch.zeros(64, dtype=torch.long)


def _gpu(full_at: int, memory: float):
    """Speed grows with the number of trials up to one, each takes so much memory."""
    return lambda trials: Measured(min(trials, full_at), trials * memory)


@pytest.mark.parametrize(
    ("full_at", "memory", "expected"),
    [(1, 0.01, 1), (4, 0.01, 4), (100, 0.01, 16), (100, 0.15, 4), (100, 0.5, 1), (3, 0.01, 4)],
)
def test_trials_are_added_as_long_as_they_fit_and_are_faster_together(full_at, memory, expected):
    assert expected == trials_at_once(_gpu(full_at, memory), print)


@pytest.mark.parametrize(("dies_at", "expected"), [(1, 1), (2, 1), (8, 4)])
def test_a_measurement_that_dies_leaves_what_was_found_and_a_line(dies_at, expected):
    def measure(trials: int) -> Measured:
        if trials == dies_at:
            raise torch.OutOfMemoryError("out of memory")
        return _gpu(100, 0.01)(trials)

    told = []
    assert expected == trials_at_once(measure, told.append)
    assert [f"measuring ended early (out of memory); trials at once: {expected}"] == told


@pytest.mark.slow
def test_one_that_fails_keeps_nobody_waiting():
    with pytest.raises(RuntimeError, match="nonsense"):
        measure(SETTINGS, PICTURES, "nonsense", 2)
    assert not active_children()


@pytest.mark.slow
@pytest.mark.parametrize("started", [1, 2])
def test_a_process_that_is_killed_ends_the_measuring(started):
    def kill_one() -> None:
        while len(children := active_children()) < started:
            time.sleep(0.001)
        children[0].kill()

    killer = Thread(target=kill_one)
    killer.start()
    with pytest.raises(RuntimeError, match="one of its processes died"):
        measure(SETTINGS, PICTURES, "cpu", 2)
    killer.join()
    assert not active_children()


@pytest.mark.slow
def test_several_are_trained_at_once_and_told_together():
    one, two = (measure(SETTINGS, PICTURES, "cpu", trials) for trials in (1, 2))
    assert one.speed > 0 < two.speed
    assert 0 == two.memory
