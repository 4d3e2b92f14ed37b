"""How many trials run at once: what a machine leaves us of its cores and its memory."""

import pytest

from study.settings import machine
from study.settings.machine import Machine, this_machine

GB = 10**9


@pytest.mark.parametrize(
    ("cores", "memory", "workers"), [(2, 16 * GB, 2), (64, 16 * GB, 15), (4, 2 * GB, 1), (4, GB // 2, 1), (8, None, 8)]
)
def test_a_core_a_trial_as_far_as_memory_goes(cores, memory, workers):
    assert workers == Machine("cpu", cores, (), memory).workers


def test_of_a_gpu_the_share_is_measured_later():
    assert 2 == Machine("cpu", 64, ("H100", "H100"), 512 * GB).workers


@pytest.mark.parametrize(("quota", "cores"), [(0.5, 1), (1.0, 1)])
def test_a_quota_counts_though_more_cores_are_seen(monkeypatch, quota, cores):
    monkeypatch.setattr(machine.cgroup, "cpus", lambda: quota)
    monkeypatch.setattr(machine.cgroup, "memory", lambda: 3.0 * GB)
    assert (cores, 3 * GB) == (this_machine().cores, this_machine().memory)
