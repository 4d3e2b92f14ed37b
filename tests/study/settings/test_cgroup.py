"""Limits of control groups as container engines and batch systems set them, told by the files of a made-up system."""

from math import inf

import pytest

from study.settings.cgroup import cpus, memory


@pytest.fixture
def system(tmp_path):
    """A system with these groups of ours, and these files below /sys/fs/cgroup."""

    def make(groups: str, **files: str):
        written = {"proc/self/cgroup": groups} | {f"sys/fs/cgroup/{name}": text for name, text in files.items()}
        for name, text in written.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text + "\n")
        return tmp_path

    return make


def test_nothing_is_limited_where_nothing_says_so(tmp_path, system):
    assert (inf, inf) == (cpus(tmp_path), memory(tmp_path))
    root = system("0::/", **{"cpu.max": "max 100000", "memory.max": "max"})
    assert (inf, inf) == (cpus(root), memory(root))


def test_a_container_of_version_2(system):
    root = system("0::/", **{"cpu.max": "200000 100000", "memory.max": "4294967296"})
    assert (2, 2**32) == (cpus(root), memory(root))


def test_a_job_of_a_batch_system_is_limited_by_every_group_around_it(system):
    root = system(
        "0::/slurm/job_1/step_0",
        **{"slurm/job_1/step_0/cpu.max": "max 100000", "slurm/job_1/cpu.max": "150000 100000"},
        **{"slurm/memory.max": "1000", "slurm/job_1/memory.max": "2000"},
    )
    assert (1.5, 1000) == (cpus(root), memory(root))


def test_a_container_of_version_1_sees_itself_at_the_top_though_its_group_is_named_from_outside(system):
    root = system(
        "5:cpu,cpuacct:/docker/ab:c\n4:memory:/docker/ab:c\n1:name=systemd:/docker/ab:c",
        **{"cpu/cpu.cfs_quota_us": "50000", "cpu/cpu.cfs_period_us": "100000", "memory/memory.limit_in_bytes": "3000"},
    )
    assert (0.5, 3000) == (cpus(root), memory(root))


def test_version_1_without_a_limit(system):
    assert inf == cpus(system("5:cpu:/", **{"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"}))
